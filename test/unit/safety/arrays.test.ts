import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scan } from './support';

/** A `.npy` file with a header of its own making. */
function npy(
  header: string,
  data: Uint8Array = new Uint8Array(24),
  version: readonly number[] = [1, 0],
): Buffer {
  const length = version[0] === 1 ? Buffer.alloc(2) : Buffer.alloc(4);
  if (version[0] === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), ...version]);
  return Buffer.concat([start, length, Buffer.from(header), data]);
}

const good = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }      \n";
const payload = Buffer.from('cos\nsystem\n(S"id"\ntR.', 'latin1');

describe('Scan of arrays of numpy', () => {
  for (const [title, bytes] of Object.entries({
    'version 1': npy(good),
    'version 3': npy(good, undefined, [3, 0]),
    'no dimensions': npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", new Uint8Array(8)),
    'several dimensions, other order and quotes': npy(
      '{"shape":(1,3),"fortran_order":True,"descr":"|u1"}\n',
      new Uint8Array(3),
    ),
    'sizes of Python 2': npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }\n"),
    'a type of fields': npy(
      "{'descr': [('a', '<f8'), ('b', '|S3', (2,))], 'fortran_order': False, 'shape': (1,), }\n",
      new Uint8Array(14),
    ),
    'a field that is called O': npy("{'descr': [('O', '<f8')], 'fortran_order': False, 'shape': (3,), }\n"),
    'thousands of fields': npy(
      `{'descr': [${Array.from({ length: 4000 }, (_, i) => `('field${i}', '|u1')`).join(', ')}], ` +
        `'fortran_order': False, 'shape': (0,), }\n`,
      new Uint8Array(0),
      [2, 0],
    ),
  })) {
    it(`${title}: clean`, async () => {
      const report = await scan(bytes, 'x.npy');
      assert.deepEqual([report.verdict, report.errors], ['clean', []]);
    });
  }

  for (const [title, bytes] of Object.entries({
    'version 9': npy(good, undefined, [9, 0]),
    'nothing but the magic bytes': npy(good).subarray(0, 6),
    'a header that is cut off': npy(good).subarray(0, 40),
    'a header that is no dict': npy(good.replace('{', '(')),
    'no shape': npy(good.replace('shape', 'shapf')),
    'a shape that is no tuple of sizes': npy(good.replace('(3,)', '(-3,)')),
    'no type': npy(good.replace("'<f8'", 'None')),
    'data that is cut off': npy(good).subarray(0, -1),
    'a header of white space without end': npy(`{'shape': (1${' '.repeat(60_000)}`),
  })) {
    it(`${title}: unreadable`, async () => {
      const report = await scan(bytes, 'x.npy');
      assert.deepEqual([report.verdict, report.errors.length], ['unreadable', 1]);
    });
  }

  for (const [title, type] of Object.entries({
    plain: "'|O'",
    'of fields': "[('a', '<i4'), ('b', 'O')]",
    'of a part of a field': "[('a', [('b', 'O8', (2,))])]",
    'in escapes': "'|\\x4f'",
    'in two texts': "'|' 'O'",
    'behind another': "'<f8', 'descr': '|O'",
  })) {
    it(`objects are a pickle, their type ${title}`, async () => {
      const header = `{'descr': ${type}, 'fortran_order': False, 'shape': (1,), }\n`;
      assert.equal((await scan(npy(header, payload), 'x.npy')).verdict, 'dangerous');
    });
  }

  it('what follows a broken header is looked at', async () => {
    assert.equal((await scan(npy('{}\n', payload), 'x.npy')).verdict, 'dangerous');
  });
});
