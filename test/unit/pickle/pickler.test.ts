import assert from 'node:assert/strict';
import { Op } from '../../../src/pickle/opcodes';
import { pickle } from '../../../src/pickle/pickler';
import {
  isTuple,
  PyBytes,
  PyDict,
  PyFloat,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
  PySet,
  type Value,
} from '../../../src/pickle/values';
import { unpickle } from './support';

/** What a reader makes of the written value. */
function again(value: Value): Value {
  const { value: read, error } = unpickle(pickle(value));
  assert.equal(error, null);
  return read;
}

const cls = new PyGlobal('project.models', 'Config', 0);

describe('Pickler', () => {
  it('writes every integer as itself', () => {
    const integers: (number | bigint)[] = [0, 1, 255, 256, 65_535, 65_536, 2 ** 31 - 1, -1, -129];
    integers.push(-(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 2n ** 64n, -(2n ** 63n), 2n ** 3000n);
    for (const value of integers) assert.equal(again(value), value);
  });

  it('writes floats, texts and bytes', () => {
    for (const value of [0, -0, 1.5, Infinity, -Infinity, NaN, 1e-320]) {
      const read = again(new PyFloat(value));
      assert.ok(read instanceof PyFloat && Object.is(read.value, value), String(value));
    }
    for (const text of ['', 'é\n', '层', '\ud83d\ude00', 'a\ud800b', '\udfff'])
      assert.equal(again(text), text);
    const data = Uint8Array.from([0, 65, 128, 255]);
    const call = again(new PyBytes('bytes', data, 4, 0));
    assert.ok(call instanceof PyObject && isTuple(call.args));
    assert.deepEqual(call.args, ['\0A\x80\xff', 'latin1']);
    const old = again(new PyBytes('str2', data, 4, 0));
    assert.ok(old instanceof PyBytes && old.pythonType === 'str2');
    assert.deepEqual([...old.bytes], [...data]);
  });

  it('refuses bytes that were left in the file', () => {
    const long = new PyBytes('bytes', new Uint8Array(64), 1 << 30, 5);
    assert.throws(() => pickle(new PyList([long])), { code: 'writing.longBytes', args: [1 << 30] });
  });

  it('cuts long lists and dicts as CPython does', () => {
    const list = new PyList(Array.from({ length: 2_500 }, (_, i) => i));
    const dict = new PyDict();
    for (let i = 0; i < 2_500; i++) dict.set(`k${i}`, i);
    const read = again([list, dict]);
    assert.ok(isTuple(read) && read[0] instanceof PyList && read[1] instanceof PyDict);
    assert.deepEqual(read[0].items, list.items);
    assert.deepEqual(read[1].keys, dict.keys);
    assert.equal(pickle(list).filter((byte) => byte === Op.APPENDS).length >= 3, true);
  });

  it('keeps calls of unknown classes, their arguments, items, entries and state', () => {
    const object = new PyObject(cls, [1, 'a'], Op.NEWOBJ, 0);
    object.ensureItems().push(7);
    object.ensureEntries().set('key', null);
    object.setState(new PyDict());
    const extended = new PyObject(cls, [], Op.NEWOBJ_EX, 0);
    extended.setKwargs(new PyDict());
    const old = new PyObject(cls, [true], Op.INST, 0);
    const read = again([object, extended, old]);
    assert.ok(isTuple(read));
    const [one, two, three] = read;
    assert.ok(one instanceof PyObject && two instanceof PyObject && three instanceof PyObject);
    assert.equal(one.opcode, Op.NEWOBJ);
    assert.deepEqual(one.args, [1, 'a']);
    assert.deepEqual(one.items, [7]);
    assert.equal(one.entries?.get('key'), null);
    assert.ok(one.state instanceof PyDict);
    assert.ok(two.kwargs instanceof PyDict);
    assert.deepEqual(three.args, [true]);
    assert.equal(one.callee, three.callee);
  });

  it('names a nested class with protocol 4, which alone can', () => {
    const nested = new PyGlobal('models', 'Outer.Inner', 0);
    assert.equal(pickle(nested)[1], 4);
    assert.equal(pickle(cls)[1], 2);
    assert.equal((again(nested) as PyGlobal).name, 'Outer.Inner');
  });

  it('keeps what is shared shared, and cycles cycles', () => {
    const shared = new PyList([]);
    const list = new PyList([]);
    const tuple: Value[] = [list, shared];
    list.items.push(tuple, shared);
    const long: Value[] = [list, 1, 2, 3, shared];
    list.items.push(long);
    const object = new PyObject(cls, [], Op.REDUCE, 0);
    object.setState([object, new PySet([object], false)]);
    const read = again([tuple, object, long]);
    assert.ok(isTuple(read));
    const [first, second, third] = read;
    assert.ok(isTuple(first) && first[0] instanceof PyList && isTuple(third));
    assert.equal(first[0].items[0], first);
    assert.equal(first[0].items[1], first[1]);
    assert.equal(first[0].items[2], third);
    assert.ok(second instanceof PyObject && isTuple(second.state));
    assert.equal(second.state[0], second);
  });

  it('does not mind how deep values nest', () => {
    let value: Value = null;
    for (let i = 0; i < 200_000; i++) value = i % 2 === 0 ? new PyList([value]) : [value];
    let read = again(value);
    let depth = 0;
    for (; read !== null; depth++) read = (isTuple(read) ? read[0] : (read as PyList).items[0]) as Value;
    assert.equal(depth, 200_000);
  });

  it('writes other persistent ids, or the values that they stood for', () => {
    const value = new PyList([new PyPersistentId('a', 0), new PyPersistentId('b', 0)]);
    const bytes = pickle(value, {
      persistentId: ({ id }) => (id === 'a' ? { id: ['storage', '0'] } : { value: cls }),
    });
    const { value: read } = unpickle(bytes);
    assert.ok(read instanceof PyList);
    const [id, meant] = read.items;
    assert.deepEqual(id instanceof PyPersistentId ? id.id : null, ['storage', '0']);
    assert.ok(meant instanceof PyGlobal);
  });
});
