import { parseCrashDump } from './crashDump';
import type { CheckReply, InterpreterFrame, InterpreterHello, InterpreterStage } from './reply';

/** Why there is no answer, as a code of the texts with its arguments. */
export interface InterpreterFailure {
  readonly code: string;
  readonly args: readonly (string | number)[];
  /** The line of the user's code, where one is known. */
  readonly file: string | null;
  readonly line: number | null;
  /** What was being done. */
  readonly stage: InterpreterStage;
  /** The exception's class and text, where there was one. */
  readonly exception: string | null;
  readonly message: string;
  /** Outermost first. */
  readonly frames: readonly InterpreterFrame[];
}

export type CheckOutcome =
  | { readonly ok: true; readonly reply: CheckReply; readonly log: string }
  | { readonly ok: false; readonly failure: InterpreterFailure; readonly log: string };

/** What is known of a process that has ended without a reply. */
export interface EndedProcess {
  readonly python: string;
  /** The working folder. */
  readonly root: string;
  /** Who ended it: nobody, the user, or the limit of so many seconds. */
  readonly ended: 'itself' | 'cancel' | 'timeout' | 'outputLimit';
  readonly timeLimit: number;
  /** The system's code where it could not be started: `ENOENT`, `EACCES`; `NOROOT` without a working folder. */
  readonly startError: string | null;
  readonly status: number | null;
  readonly signal: string | null;
  readonly hello: InterpreterHello | null;
  readonly stage: InterpreterStage;
  readonly failure: InterpreterFailure | null;
  /** It sent a message that was none. */
  readonly garbled: boolean;
  /** What came on standard output outside of messages: crash dumps, and output before the check began. */
  readonly stray: string;
  /** The beginning of standard error. */
  readonly errors: string;
}

/** Signals of a process that broke off by itself, and not because somebody ended it. */
const CRASHES = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']);

/** The reason why a process gave no reply. */
export function failureOf(process: EndedProcess): InterpreterFailure {
  const dump = parseCrashDump(process.stray, process.hello);
  const frames = dump?.frames ?? [];
  const place = [...frames].reverse().find(({ user }) => user) ?? null;
  const plain = (code: string, ...args: (string | number)[]): InterpreterFailure => ({
    code,
    args,
    file: place?.file ?? null,
    line: place?.line ?? null,
    stage: process.stage,
    exception: null,
    message: '',
    frames,
  });
  const { python, startError, signal, status } = process;
  if (process.ended === 'cancel') return { ...plain('interpreter.cancelled'), file: null, line: null };
  if (process.failure !== null) return process.failure;
  if (process.ended === 'outputLimit') return plain('interpreter.replyTooLarge');
  if (process.ended === 'timeout') {
    return plain(
      process.stage === 'start' ? 'interpreter.timeout.start' : 'interpreter.timeout.running',
      process.timeLimit,
    );
  }
  if (startError !== null)
    return plain(startCode(startError), startError === 'NOROOT' ? process.root : python, startError);
  if (process.garbled) return plain('interpreter.badReply');
  // Whoever was killed before it said anything may be Python all the same.
  if (signal === 'SIGKILL' || status === 137) return plain('interpreter.killed');
  if (signal !== null && !CRASHES.has(signal)) return plain('interpreter.signalled', signal);
  if (process.hello === null) {
    const said = firstLine(process.errors) || firstLine(process.stray);
    return plain('interpreter.notPython', python, status ?? signal ?? '', said);
  }
  if (dump !== null || signal !== null || isWindowsCrash(status)) {
    return plain('interpreter.crashed', dump?.reason ?? signal ?? windowsStatus(status));
  }
  return plain('interpreter.noReply', status ?? 0);
}

function startCode(error: string): string {
  switch (error) {
    case 'NOROOT':
      return 'interpreter.noRoot';
    case 'ENOENT':
      return 'interpreter.notFound';
    case 'EACCES':
    case 'EPERM':
      return 'interpreter.notExecutable';
    // No program for this system: a text, a batch file that only a shell could run.
    case 'ENOEXEC':
    case 'EINVAL':
    case 'UNKNOWN':
      return 'interpreter.notProgram';
    default:
      return 'interpreter.notStarted';
  }
}

/** Windows ends a process with the exception's number: 0xC0000005 is an access violation. */
function isWindowsCrash(status: number | null): boolean {
  return status !== null && status >>> 28 === 0xc;
}

function windowsStatus(status: number | null): string {
  return `0x${((status ?? 0) >>> 0).toString(16).toUpperCase()}`;
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 300) ?? ''
  );
}
