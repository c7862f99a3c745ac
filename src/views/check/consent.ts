import * as vscode from 'vscode';
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
