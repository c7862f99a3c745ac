import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { CheckPage, CheckRequestMessage } from '../../protocol/checkPage';
import type { ReplyMessage } from '../../protocol/messages';
import { parseCheckRequest } from '../../protocol/checkRequest';
import { errorBodyOf } from '../../worker/errorBody';
import { windowTexts } from '../hostTexts';
import { webviewPage } from '../webviewPage';

export const reportViewType = 'graftlens.report';

/** What a report's page is told and what it asks; the panel only carries it. */
export interface ReportModel extends vscode.Disposable {
  readonly id: string;
  readonly title: string;
  readonly page: CheckPage;
  readonly onDidChange: vscode.Event<void>;
  answer(request: Exclude<CheckRequestMessage, { kind: 'ready' }>): Promise<unknown>;
}

/** An editor tab with the report of one link. */
export class ReportPanel {
  private readonly parts: vscode.Disposable[];
  private disposed = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly model: ReportModel,
    mediaFolder: vscode.Uri,
    onDisposed: () => void,
  ) {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [mediaFolder] };
    panel.title = model.title;
    panel.iconPath = vscode.Uri.joinPath(mediaFolder, 'icon.png');
    this.parts = [
      webview.onDidReceiveMessage((data: unknown) => void this.receive(data)),
      model.onDidChange(() => void this.post({ type: 'event', event: 'page', page: model.page })),
    ];
    panel.onDidDispose(() => {
      this.disposed = true;
      vscode.Disposable.from(...this.parts, model).dispose();
      onDisposed();
    });
    webview.html = webviewPage(webview, mediaFolder, 'report', { texts: windowTexts(), report: model.id });
  }

  private async receive(data: unknown): Promise<void> {
    const request = parseCheckRequest(data);
    if (request === null) {
      const id = typeof data === 'object' && data !== null && 'id' in data ? data.id : null;
      if (typeof id === 'number') await this.refuse(id, new CheckpointError('host.badRequest'));
      return;
    }
    try {
      const body = request.kind === 'ready' ? this.model.page : await this.model.answer(request);
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
