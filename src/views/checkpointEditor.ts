import * as vscode from 'vscode';
import { CheckpointError } from '../checkpointError';
import type { CheckpointDocument } from './checkpointDocument';
import type { Disassemblies } from './disassembly/disassemblies';
import type { EmbeddedSources } from './embeddedSources';
import { belongsInTextEditor, type HandOver } from './handOver';
import {
  OutlineEditor,
  type OutlineEditorKind,
  type OutlineEditorServices,
  type OwnRequest,
} from './outlineEditor';

export interface EditorServices extends OutlineEditorServices {
  readonly sources: EmbeddedSources;
  readonly handOver: HandOver;
  readonly disassemblies: Disassemblies;
}

/** Shows a checkpoint in a panel; hands a file that is none over to the text editor. */
export function openCheckpointEditor(
  document: CheckpointDocument,
  panel: vscode.WebviewPanel,
  services: EditorServices,
): OutlineEditor {
  return new OutlineEditor(document, panel, new CheckpointKind(document, panel, services), services);
}

class CheckpointKind implements OutlineEditorKind {
  readonly subject = 'checkpoint';
  readonly origin = null;
  private readonly openedAt = Date.now();
  private explains = false;

  constructor(
    private readonly document: CheckpointDocument,
    private readonly panel: vscode.WebviewPanel,
    private readonly services: EditorServices,
  ) {}

  get exportName(): vscode.Uri {
    return this.document.uri;
  }

  async answer({ kind, body }: OwnRequest): Promise<Record<string, never>> {
    switch (kind) {
      case 'openAsText':
        await this.services.handOver.replace(this.document.uri, this.panel);
        return {};
      case 'showSource':
        await this.services.sources.show(body.name, body.text);
        return {};
      case 'openDisassembly':
        await this.services.disassemblies.openAt(
          this.document.uri,
          body.record,
          body.offset,
          vscode.ViewColumn.Beside,
        );
        return {};
      default:
        throw new CheckpointError('host.badRequest');
    }
  }

  /** Not when it is tried again: then the person wants to see why. */
  async onOpenFailed(code: string): Promise<boolean> {
    if (this.explains || !belongsInTextEditor(code)) return false;
    this.explains = true;
    if (this.services.handOver.wasChosen(this.document.uri, this.openedAt)) return false;
    await this.services.handOver.replace(this.document.uri, this.panel);
    return true;
  }
}
