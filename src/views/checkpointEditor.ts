import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type {
  AllRequests,
  EditorCommand,
  EditorState,
  EventMessage,
  ReplyMessage,
  RequestMessage,
} from '../protocol/messages';
import { CheckpointError } from '../checkpointError';
import { parseWebviewRequest } from '../protocol/webviewRequest';
import { errorBodyOf } from '../worker/errorBody';
import type { CheckpointDocument } from './checkpointDocument';
import type { EditorRegistry, OpenEditor } from './editorRegistry';
import type { EmbeddedSources } from './embeddedSources';
import { exportTable } from './exportTable';
import { belongsInTextEditor, type HandOver } from './handOver';
import { windowTexts } from './hostTexts';
import { checkpointSettings } from './settings';
import { webviewPage } from './webviewPage';

export interface EditorServices {
  readonly mediaFolder: vscode.Uri;
  readonly registry: EditorRegistry;
  readonly sources: EmbeddedSources;
  readonly handOver: HandOver;
}

/** One editor of a document: answers what its webview asks, and nothing else. */
export class CheckpointEditor implements OpenEditor {
  /** Names this editor's view in the worker; another editor's name is refused. */
  private readonly view = randomUUID();
  private readonly openedAt = Date.now();
  private explains = false;
  private disposed = false;
  /** What to show once the editor has its rows. */
  private revealed: readonly (string | number)[] | null = null;
  state: EditorState | null = null;

  constructor(
    private readonly document: CheckpointDocument,
    readonly panel: vscode.WebviewPanel,
    private readonly services: EditorServices,
  ) {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [services.mediaFolder] };
    const parts = [
      webview.onDidReceiveMessage((data: unknown) => void this.receive(data)),
      document.onEvent((event) => void this.post(event)),
      services.registry.add(this),
    ];
    panel.onDidDispose(() => {
      this.disposed = true;
      vscode.Disposable.from(...parts).dispose();
    });
    webview.html = webviewPage(webview, services.mediaFolder, 'checkpointEditor', {
      view: this.view,
      texts: windowTexts(),
      defaults: checkpointSettings(document.uri).defaults,
    });
  }

  get uri(): vscode.Uri {
    return this.document.uri;
  }

  run(command: EditorCommand): void {
    this.panel.reveal(this.panel.viewColumn, false);
    void this.post({ type: 'event', event: 'command', command });
  }

  reveal(path: readonly (string | number)[]): void {
    this.revealed = path;
    this.panel.reveal(this.panel.viewColumn, false);
    if (this.state !== null) void this.showRevealed();
  }

  private async showRevealed(): Promise<void> {
    const path = this.revealed;
    this.revealed = null;
    if (path === null) return;
    const { key } = await this.document.request('locate', { path });
    if (key !== null) await this.post({ type: 'event', event: 'reveal', key });
  }

  private async receive(data: unknown): Promise<void> {
    const request = parseWebviewRequest(data);
    if (request === null) {
      await this.refuse(data);
      return;
    }
    const { id } = request;
    let reply: ReplyMessage;
    try {
      reply = { type: 'reply', id, ok: true, body: await this.answer(request) };
    } catch (error) {
      const body = errorBodyOf(error);
      if (request.kind === 'open' && !request.body.reload && this.handsOver(body.code)) {
        await this.services.handOver.replace(this.uri, this.panel);
        return;
      }
      reply = { type: 'reply', id, ok: false, error: body };
    }
    await this.post(reply);
  }

  /** Not when it is tried again: then the person wants to see why. */
  private handsOver(code: string): boolean {
    if (this.explains || !belongsInTextEditor(code)) return false;
    this.explains = true;
    return !this.services.handOver.wasChosen(this.uri, this.openedAt);
  }

  private answer(request: RequestMessage): Promise<AllRequests[keyof AllRequests]['reply']> {
    const { kind, body } = request;
    if ('view' in body && body.view !== this.view) throw new CheckpointError('host.badRequest');
    switch (kind) {
      case 'open':
        return this.document.open(body.reload);
      case 'copyToClipboard':
        return this.copyToClipboard(body);
      case 'exportTable':
        return this.exportTable(body.view);
      case 'openAsText':
        return this.services.handOver.replace(this.uri, this.panel).then(() => ({}));
      case 'showSource':
        return this.services.sources.show(body.name, body.text).then(() => ({}));
      case 'editorState':
        this.state = body;
        this.services.registry.updateContext();
        void this.showRevealed();
        return Promise.resolve({});
      default:
        return this.document.request(kind, body);
    }
  }

  private async copyToClipboard(body: AllRequests['copy']['request']): Promise<{ readonly lines: number }> {
    const { text } = await this.document.request('copy', body);
    await vscode.env.clipboard.writeText(text);
    return { lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) };
  }

  private async exportTable(view: string): Promise<{ readonly saved: boolean }> {
    const saved = await exportTable(this.uri, async (format) => {
      const { text } = await this.document.request('copy', { view, key: null, format });
      return text;
    });
    return { saved };
  }

  /** Every request gets an answer, one that is not understood too. */
  private async refuse(data: unknown): Promise<void> {
    const id = typeof data === 'object' && data !== null && 'id' in data ? data.id : null;
    if (typeof id !== 'number') return;
    await this.post({
      type: 'reply',
      id,
      ok: false,
      error: errorBodyOf(new CheckpointError('host.badRequest')),
    });
  }

  private async post(message: ReplyMessage | EventMessage): Promise<void> {
    // An answer may come after the editor was closed.
    if (!this.disposed) await this.panel.webview.postMessage(message);
  }
}
