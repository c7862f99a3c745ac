import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disagreeingZips } from '../support/disagreeingZips';
import { torchPython } from './support/generated';

/** What each reader gives as `archive/data.pkl`, in hexadecimal digits; null where it refuses. */
interface Answers {
  readonly torch: string | null;
  readonly zipfile: string | null;
}

describe('Crafted archives, read by torch and by zipfile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'graftlens-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  disagreeingZips.forEach(({ bytes }, i) => writeFileSync(join(folder, `${i}.pt`), bytes));
  const script = join(__dirname, '..', '..', 'test', 'torch', 'zipReaders', 'read.py');
  const output = execFileSync(torchPython(), ['-W', 'ignore', script, folder], { encoding: 'utf8' });
  const answers = JSON.parse(output) as Record<string, Answers>;

  disagreeingZips.forEach(({ name, readersDiffer, codes }, i) => {
    it(`${name}: ${readersDiffer ? 'they differ' : 'they agree'}`, () => {
      const { torch, zipfile } = answers[`${i}.pt`] as Answers;
      assert.equal(torch !== zipfile, readersDiffer, `torch ${torch}, zipfile ${zipfile}`);
      // A difference of these two readers is never passed over.
      if (readersDiffer) assert.notEqual(codes.length, 0);
    });
  });
});
