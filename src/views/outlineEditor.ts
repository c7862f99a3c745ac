import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { CheckpointError } from '../checkpointError';
import type {
  AllRequests,
  DocumentSummary,
  EditorCommand,
  EditorState,
  EventMessage,
  HostRequests,
  ReplyMessage,
  RequestMessage,
  WebviewBoot,
  WorkerRequestKind,
  WorkerRequests,
} from '../protocol/messages';
import { parseWebviewRequest } from '../protocol/webviewRequest';
import type { SafetyPlace } from '../protocol/safetyPage';
import { errorBodyOf } from '../worker/errorBody';
import type { EditorRegistry, OpenEditor } from './editorRegistry';
import { exportTable } from './exportTable';
import { windowTexts } from './hostTexts';
import { checkpointSettings } from './settings';
import { webviewPage } from './webviewPage';

/** What an editor of an outline shows; several editors may show one. */
export interface OutlineModel {
  readonly uri: vscode.Uri;
  readonly onEvent: vscode.Event<EventMessage>;
  /** The header; with `reload`, of what there is now. */
  open(reload: boolean): Promise<DocumentSummary>;
  request<K extends Exclude<WorkerRequestKind, 'open'>>(
    kind: K,
    body: WorkerRequests[K]['request'],
  ): Promise<WorkerRequests[K]['reply']>;
}

/** Requests that each kind of editor answers in its own way. */
export type OwnRequestKind = Exclude<keyof HostRequests, 'copyToClipboard' | 'exportTable' | 'editorState'>;

export type OwnRequest = Extract<RequestMessage, { readonly kind: OwnRequestKind }>;

export interface OutlineEditorKind {
  readonly subject: WebviewBoot['subject'];
  readonly origin: string | null;
  /** The name that an exported table is proposed, without its extension. */
  readonly exportName: vscode.Uri;
  answer(request: OwnRequest): Promise<AllRequests[OwnRequestKind]['reply']>;
  /** The document cannot be opened: true when something else takes the editor's place. */
  onOpenFailed(code: string): Promise<boolean>;
}

export interface OutlineEditorServices {
  readonly mediaFolder: vscode.Uri;
  readonly registry: EditorRegistry;
}

/** One webview on an outline: answers what it asks, and nothing else. The panel's listeners keep it alive. */
export class OutlineEditor implements OpenEditor {
  /** Names this editor's view in the worker; another editor's name is refused. */
  private readonly view = randomUUID();
  private disposed = false;
  /** What to show once the editor has its rows. */
  private revealed: readonly (string | number)[] | null = null;
  private finding: SafetyPlace | null = null;
  state: EditorState | null = null;

  constructor(
    private readonly model: OutlineModel,
    readonly panel: vscode.WebviewPanel,
    private readonly kind: OutlineEditorKind,
    private readonly services: OutlineEditorServices,
  ) {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [services.mediaFolder] };
    const parts = [
      webview.onDidReceiveMessage((data: unknown) => void this.receive(data)),
      model.onEvent((event) => void this.post(event)),
      services.registry.add(this),
    ];
    panel.onDidDispose(() => {
      this.disposed = true;
      vscode.Disposable.from(...parts).dispose();
    });
    webview.html = webviewPage(webview, services.mediaFolder, 'checkpointEditor', {
      view: this.view,
      subject: kind.subject,
      origin: kind.origin,
      texts: windowTexts(),
      defaults: checkpointSettings(model.uri).defaults,
    });
  }

  get uri(): vscode.Uri {
    return this.model.uri;
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

  showFinding(place: SafetyPlace): void {
    this.finding = place;
    this.panel.reveal(this.panel.viewColumn, false);
    if (this.state !== null) void this.showRevealed();
  }

  private async showRevealed(): Promise<void> {
    const place = this.finding;
    this.finding = null;
    if (place !== null) await this.post({ type: 'event', event: 'showFinding', place });
    const path = this.revealed;
    this.revealed = null;
    if (path === null) return;
    const { key } = await this.model.request('locate', { path });
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
      if (request.kind === 'open' && !request.body.reload && (await this.kind.onOpenFailed(body.code)))
        return;
      reply = { type: 'reply', id, ok: false, error: body };
    }
    await this.post(reply);
  }

  private answer(request: RequestMessage): Promise<AllRequests[keyof AllRequests]['reply']> {
    const { kind, body } = request;
    if ('view' in body && body.view !== this.view) throw new CheckpointError('host.badRequest');
    switch (kind) {
      case 'open':
        return this.model.open(body.reload);
      case 'copyToClipboard':
        return this.copyToClipboard(body);
      case 'exportTable':
        return this.exportTable(body.view);
      case 'editorState':
        this.state = body;
        this.services.registry.updateContext();
        void this.showRevealed();
        return Promise.resolve({});
      case 'openAsText':
      case 'showSource':
      case 'openPlace':
      case 'openDisassembly':
      case 'goToSource':
      case 'chooseArguments':
        return this.kind.answer(request);
      default:
        return this.model.request(kind, body);
    }
  }

  private async copyToClipboard(body: AllRequests['copy']['request']): Promise<{ readonly lines: number }> {
    const { text } = await this.model.request('copy', body);
    await vscode.env.clipboard.writeText(text);
    return { lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) };
  }

  private async exportTable(view: string): Promise<{ readonly saved: boolean }> {
    const saved = await exportTable(this.kind.exportName, async (format) => {
      const { text } = await this.model.request('copy', { view, key: null, format });
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
