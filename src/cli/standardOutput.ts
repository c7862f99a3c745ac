import { fstatSync, writev } from 'node:fs';
import type * as Tty from 'node:tty';

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
  private readonly isTerminal = isTerminal();
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
    const { waiting } = this;
    if (this.isWriting || waiting.length === 0) return;
    this.isWriting = true;
    writev(standardOutput, waiting, (error, count) => {
      this.isWriting = false;
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.next(), fullPipeMilliseconds);
        return;
      }
      if (error !== null) {
        this.failed(error);
        return;
      }
      this.written(count);
      this.next();
    });
  }

  /** Takes away so many bytes of what waits. */
  private written(count: number): void {
    const { waiting } = this;
    let whole = 0;
    for (let [chunk] = waiting; chunk !== undefined && count >= chunk.length; chunk = waiting[whole]) {
      count -= chunk.length;
      whole += 1;
    }
    waiting.splice(0, whole);
    const [rest] = waiting;
    if (rest !== undefined && count > 0) waiting[0] = rest.subarray(count);
  }

  private failed(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE') throw error;
    this.isClosed = true;
    this.waiting.length = 0;
    this.onClosed();
  }
}

/** Whether somebody reads along. Node's module for it takes a millisecond to load, and few outputs are devices. */
function isTerminal(): boolean {
  if (!isCharacterDevice()) return false;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('node:tty') as typeof Tty).isatty(standardOutput);
}

function isCharacterDevice(): boolean {
  try {
    return fstatSync(standardOutput).isCharacterDevice();
  } catch {
    // Closed (`>&-`): the first write says so.
    return false;
  }
}
