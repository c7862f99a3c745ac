import type { InterpreterFrame, InterpreterHello } from './reply';

/** What Python's faulthandler wrote: why, and where the main thread was. */
export interface CrashDump {
  /** `Segmentation fault`, `Timeout (0:00:10)!`. */
  readonly reason: string;
  /** Outermost first, without the check's own frames. */
  readonly frames: readonly InterpreterFrame[];
}

/** More lines are a program that writes such texts itself. */
const MAX_LINES = 10_000;

/**
 * The last dump in a text; null where there is none.
 *
 *     Fatal Python error: Segmentation fault
 *
 *     Current thread 0x00007f6a8c0b1740 (most recent call first):
 *       File "/home/me/model.py", line 7 in __init__
 */
export function parseCrashDump(text: string, hello: InterpreterHello | null): CrashDump | null {
  const lines = text.split(/\r?\n/).slice(-MAX_LINES);
  let dump: { reason: string; threads: Thread[] } | null = null;
  for (const line of lines) {
    const reason = /^(?:Fatal Python error: |Windows fatal exception: )(.+)$|^(Timeout \(.+\)!)$/.exec(line);
    if (reason !== null) {
      dump = { reason: reason[1] ?? reason[2] ?? '', threads: [] };
      continue;
    }
    const thread = /^(Current thread|Thread) (0x[0-9a-f]+)[^(]*\((?:.* )?most recent call first\):/.exec(
      line,
    );
    if (thread !== null) {
      dump?.threads.push({ current: thread[1] === 'Current thread', id: thread[2] ?? '', lines: [] });
      continue;
    }
    if (line.startsWith('  File ')) dump?.threads.at(-1)?.lines.push(line);
  }
  if (dump === null) return null;
  const main = hello === null ? null : BigInt(hello.thread);
  const thread =
    dump.threads.find(({ current }) => current) ??
    dump.threads.find(({ id }) => main !== null && BigInt(id) === main) ??
    dump.threads.at(-1);
  const frames = (thread?.lines ?? []).flatMap((line) => frameOf(line, hello?.libraries ?? []));
  return { reason: dump.reason, frames: frames.reverse() };
}

interface Thread {
  readonly current: boolean;
  readonly id: string;
  readonly lines: string[];
}

function frameOf(line: string, libraries: readonly string[]): InterpreterFrame[] {
  const match = /^ {2}File "(.*)", line (\d+|\?\?\?) in (.*)$/.exec(line);
  if (match?.[1] === undefined || match[3] === undefined) return [];
  const file = unescaped(match[1]);
  if (isOwn(file)) return [];
  const user = !file.startsWith('<') && !libraries.some((folder) => isBelow(file, folder));
  const number = match[2] === '???' ? null : Number(match[2]);
  return [{ file, line: number, function: unescaped(match[3]), text: '', user }];
}

/** faulthandler writes what is not ASCII as `\xe9`, `\u4e2d`, `\U0001f600`. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/g, (_, x, u, long) =>
    String.fromCodePoint(Math.min(parseInt(String(x ?? u ?? long), 16), 0x10ffff)),
  );
}

function isOwn(file: string): boolean {
  return /[\\/]graftlens_torch[\\/]\w+\.py$|[\\/]check_weights\.py$/.test(file);
}

/** Python names its folders as `os.path.normcase` does: on Windows in lower case, with backslashes. */
function isBelow(file: string, folder: string): boolean {
  const windows = folder.includes('\\');
  const path = windows ? file.toLowerCase().replaceAll('/', '\\') : file;
  return path.startsWith(folder + (windows ? '\\' : '/'));
}
