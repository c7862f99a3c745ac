import { execFile, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds between asking a tree of processes to end and making it. */
const GRACE = 300;

/**
 * Ends a process that leads a group of its own (`detached`), with everything that it started. A program that
 * left the group (a session of its own) is found by its parent.
 */
export async function endTree(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    await new Promise<void>((resolve) => {
      execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve());
    });
    return;
  }
  const others = await descendants(pid);
  send(-pid, 'SIGTERM');
  for (const other of others) send(other, 'SIGTERM');
  await Promise.race([exited(child), delay(GRACE)]);
  for (const other of [...others, ...(await descendants(pid))]) send(other, 'SIGKILL');
  send(-pid, 'SIGKILL');
}

/** Ends a process and its group at once: where nothing can be waited for, or where it leads the group no more. */
export function endTreeNow(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill();
  else send(-child.pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** Processes that a process started, directly or not, as far as their parents still live. */
async function descendants(pid: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const [child, parent] of await parents()) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [child]);
    else siblings.push(child);
  }
  const found: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const own = children.get(next) ?? [];
    children.delete(next);
    found.push(...own);
    waiting.push(...own);
  }
  return found;
}

/** `[process, its parent]` of all processes; Linux tells without a program that may be missing. */
async function parents(): Promise<[number, number][]> {
  if (process.platform === 'linux') {
    const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
    const stats = await Promise.all(
      names.map((name) => readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')),
    );
    return stats.flatMap((stat, i): [number, number][] => {
      // `12 (a name with spaces)) S 1 …`: the parent is the second field after the name.
      const parent = /^.*\) \S (\d+)/s.exec(stat)?.[1];
      return parent === undefined ? [] : [[Number(names[i]), Number(parent)]];
    });
  }
  const output = await new Promise<string>((resolve) => {
    execFile('ps', ['-A', '-o', 'pid=,ppid='], (_, stdout) => resolve(stdout));
  });
  return [...output.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, parent]) => [
    Number(pid),
    Number(parent),
  ]);
}
