import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences } from './support/compare';
import { generate, type Generated } from './support/generated';
import { documentOf, inspectHere, runInspect, type Run } from './support/inspection';
import type { TruthEntry } from './support/truth';

/** Formats that already have a test through a process. */
const formatsSeen = new Set<string>();

describe('Files with one special object each, against torch', () => {
  const generated = generate('checkpoints', 'special.py', ['--truth']);

  it('there are enough of them', () => {
    const told = generated.entries.filter((entry) => entry.truth !== undefined);
    assert.ok(told.length > 300, `torch tells about ${told.length} files`);
  });

  for (const entry of generated.entries) testOf(generated, entry);
});

describe('Checkpoints that packages ship, against torch', () => {
  const wheels = join(__dirname, '..', '..', '.cache', 'wheels');
  const generated = generate('shipped', 'shipped.py', [wheels]);

  it('there are some of each kind', () => {
    const formats = new Set(generated.entries.map((entry) => entry.format));
    for (const format of ['torch-zip', 'torch-legacy', 'torchscript', 'safetensors'])
      assert.ok(formats.has(format), format);
  });

  for (const entry of generated.entries) testOf(generated, entry);
});

describe('Compressed dumps that are cut off', () => {
  const generated = generate('checkpoints', 'special.py', ['--truth']);
  const folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of ['joblib-bz2.pkl', 'joblib-xz.pkl', 'joblib-lzma.pkl', 'joblib-lz4.pkl']) {
    it(`${name} says so`, async () => {
      const whole = readFileSync(join(generated.folder, name));
      const file = join(folder, name);
      writeFileSync(file, whole.subarray(0, whole.length - 20));
      const run = await runInspect(file);
      assertNoAnswer(run);
      assert.match(run.stderr, /is cut off/);
    });
  }
});

describe("The tutorial's two files", () => {
  const generated = generate('checkpoints', 'special.py', ['--truth']);

  it('the saved module reads as print(model) does', async () => {
    const run = await runInspect(join(generated.folder, 'zip-qu-like-module.pt'));
    assert.equal(run.status, 0, run.stderr);
    assert.ok(run.stdout.includes('(conv1): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))'), run.stdout);
  });

  it('the weights of a detector list every key with type and size', async () => {
    const file = join(generated.folder, 'large', 'detector-558-keys.pt');
    const found = documentOf(await runInspect(file, '--json'));
    assert.equal(found.tensors.length, 558);
    assert.ok(Number(found.totals.elements) > 37_000_000, String(found.totals.elements));
    const human = await runInspect(file);
    assert.equal(human.status, 0, human.stderr);
    for (const tensor of found.tensors) assert.equal(tensor.path.length, 1);
    assert.ok(found.bytesRead < 256 * 1024, `${found.bytesRead} bytes read`);
  });

  it('2.2 GB of 300 tensors cost less than 128 KB of reading', async () => {
    const found = documentOf(
      await runInspect(join(generated.folder, 'large', 'zip-2gb-300-tensors.pt'), '--json'),
    );
    assert.equal(found.totals.tensors, 300);
    assert.ok(found.bytesRead < 128 * 1024, `${found.bytesRead} bytes read`);
    assert.ok(
      found.tensors.every((tensor) => tensor.fileOffset === null),
      'offsets without --offsets',
    );
  });
});

function testOf(generated: Generated, entry: TruthEntry): void {
  const file = join(generated.folder, entry.file);
  // Files that try to hang or to crash a reader get a process of their own, and so does one of each format.
  const inspect = needsProcess(entry) ? runInspect : inspectHere;
  const result = () => inspect(file, '--json', '--offsets');
  if (entry.foreign === true) {
    it(`${entry.file} is no checkpoint`, async () => assertNoAnswer(await result()));
  } else if (entry.stated?.mayFail === true) {
    it(`${entry.file} opens, or says in a sentence why not`, async () => {
      const run = await result();
      if (run.status === 0) documentOf(run);
      else assertNoAnswer(run);
    });
  } else {
    it(entry.file, async () => {
      assert.deepEqual(differences(documentOf(await result()), entry, file).slice(0, 20), []);
    });
  }
}

function needsProcess(entry: TruthEntry): boolean {
  if (entry.loader === 'none' && entry.foreign !== true) return true;
  // Their decoders are a bundle of their own.
  if (/^joblib-(bz2|xz|lzma|lz4)\./.test(entry.file)) return true;
  const format = entry.format ?? 'none';
  if (formatsSeen.has(format) && !entry.file.includes('deep')) return false;
  formatsSeen.add(format);
  return true;
}

/** Exit status 2, nothing on stdout that could be taken for an answer, one line on stderr. */
function assertNoAnswer(run: Run): void {
  assert.equal(run.status, 2, `${run.stdout.slice(0, 500)}\n${run.stderr}`);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^[^\n]+\n$/);
  assert.doesNotMatch(run.stderr, /TypeError|RangeError|undefined|\bat .*\.js:\d+/);
}
