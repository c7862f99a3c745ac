import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a thread comes to its end. */
export const deaths = {
  /** Before it begins to answer. */
  'exits at once': 'process.exit(3);',
  /** While it answers; what it still says is lost with it. */
  'exits in the middle': 'port.postMessage = () => undefined; setImmediate(() => process.exit(3));',
  throws: "throw new Error('boom');",
  'loses a promise': "void Promise.reject(new Error('boom'));",
  // In small pieces: one that is larger than what is left at the limit ends the whole process.
  'needs too much memory': 'let all = null; for (;;) all = { all };',
} as const;

export type Death = keyof typeof deaths;

/** The real worker, which dies of the first request of one kind in all its lives. */
export class MortalWorker {
  readonly script: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
  private readonly alive = join(this.folder, 'alive');

  /** @param real path of the bundled worker */
  constructor(real: string, kind: string, death: Death) {
    this.script = join(this.folder, 'worker.js');
    writeFileSync(
      this.script,
      `const { existsSync, rmSync } = require('node:fs');
const alive = ${JSON.stringify(this.alive)};
const port = require('node:worker_threads').parentPort;
port.on('message', (message) => {
  if (message.kind !== ${JSON.stringify(kind)} || !existsSync(alive)) return;
  rmSync(alive);
  ${deaths[death]}
});
require(${JSON.stringify(real)});
`,
    );
    writeFileSync(this.alive, '');
  }

  get hasDied(): boolean {
    return !existsSync(this.alive);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
