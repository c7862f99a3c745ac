import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  failureOf,
  type CheckOutcome,
  type EndedProcess,
  type InterpreterFailure,
} from '../interpreter/outcome';
import {
  parseMessage,
  type CheckReply,
  type InterpreterHello,
  type InterpreterMessage,
  type InterpreterStage,
} from '../interpreter/reply';
import type { CheckRequest } from '../interpreter/request';
import { BoundedText } from './boundedText';
import { pythonEnvironment } from './environment';
import { MessageLines } from './messageLines';
import { endTree, endTreeNow } from './processTree';

/** Characters kept of the beginning and of the end of what the user's code prints: what a person looks at. */
const LOG_SIZE = 64 << 10;
/** Characters of it that are passed on as they come: an output panel holds no more with comfort. */
const MAX_SHOWN = 1 << 20;
/** Longest message: some hundred bytes for each key, and no model has millions of them. */
const MAX_MESSAGE = 256 << 20;
/** Milliseconds that a process which has answered may take to be gone. */
const AFTER_REPLY = 500;

export interface CheckOptions {
  /** A path, or a name that is looked up on the search path. */
  readonly python: string;
  /** `python/check_weights.py` of the package. */
  readonly script: string;
  /** Ends the process and all that it started. */
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
  /** What is being done: importing torch, importing the user's file, building, loading, … */
  onProgress?(stage: InterpreterStage): void;
  /** What the user's code, Python and torch print, as it comes. */
  onLog?(text: string): void;
}

/**
 * Asks the user's Python one question. Never rejects: what goes wrong is a failure with a code.
 * The process leads a group of its own and ends with this one, however that ends.
 */
export function runCheck(request: CheckRequest, options: CheckOptions): Promise<CheckOutcome> {
  return new Run(request, options).outcome;
}

class Run {
  readonly outcome: Promise<CheckOutcome>;
  private readonly token = `graftlens-${randomBytes(12).toString('hex')} `;
  private readonly child: ChildProcess | null;
  private readonly log = new BoundedText(LOG_SIZE);
  private readonly stray = new BoundedText(LOG_SIZE);
  private readonly errors = new BoundedText(1 << 12);
  private readonly timer: NodeJS.Timeout;
  private settle: (outcome: CheckOutcome) => void = () => undefined;
  private stage: InterpreterStage = 'start';
  private hello: InterpreterHello | null = null;
  private failure: InterpreterFailure | null = null;
  private reply: CheckReply | null = null;
  private ended: EndedProcess['ended'] = 'itself';
  private startError: string | null = null;
  private garbled = false;
  private shown = 0;
  /** Waits for the streams of a process that has exited. */
  private closing: NodeJS.Timeout | undefined;

  constructor(
    private readonly request: CheckRequest,
    private readonly options: CheckOptions,
  ) {
    this.outcome = new Promise((settle) => (this.settle = settle));
    this.timer = setTimeout(() => this.end('timeout'), request.timeLimit * 1000);
    this.child = options.signal?.aborted === true ? null : this.start();
    if (this.child === null) {
      if (this.startError === null) this.ended = 'cancel';
      this.finish(null, null);
    }
  }

  private start(): ChildProcess | null {
    const { script, signal, environment } = this.options;
    // The process starts in the model's folder; a path is meant from here, a bare name is looked up.
    const python = /[\\/]/.test(this.options.python) ? resolve(this.options.python) : this.options.python;
    let child;
    try {
      child = spawn(python, [script, this.token], {
        cwd: this.request.model.root,
        env: pythonEnvironment(python, environment),
        stdio: ['pipe', 'pipe', 'pipe'],
        // A group of its own, so that all of it can be ended.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
    } catch (error) {
      // Arguments that no system takes: a NUL in the path.
      this.startError = errorCode(error);
      return null;
    }
    child.once('error', (error) => {
      const noRoot = errorCode(error) === 'ENOENT' && !existsSync(this.request.model.root);
      this.startError = noRoot ? 'NOROOT' : errorCode(error);
      this.finish(null, null);
    });
    child.once('exit', (status, exitSignal) => this.exited(status, exitSignal));
    const lines = new MessageLines(this.token, MAX_MESSAGE, {
      message: (text) => this.message(parseMessage(text)),
      other: (text) => {
        this.stray.add(text);
        this.addLog(text);
      },
      tooLong: () => this.end('outputLimit'),
    });
    child.stdout.on('data', (data: Buffer) => lines.add(data));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.errors.add(text);
      this.addLog(text);
    });
    // The process may be gone before it has read the request.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    // Left open: its end tells the process that this one is gone.
    child.stdin.write(`${JSON.stringify(this.request)}\n`);
    signal?.addEventListener('abort', this.cancel, { once: true });
    process.once('exit', this.hostEnds);
    return child;
  }

  private readonly cancel = (): void => this.end('cancel');

  private readonly hostEnds = (): void => {
    if (this.child !== null) endTreeNow(this.child);
  };

  private addLog(text: string): void {
    this.log.add(text);
    const left = MAX_SHOWN - this.shown;
    if (left <= 0) return;
    this.shown += text.length;
    this.options.onLog?.(text.length <= left ? text : `${text.slice(0, left)}\n[…]\n`);
  }

  private message(message: InterpreterMessage | null): void {
    if (message === null) {
      this.garbled = true;
      return;
    }
    switch (message.type) {
      case 'hello':
        this.hello = message;
        break;
      case 'progress':
        this.stage = message.stage;
        this.options.onProgress?.(message.stage);
        break;
      case 'failure':
        this.failure ??= message;
        this.end('itself');
        break;
      case 'reply':
        this.reply = message;
        this.end('itself');
        break;
    }
  }

  /** Sees to it that the process and what it started are gone, and that the question is answered then. */
  private end(by: EndedProcess['ended']): void {
    if (this.child === null || this.ended !== 'itself') return;
    this.ended = by;
    if (by !== 'itself') {
      void endTree(this.child);
      return;
    }
    const child = this.child;
    setTimeout(() => {
      if (child.exitCode === null && child.signalCode === null) void endTree(child);
    }, AFTER_REPLY).unref();
  }

  private exited(status: number | null, signal: NodeJS.Signals | null): void {
    const child = this.child;
    // What the process started may outlive it and hold its streams open.
    if (child !== null) void endTree(child);
    // What it has written may still be on its way.
    let waiting = 2;
    const done = (): void => {
      if (--waiting === 0) this.finish(status, signal);
    };
    child?.stdout?.once('close', done);
    child?.stderr?.once('close', done);
    this.closing = setTimeout(() => this.finish(status, signal), AFTER_REPLY);
  }

  private finish(status: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.timer);
    clearTimeout(this.closing);
    this.options.signal?.removeEventListener('abort', this.cancel);
    process.removeListener('exit', this.hostEnds);
    this.child?.stdin?.destroy();
    this.child?.stdout?.destroy();
    this.child?.stderr?.destroy();
    const log = this.log.toString();
    if (this.reply !== null && this.ended !== 'cancel') {
      this.settle({ ok: true, reply: this.reply, log });
      return;
    }
    const failure = failureOf({
      python: this.options.python,
      root: this.request.model.root,
      ended: this.ended,
      timeLimit: this.request.timeLimit,
      startError: this.startError,
      status,
      signal,
      hello: this.hello,
      stage: this.stage,
      failure: this.failure,
      garbled: this.garbled,
      stray: this.stray.toString(),
      errors: this.errors.start,
    });
    this.settle({ ok: false, failure, log });
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
