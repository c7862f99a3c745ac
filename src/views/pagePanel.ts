import * as vscode from 'vscode';
import { CheckpointError } from '../checkpointError';
import type { ReplyMessage } from '../protocol/messages';
import { errorBodyOf } from '../worker/errorBody';
import { windowTexts } from './hostTexts';
import { webviewPage } from './webviewPage';

interface PageRequest {
  readonly id: number;
  readonly kind: string;
}

/** What a page is told and what it asks; the panel only carries it. */
export interface PageModel<Request extends PageRequest> extends vscode.Disposable {
  readonly id: string;
  readonly title: string;
  readonly page: unknown;
  readonly onDidChange: vscode.Event<void>;
  answer(request: Exclude<Request, { kind: 'ready' }>): Promise<unknown>;
}

/** The script of a page, and what reads its requests. */
export interface PageKind<Request extends PageRequest> {
  readonly script: string;
  /** The request, null for what is none. */
  readonly parse: (data: unknown) => Request | null;
}

/** An editor tab with a page that the host sends anew when something has changed. */
export class PagePanel<Request extends PageRequest> {
  private readonly parts: vscode.Disposable[];
  private disposed = false;
  /** Whether the page has asked; what is told before would come twice, and pages of large models are large. */
  private wasAsked = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly model: PageModel<Request>,
    private readonly kind: PageKind<Request>,
    mediaFolder: vscode.Uri,
    onDisposed: () => void,
  ) {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [mediaFolder] };
    panel.title = model.title;
    panel.iconPath = vscode.Uri.joinPath(mediaFolder, 'icon.png');
    this.parts = [
      webview.onDidReceiveMessage((data: unknown) => void this.receive(data)),
      model.onDidChange(() => {
        if (panel.title !== model.title) panel.title = model.title;
        if (this.wasAsked) void this.post({ type: 'event', event: 'page', page: model.page });
      }),
    ];
    panel.onDidDispose(() => {
      this.disposed = true;
      vscode.Disposable.from(...this.parts, model).dispose();
      onDisposed();
    });
    webview.html = webviewPage(webview, mediaFolder, kind.script, {
      texts: windowTexts(),
      report: model.id,
    });
  }

  private async receive(data: unknown): Promise<void> {
    const request = this.kind.parse(data);
    if (request === null) {
      const id = typeof data === 'object' && data !== null && 'id' in data ? data.id : null;
      if (typeof id === 'number') await this.refuse(id, new CheckpointError('host.badRequest'));
      return;
    }
    this.wasAsked ||= request.kind === 'ready';
    try {
      const body = request.kind === 'ready' ? this.model.page : await this.model.answer(asked(request));
      const reply: ReplyMessage = { type: 'reply', id: request.id, ok: true, body: body ?? {} };
      await this.post(reply);
    } catch (error) {
      await this.refuse(request.id, error);
    }
  }

  private async refuse(id: number, error: unknown): Promise<void> {
    await this.post({ type: 'reply', id, ok: false, error: errorBodyOf(error) });
  }

  private async post(message: unknown): Promise<void> {
    // An answer may come after the tab was closed.
    if (!this.disposed) await this.panel.webview.postMessage(message);
  }
}

/** What is left when it is not "ready", which the compiler cannot tell of a type that it does not know yet. */
function asked<Request extends PageRequest>(request: Request): Exclude<Request, { kind: 'ready' }> {
  return request as Exclude<Request, { kind: 'ready' }>;
}
