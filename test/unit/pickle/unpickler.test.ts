import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Op } from '../../../src/pickle/opcodes';
import {
  isTuple,
  PyBytes,
  PyDict,
  PyFloat,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
} from '../../../src/pickle/values';
import { stream, unpickle, unpickleInWindows } from './support';

describe('The unpickler', () => {
  it('reads integers of any size and sign', () => {
    const cases: readonly [Uint8Array, number | bigint][] = [
      [stream('K\xff.'), 255],
      [stream('M\x01\x02.'), 513],
      [stream('J\x00\x00\x00\x80.'), -(2 ** 31)],
      [stream('I-3000000000\n.'), -3_000_000_000],
      [stream('L18446744073709551616L\n.'), 2n ** 64n],
      [stream(0x8a, 5, [0x00, 0xa2, 0x2f, 0x4d, 0xff], '.'), -3_000_000_000],
      [stream(0x8a, 0, '.'), 0],
      [stream(0x8a, 9, [0, 0, 0, 0, 0, 0, 0, 0x80, 0], '.'), 2n ** 63n],
      [stream(0x8a, 8, [0, 0, 0, 0, 0, 0, 0, 0x80], '.'), -(2n ** 63n)],
    ];
    for (const [bytes, value] of cases) assert.equal(unpickle(bytes).value, value);
  });

  it('tells True from 1 in protocol 0, and floats from integers', () => {
    assert.equal(unpickle(stream('I01\n.')).value, true);
    assert.equal(unpickle(stream('I1\n.')).value, 1);
    const float = unpickle(stream('F1e3\n.')).value;
    assert.ok(float instanceof PyFloat && float.value === 1000);
    const infinity = unpickle(stream('F-inf\n.')).value;
    assert.ok(infinity instanceof PyFloat && infinity.value === -Infinity);
  });

  it('keeps texts that are no valid UTF-16, and Python 2 data that is no text', () => {
    assert.equal(unpickle(stream('X\x03\x00\x00\x00', [0xed, 0xa0, 0x80], '.')).value, '\ud800');
    assert.equal(unpickle(stream('U\x02\xc3\xa9.')).value, 'é');
    const bytes = unpickle(stream('U\x02\xff\xfe.')).value;
    assert.ok(bytes instanceof PyBytes && bytes.pythonType === 'str2' && bytes.length === 2);
    assert.equal(unpickle(stream('V\\u00e9\\\\u0041\n.')).value, 'é\\\\u0041');
  });

  it('never calls: a REDUCE is an inert object, and is recorded even when it is popped', () => {
    const result = unpickle(stream('cos\nsystem\n', '(X\x02\x00\x00\x00idtR', '0N.'));
    assert.equal(result.value, null);
    assert.equal(result.error, null);
    assert.equal(result.imports.length, 1);
    assert.equal(result.imports[0]?.global.qualifiedName, 'os.system');
    const [call] = result.calls;
    assert.ok(call?.callee instanceof PyGlobal);
    assert.deepEqual(call.args, ['id']);
    assert.equal(call.offset, 20);
  });

  it('records methods that items and states would run', () => {
    const result = unpickle(stream('cm\nC\n)\x81(K\x01K\x02u}b.'), { scanning: true });
    assert.deepEqual(
      result.effects.map(({ opcode }) => opcode),
      [Op.SETITEMS, Op.BUILD],
    );
    assert.ok(result.value instanceof PyObject);
    assert.equal(result.value.entries?.get(1), 2);
    assert.ok(result.value.state instanceof PyDict);
  });

  it('keeps shared objects one object, and cycles', () => {
    const shared = unpickle(stream(']q\x00(]q\x01h\x01h\x00e.')).value;
    assert.ok(shared instanceof PyList);
    assert.equal(shared.items[0], shared.items[1]);
    assert.equal(shared.items[2], shared);
  });

  it('replaces a key that comes twice in its first place, as a dict does', () => {
    const dict = unpickle(stream('}(K\x01K\x0aK\x02K\x0bK\x01K\x0cu.')).value;
    assert.ok(dict instanceof PyDict);
    assert.deepEqual(dict.keys, [1, 2]);
    assert.deepEqual(dict.values, [12, 11]);
  });

  it('reads persistent ids of both kinds', () => {
    for (const bytes of [stream('Pabc\n.'), stream('X\x03\x00\x00\x00abcQ.')]) {
      const { value, persistentIds } = unpickle(bytes);
      assert.ok(value instanceof PyPersistentId && value.id === 'abc');
      assert.deepEqual(persistentIds, [value]);
    }
  });

  it('names memo slots anywhere without allocating up to them', () => {
    const { value, error } = unpickle(stream('K\x07r\xff\xff\xff\xff0j\xff\xff\xff\xff.'));
    assert.equal(error, null);
    assert.equal(value, 7);
  });

  it('shares one array for equal tuples of small integers only', () => {
    const list = unpickle(stream('](K\x03K\x04\x86K\x03K\x04\x86K\x03\x88\x86K\x03\x88\x86e.')).value;
    assert.ok(list instanceof PyList && list.items.every((item) => isTuple(item)));
    assert.equal(list.items[0], list.items[1]);
    assert.deepEqual(list.items[2], [3, true]);
    assert.notEqual(list.items[2], list.items[3]);
  });

  it('gives the same for every size of window', () => {
    const bytes = stream(
      0x80,
      2,
      'cm\nC\n)\x81}(X\x03\x00\x00\x00keyI12345\n',
      'U\x04data',
      'G',
      [0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
      'ub.',
    );
    const whole = JSON.stringify(unpickle(bytes).value);
    for (let size = 1; size <= bytes.length; size++) {
      const result = unpickleInWindows(bytes, size);
      assert.equal(result.error, null);
      assert.equal(result.end, bytes.length);
      assert.equal(JSON.stringify(result.value), whole, `windows of ${size}`);
    }
  });

  it('says what is wrong, where, without throwing', () => {
    const cases: readonly [Uint8Array, string, number][] = [
      [stream('K\x01'), 'pickle.truncated', 2],
      [stream('X\xff\xff\xff\x7fab'), 'pickle.textTooLong', 0],
      [stream(0x8e, [0, 0, 0, 0, 0, 0, 0, 0x40], 'ab.'), 'pickle.truncated', 0],
      [stream('R.'), 'pickle.stackUnderflow', 0],
      [stream('(K\x01(R.'), 'pickle.stackUnderflow', 4],
      [stream('K\x01t.'), 'pickle.noMark', 2],
      [stream('}(K\x01u.'), 'pickle.oddItems', 4],
      [stream('h\x05.'), 'pickle.memoMissing', 0],
      [stream('K\x01K\x02\x93.'), 'pickle.globalNotText', 4],
      [stream(0x80, 9, '.'), 'pickle.protocol', 0],
      [stream('Ionce\n.'), 'pickle.badInteger', 0],
      [stream(0xff), 'pickle.unknownOpcode', 0],
      [stream('T\xff\xff\xff\xff.'), 'pickle.negativeSize', 0],
      [stream('K\x01K\x02s.'), 'pickle.stackUnderflow', 4],
      [stream('K\x01K\x02K\x03s.'), 'pickle.badTarget', 6],
    ];
    for (const [bytes, code, offset] of cases) {
      const { error } = unpickle(bytes);
      assert.equal(error?.code, code);
      assert.equal(error?.offset, offset, code);
    }
  });

  it('keeps what stood before the end of a cut stream', () => {
    const whole = stream(
      '}(X\x01\x00\x00\x00aK\x01X\x01\x00\x00\x00b](K\x02K\x03eX\x01\x00\x00\x00ccm\nf\n(K\x04tRu.',
    );
    const cut = unpickle(whole.subarray(0, whole.length - 8));
    assert.equal(cut.error?.code, 'pickle.truncated');
    assert.ok(cut.value instanceof PyDict);
    assert.deepEqual(cut.value.keys, ['a', 'b']);
    const list = cut.value.get('b');
    assert.ok(list instanceof PyList);
    assert.deepEqual(list.items, [2, 3]);
  });

  it('does not recurse on depth', () => {
    const depth = 200_000;
    const { value, error } = unpickle(stream(']'.repeat(depth), 'a'.repeat(depth - 1), '.'));
    assert.equal(error, null);
    assert.ok(value instanceof PyList);
  });

  it('passes data that stands between opcodes', () => {
    const bytes = stream('cm\nA\n)\x81}b', 2, [0, 0], 'RAWDATA!', 'K\x05\x86.');
    const { value, error } = unpickle(bytes, {
      inlineData: () => ({ type: 'bytes', length: 8, padded: true }),
    });
    assert.equal(error, null);
    assert.ok(isTuple(value) && value[1] === 5);
  });
});
