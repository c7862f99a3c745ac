import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint';
import { planCheckpoint } from '../../src/checkpointWriter/planCheckpoint';
import { CheckpointError } from '../../src/checkpointError';
import { NodeFileSource } from '../../src/files/nodeFileSource';
import { nodePlatform } from '../../src/files/nodePlatform';
import { writeCheckpoint } from '../../src/files/writeCheckpoint';
import { generate, torchPython } from './support/generated';
import type { TruthEntry } from './support/truth';

/**
 * Two gigabytes that say nothing new; modules of the samples' folder, which torch could not import elsewhere; and
 * a tensor that torch itself makes of freed memory.
 */
const excluded = /2gb|^samples\/|legacy-device-tensor-from-cpu-tensor/;

/** Why a file is not written again, and which files that is. */
const refused: Readonly<Record<string, RegExp>> = {
  'writing.partial': /truncated|cut/,
  'writing.noBytes': /deflated/,
  'writing.tooLarge': /zip64/,
};

describe('Checkpoints written again, against torch', function () {
  this.timeout(300_000);
  const root = process.cwd();
  const generated = generate('checkpoints', 'special.py', ['--truth']);
  const folder = join(root, '.cache', `rewritten-${process.pid}`);
  const told = generated.entries.filter(
    ({ truth, stated, loader, format, file }) =>
      truth !== undefined &&
      stated === undefined &&
      loader === 'torch' &&
      (format === 'torch-zip' || format === 'torch-legacy') &&
      !excluded.test(file),
  );
  const rewritten = new Map<string, TruthEntry>();
  const refusals: [string, string][] = [];

  before(async () => {
    for (const entry of told) {
      const { file } = entry;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      const source = await NodeFileSource.open(join(generated.folder, file));
      try {
        const plan = await planCheckpoint(await openCheckpoint(source, nodePlatform), null);
        await writeCheckpoint(join(folder, file), plan, source);
        rewritten.set(file, entry);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        refusals.push([file, error.code]);
      }
    }
    const manifest = [...rewritten.values()].map(({ truth, truthOf, ...entry }) => {
      void truth;
      void truthOf;
      return { ...entry, format: 'torch-zip' };
    });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const script = join(root, 'test', 'torch', 'checkpoints', 'truth.py');
    execFileSync(torchPython(), ['-W', 'ignore', script, '--manifest', folder], { stdio: 'inherit' });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('hold what they held before: every tensor, value, alias and location', () => {
    const found = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as TruthEntry[];
    const wrong: string[] = [];
    for (const { file, truth } of found) {
      try {
        assert.deepEqual(comparable(truth), comparable(rewritten.get(file)?.truth));
      } catch (error) {
        wrong.push(`${file}: ${String(error).slice(0, 400)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(found.length > 250, `${found.length} of ${told.length} files were written again`);
  });

  it('are refused only with a reason', () => {
    for (const [file, code] of refusals) assert.match(file, refused[code] ?? /^$/, `${file}: ${code}`);
  });
});

type Truth = TruthEntry['truth'];

/** Without what differs from one run of torch to the next: numbers of objects, the order of a set. */
function comparable(truth: Truth): unknown {
  if (truth === undefined) return undefined;
  const inOrder = <Row extends { readonly path: unknown }>(rows: readonly Row[]): Row[] =>
    [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const objects = new Map<number | undefined, number>();
  const tensors = truth.tensors.map(({ object, ...tensor }) => {
    if (!objects.has(object)) objects.set(object, objects.size);
    return { ...tensor, object: objects.get(object) };
  });
  return { ...truth, tensors, values: inOrder(truth.values) };
}
