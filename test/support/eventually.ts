import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

/** Waits until a value that is asked for again and again equals the expected one. */
export async function eventually<T>(read: () => Promise<T>, expected: T, limit = 10_000): Promise<void> {
  await eventuallyHolds(async () => assert.deepEqual(await read(), expected), limit);
}

/** Waits until an assertion holds; fails with its last error. */
export async function eventuallyHolds(check: () => Promise<void> | void, limit = 10_000): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause(100);
  }
}
