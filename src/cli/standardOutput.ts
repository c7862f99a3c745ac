import { write } from 'node:fs';
import { isatty } from 'node:tty';

const standardOutput = 1;

/** Chunks that may wait for a slow reader before the writer does. */
const mostWaiting = 16;

/** How long a full pipe is left alone that somebody made non-blocking. */
const fullPipeMilliseconds = 2;

/**
 * Standard output that is written while the process computes. Node's own stream writes to a pipe in the middle
 * of the computation; it is used where a terminal needs it. Everything that was written arrives before the
 * process ends, as long as nobody calls `process.exit`.
 */
export class StandardOutput {
  private readonly isTerminal = isatty(standardOutput);
  private readonly waiting: Buffer[] = [];
  private isWriting = false;
  private isClosed = false;

  /** @param onClosed called when the reader has gone (`graftlens … | head`); what comes then is dropped */
  constructor(private readonly onClosed: () => void) {
    if (!this.isTerminal) return;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.failed(error));
  }

  /** Width in characters. */
  get columns(): number {
    return this.isTerminal ? process.stdout.columns : 80;
  }

  write(text: string): void {
    if (this.isClosed || text === '') return;
    if (this.isTerminal) {
      process.stdout.write(text);
      return;
    }
    this.waiting.push(Buffer.from(text));
    this.next();
  }

  /** Lets written text go on its way; waits for a reader that is slow. */
  async turn(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > mostWaiting && !this.isClosed);
  }

  private next(): void {
    const [chunk] = this.waiting;
    if (this.isWriting || chunk === undefined) return;
    this.isWriting = true;
    write(standardOutput, chunk, (error, count) => {
      this.isWriting = false;
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.next(), fullPipeMilliseconds);
        return;
      }
      if (error !== null) {
        this.failed(error);
        return;
      }
      if (count < chunk.length) this.waiting[0] = chunk.subarray(count);
      else this.waiting.shift();
      this.next();
    });
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') throw error;
    this.isClosed = true;
    this.waiting.length = 0;
    this.onClosed();
  }
}
