import { CheckpointError } from '../../../src/checkpointError';

/** A promise of the product that an input makes it break. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function promise(condition: boolean, what: string, ...details: unknown[]): asserts condition {
  if (condition) return;
  throw new BrokenPromise([what, ...details.map((detail) => String(detail).slice(0, 600))].join('\n'));
}

/** Two descriptions that have to be one. */
export function promiseSame(what: string, a: string, b: string): void {
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 160);
  throw new BrokenPromise(`${what}\n${around(a)}\n--- but\n${around(b)}`);
}

/** The answer, or its typed error as text; any other error is passed on. */
export async function typed(run: () => Promise<string> | string): Promise<string> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    promise(/^[a-zA-Z0-9]+\.[a-zA-Z0-9.]+$/.test(error.code), 'a code names a text', error.code);
    return `error ${error.message} in ${error.record}`;
  }
}
