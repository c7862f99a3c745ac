import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { disassemble, type DisassemblyLine } from '../../src/safety/disassembly/disassembler';
import { torchPython } from './support/generated';
import { memorySource } from './support/memorySource';

/** What `pickletools.genops` lists of a pickle (genops.py). */
interface Listing {
  readonly name: string;
  /** Opcode, offset, and the argument as Python writes it, where it can be compared. */
  readonly ops: readonly (readonly [string, number, string | null])[];
  readonly error: string | null;
}

describe('The disassembly lists what pickletools does', function () {
  const folder = join(__dirname, '..', '..', '.cache', 'disassembly');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(torchPython(), ['-W', 'ignore', join(__dirname, 'disassembly', 'genops.py'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const listings = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as readonly Listing[];
  const whole = listings.filter(({ error }) => error === null);
  const broken = listings.filter(({ error }) => error !== null);

  it(`of ${whole.length} pickles, opcode by opcode`, async () => {
    assert.ok(whole.length > 150);
    for (const { name, ops } of whole) {
      const lines = await opcodesOf(join(folder, `${name}.pkl`));
      assert.deepEqual(
        lines.map(({ opcode, offset }) => [opcode, offset]),
        ops.map(([opcode, offset]) => [opcode, offset]),
        name,
      );
    }
  });

  it('with the same arguments', async () => {
    let compared = 0;
    for (const { name, ops } of whole) {
      const lines = await opcodesOf(join(folder, `${name}.pkl`));
      for (const [i, [opcode, , argument]] of ops.entries()) {
        // Lines of digits are shown as they stand.
        if (argument === null || lineForms.has(opcode)) continue;
        const shown = lines[i]?.argument ?? '';
        const expected = quoted.has(opcode) ? [`'${argument}'`, `"${argument}"`] : [argument];
        if (quoted.has(opcode) && /['"\\]/.test(argument)) continue;
        assert.ok(
          expected.includes(shown) ||
            (shown.includes('…') && argument.startsWith(shown.split('…')[0] ?? '?')),
          `${name}, ${opcode} at ${lines[i]?.offset}: ${shown} is not ${argument}`,
        );
        compared++;
      }
    }
    assert.ok(compared > 10_000);
  });

  it(`and at least as much of ${broken.length} broken ones`, async () => {
    assert.ok(broken.length > 300);
    for (const { name, ops } of broken) {
      const lines = await opcodesOf(join(folder, `${name}.pkl`));
      assert.deepEqual(
        lines.slice(0, ops.length).map(({ opcode, offset }) => [opcode, offset]),
        ops.map(([opcode, offset]) => [opcode, offset]),
        name,
      );
    }
  });
});

const quoted: ReadonlySet<string> = new Set(['BINUNICODE', 'SHORT_BINUNICODE', 'BINUNICODE8']);
const lineForms: ReadonlySet<string> = new Set([
  'INT',
  'LONG',
  'FLOAT',
  'STRING',
  'UNICODE',
  'SHORT_BINSTRING',
  'BINSTRING',
]);

/** Every line that is an opcode, of all parts. */
async function opcodesOf(path: string): Promise<DisassemblyLine[]> {
  const source = memorySource(path);
  const lines: DisassemblyLine[] = [];
  for (let part = 0, more = true; more; part++) {
    const made = await disassemble({ source, start: 0, end: source.size }, part);
    lines.push(...made.lines.filter(({ opcode }) => opcode !== null));
    more = made.more;
  }
  return lines;
}
