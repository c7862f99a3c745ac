import * as vscode from 'vscode';
import type { CheckWorkerRequests } from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceClass } from '../../worker/sourceMessages';
import { say } from '../hostTexts';

/** Milliseconds that the syntax of one line may take. */
const TIME_LIMIT = 10_000;

/**
 * The arguments of a construction, as Python text that is checked for syntax while it is typed. Null stands
 * for the defaults, undefined for "never mind".
 */
export async function askArguments(
  worker: RestartingWorker<CheckWorkerRequests>,
  name: string,
  prefilled: string,
  title: 'report.ask.arguments' | 'report.ask.argumentsThen' = 'report.ask.arguments',
): Promise<string | null | undefined> {
  const given = await vscode.window.showInputBox({
    title: say(title, name),
    prompt: say('source.arguments.prompt', name),
    placeHolder: say('source.arguments.example'),
    value: prefilled,
    ignoreFocusOut: true,
    validateInput: async (text) =>
      (await worker.request('isArguments', { text }, TIME_LIMIT)) ? null : say('report.ask.noArguments'),
  });
  if (given === undefined) return undefined;
  return given.trim() === '' ? null : given.trim();
}

/** What the source says about the arguments: a call of the class with literal values, or its parameters. */
export function suggestedArguments(cls: SourceClass): string {
  const [call] = cls.callSites;
  return call?.args ?? cls.required.map((name) => `${name}=`).join(', ');
}
