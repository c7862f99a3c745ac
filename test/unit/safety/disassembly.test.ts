import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import {
  disassemble,
  type DisassemblyLine,
  lineOfOffset,
  type PickleBytes,
} from '../../../src/safety/disassembly/disassembler';
import { disassemblyLimits } from '../../../src/safety/disassembly/limits';
import { stream } from '../pickle/support';

function pickle(...pieces: (string | number | readonly number[])[]): PickleBytes {
  const bytes = stream(...pieces);
  return { source: new MemorySource('x.pkl', bytes), start: 0, end: bytes.length };
}

/** `offset OPCODE argument | effect args`, marks as indentation. */
function written({ offset, opcode, argument, depth, effect }: DisassemblyLine): string {
  const left = [offset, ' '.repeat(depth) + (opcode ?? '#'), argument].join(' ').trimEnd();
  return effect === null
    ? left
    : `${left} | ${[effect.code.replace('disassembly.', ''), ...effect.args].join(' ')}`;
}

async function lines(bytes: PickleBytes): Promise<string[]> {
  return (await disassemble(bytes, 0)).lines.map(written);
}

const storage = '(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x0ctQ';

describe('The disassembly of a pickle', () => {
  it('says offset, opcode, argument and what each step builds', async () => {
    assert.deepEqual(
      await lines(pickle('\x80\x02}q\0(X\x01\0\0\0aK\x05X\x01\0\0\0bG', [0x40, 4, 0, 0, 0, 0, 0, 0], 'u.')),
      [
        '0 PROTO 2',
        '2 EMPTY_DICT | value {}',
        '3 BINPUT 0 | memoPut 0 {}',
        '5 MARK',
        "6  BINUNICODE 'a'",
        '12  BININT1 5',
        "14  BINUNICODE 'b'",
        '20  BINFLOAT 2.5',
        "29  SETITEMS | entries 2 {'a': 5, 'b': 2.5}",
        "30 STOP | result {'a': 5, 'b': 2.5}",
      ],
    );
  });

  it('shows a call with its arguments, and executes nothing', async () => {
    assert.deepEqual(await lines(pickle("cos\nsystem\n(S'echo hi'\ntR.")), [
      '0 GLOBAL os system | import os.system',
      '11 MARK',
      "12  STRING 'echo hi'",
      "23  TUPLE | value ('echo hi',)",
      "24 REDUCE | call os.system('echo hi')",
      "25 STOP | result os.system('echo hi')",
    ]);
  });

  it("shows torch's tensors, parameters and storages as such", async () => {
    const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\0K\x03K\x04\x86K\x04K\x01\x86\x89)tR`;
    const effects = (await lines(pickle(`ctorch._utils\n_rebuild_parameter\n(${tensor}\x88NtR.`))).map(
      (line) => line.slice(line.indexOf('|') + 2),
    );
    assert.ok(effects.includes('storage 0 torch.FloatStorage 12 cpu'));
    assert.ok(effects.includes('value torch.FloatTensor [3, 4]'));
    assert.equal(effects.at(-1), 'result Parameter torch.FloatTensor [3, 4]');
  });

  it('shows nothing of a text that could mislead', async () => {
    const key = '\u202e<b>\0\x1b[31m';
    const bytes = [...Buffer.from(key)];
    assert.deepEqual(await lines(pickle('X', [bytes.length, 0, 0, 0], bytes, 'cos\x07\nsys\x1btem\n\x86.')), [
      "0 BINUNICODE '\\u202e<b>\\x00\\x1b[31m'",
      `${5 + bytes.length} GLOBAL os\\x07 sys\\x1btem | import os\\x07.sys\\x1btem`,
      `${5 + bytes.length + 13} TUPLE2 | value ('\\u202e<b>\\x00\\x1b[31m', os\\x07.sys\\x1btem)`,
      `${5 + bytes.length + 14} STOP | result ('\\u202e<b>\\x00\\x1b[31m', os\\x07.sys\\x1btem)`,
    ]);
  });

  it('shortens long texts and data, with their length', async () => {
    const [text] = await lines(pickle('X', [0, 0, 16, 0], 'a'.repeat(1 << 20), '.'));
    assert.equal(text, `0 BINUNICODE '${'a'.repeat(disassemblyLimits.argumentText)}'… (1,048,576)`);
    const size = 3 << 20;
    const [data, stop] = await lines(pickle('B', [0, 0, 48, 0], '\xff'.repeat(size), '.'));
    assert.match(data ?? '', /^0 BINBYTES b'(\\xff){120}'… \(3,145,728\)$/);
    assert.match(stop ?? '', new RegExp(`^${5 + size} STOP`));
  });

  it('goes on after an error of the machine, without effects: hidden code is seen', async () => {
    assert.deepEqual(await lines(pickle('t0cos\nsystem\n.')), [
      '0 TUPLE',
      '0 # | pickle.noMark TUPLE',
      '1 POP',
      '2 GLOBAL os system',
      '13 STOP',
    ]);
  });

  it('ends where nothing can be decoded, and says why', async () => {
    assert.deepEqual(await lines(pickle('N\xff.')), ['0 NONE', '1 # | pickle.unknownOpcode 0xff']);
    assert.deepEqual(await lines(pickle('NX\xff\0\0\0ab')), ['0 NONE', '1 # | pickle.truncated 260 7']);
    assert.deepEqual(await lines(pickle('N')), ['0 NONE', '1 # | pickle.truncated 1 0']);
    assert.deepEqual(await lines(pickle('\x8b\xff\xff\xff\xff')), ['0 # | pickle.negativeSize LONG4 -1']);
    assert.deepEqual(await lines(pickle('cos\nsys')), ['0 # | pickle.truncated 8 7']);
  });

  it('asks for nothing that a stream only claims to hold', async () => {
    const claims: PickleBytes[] = [
      pickle('\x8e', [0, 0, 0, 0, 0, 0, 0, 64], '.'),
      pickle('B\xff\xff\xff\xff.'),
      pickle('\x8d', [255, 255, 255, 255, 255, 255, 255, 255], '.'),
    ];
    for (const claim of claims) {
      const asked: number[] = [];
      const read = (offset: number, length: number): Promise<Uint8Array> => {
        asked.push(length);
        return claim.source.read(offset, length);
      };
      const { lines: found } = await disassemble({ ...claim, source: { ...sourceOf(claim), read } }, 0);
      assert.equal(found.length, 1);
      assert.equal(found[0]?.effect?.code, 'pickle.truncated');
      assert.ok(asked.every((length) => length <= claim.end));
    }
  });

  it('passes the data of joblib arrays, and reads the pickle of an array of objects', async () => {
    const wrapper = (dtype: string, padding: string): string =>
      `cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x05\0\0\0shapeK\x02\x85X\x05\0\0\0dtype` +
      `cnumpy\ndtype\nX\x02\0\0\0${dtype}\x85R${padding}ub`;
    const padded = `X\x1b\0\0\0numpy_array_alignment_bytesK\x10`;
    const data = await lines(pickle(wrapper('f4', padded), [3, 0xff, 0xff, 0xff], 'cos\nsyst', 'N0.'));
    const at = data.findIndex((line) => line.includes('# | data 12'));
    assert.match(data[at - 1] ?? '', /BUILD \| state/);
    assert.deepEqual(
      data.slice(at + 1).map((line) => line.split(' ')[1]),
      ['NONE', 'POP', 'STOP'],
    );
    const nested = await lines(pickle(wrapper('O8', ''), ']K\x07a.', '.'));
    assert.match(nested.at(-3) ?? '', /APPEND \| items 1 \[7\]/);
    assert.match(nested.at(-2) ?? '', /STOP \| result \[7\]/);
    assert.match(nested.at(-1) ?? '', /STOP \| result joblib/);
  });

  it('comes in parts, and leads from an offset to its line', async () => {
    const count = 2 * disassemblyLimits.linesPerPart + 5;
    const many = pickle(']', 'K\x01a'.repeat(count / 2 + 1), '.');
    const first = await disassemble(many, 0);
    assert.equal(first.lines.length, disassemblyLimits.linesPerPart);
    assert.ok(first.more);
    const last = await disassemble(many, 2);
    assert.equal(last.more, false);
    assert.equal(last.linesBefore, 2 * disassemblyLimits.linesPerPart);
    assert.equal(last.lines.at(-1)?.opcode, 'STOP');
    assert.equal((await disassemble(many, 3)).lines.length, 0);
    const line = last.lines[3];
    assert.ok(line !== undefined);
    assert.deepEqual(await lineOfOffset(many, line.offset), { part: 2, line: 3 });
    assert.deepEqual(await lineOfOffset(pickle('X\x05\0\0\0abcde.'), 7), { part: 0, line: 0 });
    assert.deepEqual(await lineOfOffset(pickle('N.'), 99), { part: 0, line: 1 });
  });

  it('lists a dict that grows item by item in the time of its lines', async () => {
    const keys = Array.from({ length: 6000 }, (_, i) => `I${i}\nNs`).join('');
    const made = await disassemble(pickle('}', keys, '.'), 0);
    assert.equal(made.lines.length, 3 * 6000 + 2);
  });
});

function sourceOf({ source }: PickleBytes): PickleBytes['source'] {
  return {
    name: source.name,
    size: source.size,
    read: (offset, length) => source.read(offset, length),
    sibling: () => Promise.resolve(null),
    siblingNames: () => Promise.resolve([]),
  };
}
