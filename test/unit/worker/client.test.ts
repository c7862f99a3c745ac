import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { CheckpointError } from '../../../src/checkpointError';
import { AnalysisWorker } from '../../../src/worker/client';
import { plainState } from '../outline/rows';

const rejectsWith = (code: string) => (error: unknown) =>
  error instanceof CheckpointError && error.code === code;
const sample = join(__dirname, '..', '..', 'samples', 'detector.pth');

describe('The analysis worker', function () {
  this.timeout(60_000);
  let folder = '';
  let script = '';
  const workers: AnalysisWorker[] = [];
  const start = (...args: ConstructorParameters<typeof AnalysisWorker>): AnalysisWorker => {
    const worker = new AnalysisWorker(...args);
    workers.push(worker);
    return worker;
  };
  /** A worker that runs this instead of ours. */
  const faulty = (source: string): AnalysisWorker => {
    const file = join(folder, 'faulty.js');
    writeFileSync(file, `const { parentPort } = require('node:worker_threads');\n${source}`);
    return start(file, { type: 'path', path: sample });
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
    script = join(folder, 'worker.js');
    const entryPoints = [join(__dirname, '..', '..', '..', 'src', 'worker', 'main.ts')];
    buildSync({
      entryPoints,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      outfile: script,
    });
  });
  after(() => {
    for (const worker of workers) worker.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens a file and answers', async () => {
    const worker = start(script, { type: 'path', path: sample });
    const summary = await worker.request('open', { reload: false });
    assert.equal(summary.format, 'torch-zip');
    assert.equal(summary.totals.tensors, 46);
    await worker.request('setView', { view: 'a', state: plainState, anchor: null });
    const { rows } = await worker.request('rows', { view: 'a', start: 0, end: 10 });
    assert.equal(rows[0]?.name, 'epoch');
    worker.dispose();
    assert.equal(await worker.ended, null);
    await assert.rejects(worker.request('open', { reload: true }), rejectsWith('worker.ended'));
  });

  it('reads a file that only the host can read, and passes its refusal on', async () => {
    const files = (limit: boolean) => ({
      readFile: () =>
        limit
          ? Promise.reject(new CheckpointError('host.fileTooLarge', ['2 GiB', '1 GiB']))
          : Promise.resolve(new Uint8Array(readFileSync(sample))),
      fileNames: () => Promise.resolve([]),
    });
    const worker = start(script, { type: 'remote', name: 'detector.pth' }, files(false));
    assert.equal((await worker.request('open', { reload: false })).totals.tensors, 46);
    const refused = start(script, { type: 'remote', name: 'detector.pth' }, files(true));
    await assert.rejects(refused.request('open', { reload: false }), rejectsWith('host.fileTooLarge'));
  });

  it('answers with a typed error what cannot be read, and goes on', async () => {
    const worker = start(script, { type: 'path', path: join(folder, 'none.pth') });
    await assert.rejects(worker.request('open', { reload: false }), rejectsWith('file.missing'));
    await assert.rejects(
      worker.request('rows', { view: 'a', start: 0, end: 1 }),
      rejectsWith('worker.notOpen'),
    );
  });

  it('is ended when an answer takes too long, and every open request is told', async () => {
    const worker = faulty('parentPort.on("message", () => { for (;;); });');
    const other = worker.request('rows', { view: 'a', start: 0, end: 1 });
    const both = [
      assert.rejects(
        worker.request('open', { reload: false }, { timeoutMs: 500 }),
        rejectsWith('worker.timeout'),
      ),
      assert.rejects(other, rejectsWith('worker.timeout')),
    ];
    await Promise.all(both);
    assert.equal((await worker.ended)?.code, 'worker.timeout');
  });

  it('gives up a request that is cancelled, and answers the next', async () => {
    const worker = start(script, { type: 'path', path: sample });
    const abort = new AbortController();
    const given = worker.request('open', { reload: false }, { signal: abort.signal });
    abort.abort();
    await assert.rejects(given, rejectsWith('worker.cancelled'));
    assert.equal((await worker.request('open', { reload: false })).totals.tensors, 46);
    await assert.rejects(
      worker.request('open', { reload: false }, { signal: abort.signal }),
      rejectsWith('worker.cancelled'),
    );
  });

  it('that crashes answers what is open and says why it ended', async () => {
    const worker = faulty('parentPort.on("message", () => { throw new Error("boom"); });');
    await assert.rejects(worker.request('open', { reload: false }), (error: unknown) => {
      return error instanceof CheckpointError && error.code === 'worker.crashed' && error.args[0] === 'boom';
    });
    assert.equal((await worker.ended)?.code, 'worker.crashed');
  });

  it('that needs too much memory ends alone', async () => {
    const file = join(folder, 'greedy.js');
    writeFileSync(
      file,
      'require("node:worker_threads").parentPort.on("message", () => { const a = []; for (;;) a.push({ x: [1, 2, 3] }); });',
    );
    const worker = start(file, { type: 'path', path: sample }, null, 32);
    await assert.rejects(worker.request('open', { reload: false }), rejectsWith('worker.outOfMemory'));
  });
});
