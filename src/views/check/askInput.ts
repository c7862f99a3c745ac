import * as vscode from 'vscode';
import { parseInputs } from '../../interpreter/request';
import { say } from '../hostTexts';

/** What most detectors are trained on. */
const USUAL = '1,3,640,640';

/** The shape of the tensor (or of several) for a forward pass; null for "never mind". */
export async function askInput(last: string | null): Promise<string | null> {
  const given = await vscode.window.showInputBox({
    title: say('report.ask.input'),
    prompt: say('report.ask.inputHint'),
    value: last ?? USUAL,
    ignoreFocusOut: true,
    validateInput: (text) => (parseInputs(text) === null ? say('report.ask.noInput') : null),
  });
  return given?.trim() ?? null;
}
