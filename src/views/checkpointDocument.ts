import * as vscode from 'vscode';
import type {
  DocumentSummary,
  ErrorBody,
  EventMessage,
  Message,
  WorkerRequestKind,
  WorkerRequests,
} from '../protocol/messages';
import type { AnalysisWorker } from '../worker/client';
import { errorBodyOf } from '../worker/errorBody';
import { CheckpointError } from '../checkpointError';
import { FileScanner, isScannerRequest } from './fileScanner';
import { FileWatch } from './fileWatch';
import { checkpointSettings } from './settings';
import type { StartAnalysis } from './startAnalysis';

/** Restarts of an analysis that ended by itself, before the editor only says so. */
const maxRestarts = 2;

/**
 * One opened checkpoint: its analysis in a worker, and its file on disk. All editors of the file share it;
 * closing the last one ends the worker.
 */
export class CheckpointDocument implements vscode.CustomDocument {
  private readonly events = new vscode.EventEmitter<EventMessage>();
  /** Sent to every editor of the document. */
  readonly onEvent = this.events.event;
  private readonly watch: FileWatch | null;
  private analysis: AnalysisWorker | null = null;
  private readonly scanner: FileScanner;
  private opening: Promise<DocumentSummary> | null = null;
  private opened = false;
  private restarts = 0;
  /** The editors were told that what they show is no longer what the file holds. */
  private stale = false;
  private disposed = false;

  constructor(
    readonly uri: vscode.Uri,
    private readonly start: StartAnalysis,
    private readonly onDisposed: () => void,
  ) {
    this.scanner = new FileScanner(() => start(uri));
    this.watch = checkpointSettings(uri).reloadOnChange
      ? new FileWatch(uri, (exists) => void this.fileChanged(exists))
      : null;
    // The worker starts while the webview loads its page.
    void this.open(false).catch(() => undefined);
  }

  /**
   * The header; reads the file only once for all editors, again with `reload` or after a failure. Where the
   * editors showed an old state, all of them are told of the new one.
   */
  async open(reload: boolean): Promise<DocumentSummary> {
    const summary = await this.openOnce(reload);
    if (this.stale) {
      this.stale = false;
      this.fire({ type: 'event', event: 'documentChanged', summary });
    }
    return summary;
  }

  private openOnce(reload: boolean): Promise<DocumentSummary> {
    if (this.opening === null || reload) {
      const opening = this.read(reload && this.opened);
      this.opening = opening;
      opening.catch(() => {
        // The next editor tries again.
        if (this.opening === opening && !this.opened) this.opening = null;
      });
    }
    return this.opening;
  }

  request<K extends Exclude<WorkerRequestKind, 'open'>>(
    kind: K,
    body: WorkerRequests[K]['request'],
  ): Promise<WorkerRequests[K]['reply']> {
    if (this.disposed) return Promise.reject(new CheckpointError('worker.ended'));
    if (isScannerRequest(kind)) return this.scanner.request(kind, body, this.timeLimit);
    if (this.analysis === null) return Promise.reject(new CheckpointError('worker.ended'));
    return this.analysis.request(kind, body, { timeoutMs: this.timeLimit });
  }

  dispose(): void {
    this.disposed = true;
    this.watch?.dispose();
    this.analysis?.dispose();
    this.analysis = null;
    this.scanner.end();
    this.events.dispose();
    this.onDisposed();
  }

  private async read(reload: boolean): Promise<DocumentSummary> {
    await this.watch?.remember();
    if (this.disposed) throw new CheckpointError('worker.ended');
    if (reload) this.scanner.end();
    this.analysis ??= this.startAnalysis();
    const summary = await this.analysis.request('open', { reload }, { timeoutMs: this.timeLimit });
    this.opened = true;
    return summary;
  }

  private startAnalysis(): AnalysisWorker {
    const analysis = this.start(this.uri);
    void analysis.ended.then((reason) => this.analysisEnded(analysis, reason));
    return analysis;
  }

  /** Milliseconds that one answer may take; then the worker ends, since nothing else could stop it. */
  private get timeLimit(): number {
    return checkpointSettings(this.uri).timeLimit;
  }

  /** The worker is gone: of itself, or because an answer took too long. */
  private async analysisEnded(analysis: AnalysisWorker, reason: ErrorBody | null): Promise<void> {
    if (this.analysis !== analysis) return;
    this.analysis = null;
    if (this.disposed || !this.opened) return;
    this.opened = false;
    this.opening = null;
    if (++this.restarts > maxRestarts) {
      this.fireStale(reason ?? { code: 'worker.ended', args: [] });
      return;
    }
    await this.reread();
  }

  private async fileChanged(exists: boolean): Promise<void> {
    if (!exists) {
      this.fireStale({ code: 'host.deleted', args: [] });
      return;
    }
    this.restarts = 0;
    await this.reread();
  }

  /** Reads the file again and tells the editors; on failure the last good state stays. */
  private async reread(): Promise<void> {
    const good = this.opening;
    try {
      this.stale = true;
      await this.open(true);
    } catch (error) {
      if (this.opened) this.opening = good;
      this.fireStale(errorBodyOf(error));
    }
  }

  private fireStale(reason: Message): void {
    this.stale = true;
    this.fire({ type: 'event', event: 'documentStale', reason });
  }

  private fire(event: EventMessage): void {
    if (!this.disposed) this.events.fire(event);
  }
}
