import type * as vscode from 'vscode';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceRequests, TableReport } from '../../worker/sourceMessages';
import { DocumentReports } from './documentReports';
import type { SourceTexts } from './sourceTexts';
import type { WorkspaceSources } from './workspaceSources';

/** Milliseconds that the search for a class and its construction may take. */
const TIME_LIMIT = 40_000;
const KEY = 'graftlens.source.tableClasses';
/** Characters of a table: real ones have some thousand. */
const MAX_LENGTH = 300_000;

/** Rows that are lists inside a list, which a table of layers has and other YAML rarely. */
const ROWS = /^\s*(?:-\s*\[|\[\s*\[|\[\s*-?\d)/m;

/** Whether a document may be a table of layers: YAML on this machine's disk with rows that are lists. */
export function isTable(document: vscode.TextDocument): boolean {
  if (document.languageId !== 'yaml' || document.uri.scheme !== 'file') return false;
  const text = document.getText();
  return text.length <= MAX_LENGTH && ROWS.test(text);
}

/** What is known of every open table of layers. */
export class TableReports extends DocumentReports<TableReport> {
  constructor(
    private readonly worker: RestartingWorker<SourceRequests>,
    private readonly texts: SourceTexts,
    private readonly sources: WorkspaceSources,
    private readonly memory: vscode.Memento,
  ) {
    super();
  }

  /** Builds the table with another class from now on: `FILE:Name`. */
  async choose(document: vscode.TextDocument, chosen: string): Promise<void> {
    await this.memory.update(KEY, { ...this.chosen, [document.uri.toString()]: chosen });
    await this.refresh(document);
  }

  protected accepts(document: vscode.TextDocument): boolean {
    return isTable(document);
  }

  protected async ask(document: vscode.TextDocument): Promise<TableReport | null> {
    const { version } = document;
    const [source, files] = await Promise.all([this.texts.of(document), this.sources.paths()]);
    const chosen = this.chosen[document.uri.toString()] ?? null;
    return this.worker.request('table', { ...source, version, files, chosen }, TIME_LIMIT);
  }

  private get chosen(): Readonly<Record<string, string>> {
    return this.memory.get<Readonly<Record<string, string>>>(KEY) ?? {};
  }
}
