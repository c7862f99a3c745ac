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

/** How a Python is started, and who hears of it. */
export interface PythonOptions {
  /** A path, or a name that is looked up on the search path. */
  readonly python: string;
  /** `python/check_weights.py` of the package. */
  readonly script: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What is being done: importing torch, importing the user's file, building, loading, … */
  onProgress?(stage: InterpreterStage): void;
  /** What the user's code, Python and torch print, as it comes. */
  onLog?(text: string): void;
}

export interface CheckOptions extends PythonOptions {
  /** Ends the process and all that it started. */
  readonly signal?: AbortSignal;
}

/** A Python that imports torch while its question is being thought of. */
export interface StartedPython {
  /**
   * Asks the one question that it answers. Never rejects: what goes wrong, from the start on, is a failure with
   * a code. The time limit counts from here.
   */
  ask(request: CheckRequest, signal?: AbortSignal): Promise<CheckOutcome>;
  /** Ends one that is not asked. */
  dispose(): void;
}

/**
 * Asks the user's Python one question. Never rejects: what goes wrong is a failure with a code.
 * The process leads a group of its own and ends with this one, however that ends.
 */
export function runCheck(request: CheckRequest, { signal, ...options }: CheckOptions): Promise<CheckOutcome> {
  const run = new Run(options);
  if (signal?.aborted !== true) run.start(request.model.root);
  return run.ask(request, signal);
}

/** Starts the user's Python in this process's folder; it works in the model's once it is asked. */
export function startPython(options: PythonOptions): StartedPython {
  const run = new Run(options);
  run.start(null);
  return run;
}

class Run implements StartedPython {
  private readonly token = `graftlens-${randomBytes(12).toString('hex')} `;
  private readonly log = new BoundedText(LOG_SIZE);
  private readonly stray = new BoundedText(LOG_SIZE);
  private readonly errors = new BoundedText(1 << 12);
  private child: ChildProcess | null = null;
  private question: Question | null = null;
  private stage: InterpreterStage = 'start';
  private hello: InterpreterHello | null = null;
  private failure: InterpreterFailure | null = null;
  private reply: CheckReply | null = null;
  private ended: EndedProcess['ended'] = 'itself';
  /** How the process ended, once it and its streams have. */
  private end: Ending | null = null;
  private garbled = false;
  private shown = 0;
  /** Waits for the streams of a process that has exited. */
  private closing: NodeJS.Timeout | undefined;

  constructor(private readonly options: PythonOptions) {}

  /** `folder`: where the process works; null for this one's folder. */
  start(folder: string | null): void {
    const { script, environment } = this.options;
    // The process starts in the model's folder; a path is meant from here, a bare name is looked up.
    const python = /[\\/]/.test(this.options.python) ? resolve(this.options.python) : this.options.python;
    let child;
    try {
      child = spawn(python, [script, this.token], {
        ...(folder === null ? {} : { cwd: folder }),
        env: pythonEnvironment(python, environment),
        stdio: ['pipe', 'pipe', 'pipe'],
        // A group of its own, so that all of it can be ended.
        detached: process.platform !== 'win32',
        windowsHide: true,
      });
    } catch (error) {
      // Arguments that no system takes: a NUL in the path.
      this.finish(null, null, errorCode(error));
      return;
    }
    this.child = child;
    child.once('error', (error) => {
      const noRoot = folder !== null && errorCode(error) === 'ENOENT' && !existsSync(folder);
      this.finish(null, null, noRoot ? 'NOROOT' : errorCode(error));
    });
    child.once('exit', (status, exitSignal) => this.exited(child, status, exitSignal));
    child.once('close', (status, exitSignal) => this.finish(status, exitSignal));
    const lines = new MessageLines(this.token, MAX_MESSAGE, {
      message: (text) => this.message(parseMessage(text)),
      other: (text) => {
        this.stray.add(text);
        this.addLog(text);
      },
      tooLong: () => this.stop('outputLimit'),
    });
    child.stdout.on('data', (data: Buffer) => lines.add(data));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      this.errors.add(text);
      this.addLog(text);
    });
    // The process may be gone before it has read the request.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    process.once('exit', this.hostEnds);
  }

  ask(request: CheckRequest, signal?: AbortSignal): Promise<CheckOutcome> {
    return new Promise((settle) => {
      const timer = setTimeout(() => this.stop('timeout'), request.timeLimit * 1000);
      signal?.addEventListener('abort', this.cancel, { once: true });
      this.question = {
        request,
        settle: (outcome) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', this.cancel);
          settle(outcome);
        },
      };
      if (signal?.aborted === true) this.cancel();
      // Left open: its end tells the process that this one is gone.
      else this.child?.stdin?.write(`${JSON.stringify(request)}\n`);
      if (this.end !== null) this.answer(this.question, this.end);
      else if (this.child === null) this.finish(null, null);
    });
  }

  dispose(): void {
    if (this.question === null && this.child !== null && this.end === null) endTreeNow(this.child);
  }

  private readonly cancel = (): void => this.stop('cancel');

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
        this.stop('itself');
        break;
      case 'reply':
        this.reply = message;
        this.stop('itself');
        break;
    }
  }

  /** Sees to it that the process and what it started are gone, and that the question is answered then. */
  private stop(by: EndedProcess['ended']): void {
    const { child } = this;
    if (this.ended !== 'itself') return;
    this.ended = by;
    if (child === null) return;
    if (by !== 'itself') {
      void endTree(child);
      return;
    }
    setTimeout(() => {
      if (child.exitCode === null && child.signalCode === null) void endTree(child);
    }, AFTER_REPLY).unref();
  }

  private exited(child: ChildProcess, status: number | null, signal: NodeJS.Signals | null): void {
    // What the process started may outlive it and hold its streams open.
    endTreeNow(child);
    // What it has written may still be on its way; whoever left its group and keeps them open is not waited for.
    this.closing = setTimeout(() => this.finish(status, signal), AFTER_REPLY);
  }

  private finish(
    status: number | null,
    signal: NodeJS.Signals | null,
    startError: string | null = null,
  ): void {
    if (this.end !== null) return;
    this.end = { status, signal, startError };
    clearTimeout(this.closing);
    process.removeListener('exit', this.hostEnds);
    this.child?.stdin?.destroy();
    this.child?.stdout?.destroy();
    this.child?.stderr?.destroy();
    if (this.question !== null) this.answer(this.question, this.end);
  }

  private answer({ request, settle }: Question, end: Ending): void {
    const log = this.log.toString();
    if (this.reply !== null && this.ended !== 'cancel') {
      settle({ ok: true, reply: this.reply, log });
      return;
    }
    const failure = failureOf({
      python: this.options.python,
      root: request.model.root,
      ended: this.ended,
      timeLimit: request.timeLimit,
      ...end,
      hello: this.hello,
      stage: this.stage,
      failure: this.failure,
      garbled: this.garbled,
      stray: this.stray.toString(),
      errors: this.errors.start,
    });
    settle({ ok: false, failure, log });
  }
}

interface Question {
  readonly request: CheckRequest;
  readonly settle: (outcome: CheckOutcome) => void;
}

type Ending = Pick<EndedProcess, 'startError' | 'status' | 'signal'>;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
