import assert from 'node:assert/strict';
import { join } from 'node:path';
import { differences } from './support/compare';
import { generate, type Generated } from './support/generated';
import { documentOf, Runs, type Run } from './support/inspection';
import type { TruthEntry } from './support/truth';

const runs = new Runs(2, ['--json', '--offsets']);

describe('Files with one special object each, against torch', () => {
  const generated = generate('checkpoints', 'special.py', ['--truth']);

  before(() => {
    for (const entry of generated.entries) runs.start(join(generated.folder, entry.file));
  });

  it('there are enough of them', () => {
    const told = generated.entries.filter((entry) => entry.truth !== undefined);
    assert.ok(told.length > 300, `torch tells about ${told.length} files`);
  });

  for (const entry of generated.entries) testOf(generated, entry);
});

function testOf(generated: Generated, entry: TruthEntry): void {
  const file = join(generated.folder, entry.file);
  const result = () => runs.of(file);
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

/** Exit status 2, nothing on stdout that could be taken for an answer, one line on stderr. */
function assertNoAnswer(run: Run): void {
  assert.equal(run.status, 2, `${run.stdout.slice(0, 500)}\n${run.stderr}`);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^[^\n]+\n$/);
  assert.doesNotMatch(run.stderr, /TypeError|RangeError|undefined|\bat .*\.js:\d+/);
}
