import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

const running = new Set();

/**
 * Starts a program in a process group of its own, so that `endTree` reaches what it starts in turn
 * (VS Code's server forks an extension host per window, npm forks shells).
 */
export function start(command, args, options = {}) {
  const { logFile, ...spawnOptions } = options;
  const child = spawn(command, args, {
    stdio: logFile ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    ...spawnOptions,
    detached: process.platform !== 'win32',
  });
  if (logFile) {
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
  }
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Runs a program to its end; resolves to what it printed, throws with that text when it fails. */
export function run(command, args, options = {}) {
  const { timeout, echo = false, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = start(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...spawnOptions });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
      if (echo) process.stdout.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    let timedOut = false;
    const timer = timeout
      ? setTimeout(() => {
          timedOut = true;
          void endTree(child);
        }, timeout)
      : undefined;
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else {
        const end = timedOut ? `took longer than ${timeout / 1000} s` : `ended with ${signal ?? code}`;
        const error = new Error(`${[command, ...args].join(' ')} ${end}\n${output.slice(-20_000)}`);
        reject(Object.assign(error, { code, signal, output, timedOut }));
      }
    });
  });
}

/** Ends a started program with everything it started: asks first, insists after three seconds. */
export async function endTree(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
  } else {
    signalGroup(child.pid, 'SIGTERM');
    const insist = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 3000);
    void gone.then(() => clearTimeout(insist));
  }
  await gone;
  // Children that outlived the leader of their group.
  if (process.platform !== 'win32') signalGroup(child.pid, 'SIGKILL');
}

/** Ends every program that this process started and that still runs. */
export async function endAll() {
  await Promise.all([...running].map(endTree));
}

/** Makes Ctrl-C and a polite kill end the children too. */
export function endChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      void endAll().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  }
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
