import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../../src/cli/inspect';
import type { JsonInteger } from './truth';

/** The document of `graftlens inspect --json`, as far as the tests read it. */
export interface Inspection {
  readonly file: string;
  readonly fileSize: number;
  readonly format: string;
  readonly bytesRead: number;
  readonly partial: boolean;
  readonly tensors: readonly InspectedTensor[];
  readonly values: readonly InspectedValue[];
  readonly totals: {
    readonly tensors: JsonInteger;
    readonly elements: JsonInteger;
    readonly bytes: JsonInteger;
    readonly storageBytes: JsonInteger;
    readonly unusedStorageBytes: JsonInteger | null;
  };
  /** Names of the sources that the file embeds. */
  readonly sources?: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly path: unknown }[];
}

export interface InspectedTensor {
  readonly path: readonly (string | number)[];
  readonly dtype: string;
  readonly shape: readonly JsonInteger[] | null;
  readonly stride: readonly JsonInteger[] | null;
  readonly layout: string;
  readonly elements: JsonInteger | null;
  readonly bytes: JsonInteger | null;
  readonly storage: unknown;
  readonly storageOffset: JsonInteger | null;
  readonly device: string | null;
  readonly kind: string;
  readonly requiresGrad: boolean | null;
  readonly source: string | null;
  readonly fileOffset: JsonInteger | null;
}

export interface InspectedValue {
  readonly path: readonly (string | number)[];
  readonly type: string;
  readonly value: unknown;
}

/** How a run of the command line ended. */
export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = join(__dirname, '..', '..', '..');
const cli = join(root, 'dist', 'cli.js');
/** A file that takes longer hangs: nothing here is read but metadata. */
const timeLimit = 30_000;
/** Output of the files that list every path of a large graph. */
const mostOutput = 400_000_000;

/** Runs `graftlens inspect FILE --json --offsets` as a process of its own. */
export function runInspect(file: string, ...options: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'inspect', file, ...options],
      { timeout: timeLimit, maxBuffer: mostOutput },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** The document that a run printed; throws with what it said instead. */
export function documentOf(run: Run): Inspection {
  if (run.status !== 0) throw new Error(`inspect ended with ${run.status}: ${run.stderr.slice(0, 2000)}`);
  return JSON.parse(run.stdout) as Inspection;
}

/** The same in this process, which costs no start of Node. An uncaught error is the test's failure. */
export async function inspectHere(file: string, ...options: string[]): Promise<Run> {
  const out: string[] = [];
  const errors: string[] = [];
  const status = await run([file, ...options], {
    out: (text) => out.push(text),
    turn: () => Promise.resolve(),
    error: (text) => errors.push(text),
    columns: 80,
    language: 'en',
  });
  return { status, stdout: out.join(''), stderr: errors.join('') };
}
