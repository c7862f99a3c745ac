import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as esbuild from 'esbuild';
import { nodeBundle } from '../bundles.mjs';
import { inRoot } from '../paths.mjs';

/**
 * Milliseconds of one entry, after which its process is ended. The analysis has a limit of its own
 * (MAX_MILLISECONDS of src/architecture/limits.ts), far below: this one is for a process that hangs.
 */
const limit = 120_000;

/**
 * Analyses rows `{ entry, truth }` in `jobs` processes and gives a result for each, in order:
 * `{ library, name, args, module, verdict, difference?, unknown?, raises?, torch?, milliseconds }`. A process that dies
 * or hangs makes its entry `crashed` or `timedOut`, and the next entry gets a new one.
 */
export async function analyzeEntries(sites, rows, jobs) {
  const bundle = inRoot('out', 'sweep', 'analyzeEntries.cjs');
  await esbuild.build({
    ...nodeBundle,
    entryPoints: [inRoot('test', 'sweep', 'analyzeEntries.ts')],
    outfile: bundle,
    sourcemap: 'inline',
    logLevel: 'error',
  });
  const results = new Array(rows.length);
  let next = 0;
  let done = 0;
  const work = async () => {
    let worker = null;
    while (next < rows.length) {
      const at = next++;
      const { entry, truth } = rows[at];
      worker ??= new Worker(bundle, sites);
      const answer = await worker.ask({ entry, truth });
      if (worker.ended) worker = null;
      const { library, name, args, module } = entry;
      const { raises, message } = truth;
      const torch = raises && { raises, message };
      results[at] = { library, name, args, module, ...answer, ...(torch && { torch }) };
      if (++done % 200 === 0) console.log(`${done} of ${rows.length}`);
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  return results;
}

/** One process of test/sweep/analyzeEntries.ts, asked one row at a time. */
class Worker {
  ended = false;
  #answer = () => undefined;

  constructor(bundle, sites) {
    const wasm = (name) => inRoot('node_modules', name, `${name}.wasm`);
    this.child = spawn(
      process.execPath,
      ['--enable-source-maps', bundle, wasm('web-tree-sitter'), wasm('tree-sitter-python'), ...sites],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    this.child.stdin.on('error', () => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#answer(JSON.parse(line)));
    this.child.once('close', () => {
      this.ended = true;
      this.#answer({ verdict: 'crashed', milliseconds: 0 });
    });
  }

  async ask(row) {
    const started = Date.now();
    const answer = await new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end();
        resolve({ verdict: 'timedOut', milliseconds: Date.now() - started });
      }, limit);
      this.#answer = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      this.child.stdin.write(`${JSON.stringify(row)}\n`);
    });
    return answer;
  }

  end() {
    this.ended = true;
    this.child.kill('SIGKILL');
  }
}
