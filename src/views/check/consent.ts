import * as vscode from 'vscode';
import { visibleText } from '../../protocol/visibleText';
import type { Danger } from '../../safety/dangers';
import { say } from '../hostTexts';

const KEY = 'graftlens.check.mayRun';

/**
 * Whether the user's code may be imported: never in a workspace that is not trusted, and only after a person
 * has agreed to it once for the workspace.
 */
export async function mayImport(memory: vscode.Memento, python: string, file: vscode.Uri): Promise<boolean> {
  if (!vscode.workspace.isTrusted) return false;
  if (memory.get<boolean>(KEY) === true) return true;
  const run = say('report.consent.run');
  const answer = await vscode.window.showWarningMessage(
    say('report.consent.question', vscode.workspace.asRelativePath(file)),
    { modal: true, detail: say('report.consent.detail', python) },
    run,
  );
  if (answer !== run) return false;
  await memory.update(KEY, true);
  return true;
}

/** Asks, each time, whether torch may be given a checkpoint that the scan calls dangerous. */
export async function mayLoad(weights: vscode.Uri, { first, more }: Danger): Promise<boolean> {
  const load = say('report.danger.load');
  const answer = await vscode.window.showWarningMessage(
    say('report.danger.question', vscode.workspace.asRelativePath(weights)),
    { modal: true, detail: say('report.danger.detail', visibleText(first, 300).text, more + 1) },
    load,
  );
  return answer === load;
}
