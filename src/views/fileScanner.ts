import type { WorkerRequestKind, WorkerRequests } from '../protocol/messages';
import type { AnalysisWorker } from '../worker/client';

/** What is asked of a file's pickles and not of its rows. */
const requests: ReadonlySet<WorkerRequestKind> = new Set([
  'safety',
  'pickles',
  'disassembly',
  'disassemblyLine',
]);

export function isScannerRequest(kind: WorkerRequestKind): boolean {
  return requests.has(kind);
}

/** Milliseconds without a question after which the worker ends: what it inflated and scanned is memory. */
const idleLimit = 30_000;

/**
 * Scans and disassembles a file in a worker of its own, so that one that is built to exhaust a scan never costs
 * its rows. The worker starts with the first question and ends when there is none for a while.
 */
export class FileScanner {
  private worker: AnalysisWorker | null = null;
  private open = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly start: () => AnalysisWorker) {}

  /**
   * @param timeoutMs that the answer may take; then the worker ends, and the next question starts another
   * @throws RequestError as `AnalysisWorker` does
   */
  async request<K extends WorkerRequestKind>(
    kind: K,
    body: WorkerRequests[K]['request'],
    timeoutMs: number,
  ): Promise<WorkerRequests[K]['reply']> {
    clearTimeout(this.idle);
    this.open++;
    try {
      return await this.started().request(kind, body, { timeoutMs });
    } finally {
      if (--this.open === 0) this.idle = setTimeout(() => this.end(), idleLimit);
    }
  }

  /** Ends the worker and gives its memory back; open questions are answered with `worker.ended`. */
  end(): void {
    clearTimeout(this.idle);
    this.worker?.dispose();
    this.worker = null;
  }

  private started(): AnalysisWorker {
    if (this.worker !== null) return this.worker;
    const worker = this.start();
    this.worker = worker;
    void worker.ended.then(() => {
      if (this.worker === worker) this.worker = null;
    });
    return worker;
  }
}
