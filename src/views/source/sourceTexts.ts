import type * as vscode from 'vscode';
import { toPortable } from '../../files/importRoot';
import type { SourceText } from '../../worker/sourceMessages';
import { unsavedSources } from '../unsavedSources';
import type { Interpreters } from '../interpreters';
import { sourcePath } from './sourcePaths';

/** Milliseconds that a first report waits for the choice of an interpreter; a later choice makes a new report. */
const INTERPRETER_PATIENCE = 200;

/** Documents as the worker is told of them: their text, other unsaved ones, and where imports lead. */
export class SourceTexts {
  constructor(private readonly interpreters: Interpreters) {}

  async of(document: vscode.TextDocument): Promise<SourceText> {
    const text = document.getText();
    const path = sourcePath(document.uri);
    const own = toPortable(path);
    const unsaved = unsavedSources().filter((one) => one.path !== own);
    // The packages of this machine are not those of a file that lies elsewhere.
    const isHere = document.uri.scheme === 'file' || document.uri.scheme === 'untitled';
    const interpreter = isHere ? await this.interpreters.of(document.uri, INTERPRETER_PATIENCE) : null;
    return { path, text, sitePackages: interpreter?.environment.sitePackages ?? null, unsaved };
  }
}
