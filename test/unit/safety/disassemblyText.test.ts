import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import type { DisassemblyPart } from '../../../src/protocol/messages';
import { textsFor } from '../../../src/protocol/texts/text';
import { disassemble } from '../../../src/safety/disassembly/disassembler';
import { disassemblyText } from '../../../src/views/disassembly/disassemblyText';
import { stream } from '../pickle/support';

const title = { code: 'disassembly.ofRecord', args: ['model.pth', 'archive/data.pkl', 0] };

async function part(...pieces: string[]): Promise<DisassemblyPart> {
  const bytes = stream(...pieces);
  const made = await disassemble({ source: new MemorySource('x', bytes), start: 0, end: bytes.length }, 0);
  return { ...made, findings: [] };
}

describe('A disassembly as a document', () => {
  it('has a line per opcode in columns, and says that nothing was executed', async () => {
    const { text, firstLine, previousLine, nextLine } = disassemblyText(
      await part("cos\nsystem\n(S'a\\x1b'\ntR."),
      title,
      textsFor('en'),
    );
    assert.deepEqual(text.split('\n'), [
      '# Pickle in model.pth, record archive/data.pkl, from offset 0',
      '# Nothing of it was executed. From an error on, no unpickler comes any further.',
      '',
      '# offset  opcode             argument                            what it does',
      '       0  GLOBAL             os system                           imports os.system',
      '      11  MARK',
      "      12   STRING            'a\\\\x1b'                           → 'a\\x1b'".replace(/ +→.*/, ''),
      "      21   TUPLE                                                 → ('a\\x1b',)",
      "      22  REDUCE                                                 calls os.system('a\\x1b')",
      "      23  STOP                                                   result: os.system('a\\x1b')",
      '',
    ]);
    assert.deepEqual([firstLine, previousLine, nextLine], [4, null, null]);
  });

  it('marks errors and leads to the parts before and after', async () => {
    const { lines } = await part('N\xff');
    const middle = { part: 1, linesBefore: 20_000, lines, findings: [], more: true };
    const { text, firstLine, previousLine, nextLine } = disassemblyText(middle, title, textsFor('zh-cn'));
    const all = text.split('\n');
    assert.equal(all[2], '# 第 20,001 至 20,002 行');
    assert.equal(all[previousLine ?? -1], '# ← 之前各行');
    assert.match(all[firstLine] ?? '', /^ {7}0 {2}NONE$/);
    assert.match(all[firstLine + 1] ?? '', /^ {7}1 {2}# ✗ .*0xff/);
    assert.equal(all[nextLine ?? -1], '# → 后续各行');
  });

  it('knows the lines of what a scan found', async () => {
    const made = await part("cos\nsystem\n(S'ls'\ntR.");
    const message = { code: 'safetyView.dangerous', args: ["os.system('ls')"] };
    const { text, findings } = disassemblyText(
      { ...made, findings: [{ line: 4, message }] },
      title,
      textsFor('en'),
    );
    assert.deepEqual(findings, [{ line: 8, offset: 19, message }]);
    assert.match(text.split('\n')[8] ?? '', /^ {6}19 {2}REDUCE/);
  });
});
