import type * as vscode from 'vscode';
import { toPortable } from '../../files/importRoot';
import type { SourceText } from '../../worker/sourceMessages';
import { unsavedSources } from '../unsavedSources';
import type { Interpreters } from '../interpreters';

/** Milliseconds that a first report waits for the choice of an interpreter; a later choice makes a new report. */
const INTERPRETER_PATIENCE = 200;

/** Documents as the worker is told of them: their text, other unsaved ones, and where imports lead. */
export class SourceTexts {
  constructor(private readonly interpreters: Interpreters) {}

  async of(document: vscode.TextDocument): Promise<SourceText> {
    const text = document.getText();
    const own = toPortable(document.uri.fsPath);
    const unsaved = unsavedSources().filter(({ path }) => path !== own);
    const interpreter = await this.interpreters.of(document.uri, INTERPRETER_PATIENCE);
    const sitePackages = interpreter?.environment.sitePackages ?? null;
    return { path: document.uri.fsPath, text, sitePackages, unsaved };
  }
}
