import type * as vscode from 'vscode';
import type { EventMessage, ViewState } from '../../../src/protocol/messages';
import { CheckpointDocument } from '../../../src/views/checkpointDocument';
import { startAnalysis, type StartAnalysis } from '../../../src/views/startAnalysis';
import { extension } from './extension';

/** The first state of an editor. */
export const plainView: ViewState = {
  mode: 'table',
  filter: '',
  sort: null,
  foldRuns: true,
  expanded: [],
  collapsed: [],
};

export interface OpenDocument {
  readonly document: CheckpointDocument;
  /** What its editors were told, as `documentChanged` and `documentStale CODE`. */
  readonly told: readonly string[];
  /** Keys of the table, as an editor asks for them. */
  keys(): Promise<string[]>;
}

const documents: CheckpointDocument[] = [];

/** A document as the editors have it, with its worker; closed by `closeDocuments`. */
export function openDocument(
  uri: vscode.Uri,
  start: StartAnalysis = startAnalysis(extension().extensionUri),
): OpenDocument {
  const document = new CheckpointDocument(uri, start, () => undefined);
  documents.push(document);
  const told: string[] = [];
  document.onEvent((event: EventMessage) =>
    told.push(event.event === 'documentStale' ? `${event.event} ${event.reason.code}` : event.event),
  );
  return {
    document,
    told,
    keys: async () => {
      const { rowCount } = await document.request('setView', { view: 'v', state: plainView, anchor: null });
      const { rows } = await document.request('rows', { view: 'v', start: 0, end: rowCount });
      return rows.map(({ name }) => name);
    },
  };
}

export function closeDocuments(): void {
  for (const document of documents.splice(0)) document.dispose();
}
