import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Unpickler, type UnpickledStream } from '../../../src/pickle/unpickler';
import { isTuple, PyDict, PyGlobal, PyObject, PyPersistentId, type Value } from '../../../src/pickle/values';

/** Bytes of a stream by opcode: texts as torch writes them, memo indexes counted up. */
class Writer {
  readonly bytes: number[] = [];
  next = 0;

  op(code: string, ...bytes: number[]): this {
    this.bytes.push(code.charCodeAt(0), ...bytes);
    return this;
  }

  put(): this {
    const index = this.next++;
    return index < 256 ? this.op('q', index) : this.op('r', ...uint32(index));
  }

  text(text: string): this {
    const bytes = Buffer.from(text);
    return this.op('X', ...uint32(bytes.length), ...bytes).put();
  }

  global(module: string, name: string): number {
    this.op('c', ...Buffer.from(`${module}\n${name}\n`)).put();
    return this.next - 1;
  }

  integer(value: number): this {
    if (value >= 0 && value < 256) return this.op('K', value);
    return value >= 0 && value < 65_536
      ? this.op('M', value & 255, value >> 8)
      : this.op('J', ...uint32(value));
  }

  tuple(items: readonly number[]): this {
    if (items.length === 0) return this.op(')');
    if (items.length > 3) this.op('(');
    for (const item of items) this.integer(item);
    if (items.length > 3) return this.op('t').put();
    this.bytes.push(0x84 + items.length);
    return this.put();
  }
}

const uint32 = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  value >>> 24,
];

interface Tensor {
  readonly key: string;
  /** A key, or the memo index of one. */
  readonly storage: string | number;
  readonly size: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly requiresGrad?: boolean;
  /** A location of its own, as torch writes it of tensors without data. */
  readonly location?: string;
}

/** Memo indexes of what every call names. */
interface Names {
  readonly text: number;
  readonly rebuild: number;
  readonly tag: number;
  readonly storageClass: number;
  readonly location: number;
  readonly hooks: number;
}

/** The call of a tensor; its result has no index yet. */
function writeCall(writer: Writer, names: Names, tensor: Tensor): void {
  writer.op('h', names.rebuild).op('(').op('(').op('h', names.tag).op('h', names.storageClass);
  if (typeof tensor.storage === 'string') writer.text(tensor.storage);
  else writer.op('h', tensor.storage);
  if (tensor.location === undefined) writer.op('h', names.location);
  else writer.text(tensor.location);
  writer.integer(tensor.size).op('t').put().op('Q');
  writer
    .integer(tensor.offset ?? 0)
    .tuple(tensor.shape)
    .tuple(tensor.stride);
  writer.bytes.push(tensor.requiresGrad === true ? 0x88 : 0x89);
  writer.op('h', names.hooks).op(')').op('R').put().op('t').put().op('R');
}

/** A dict of tensors as protocol 2 writes it, with what `after` adds before the dict is closed. */
function stream(
  tensors: readonly Tensor[],
  after: (writer: Writer, names: Names) => void = () => undefined,
): Uint8Array {
  const writer = new Writer();
  writer.op('\x80', 2).op('}').put().op('(');
  // The first names everything once, as a real file's does.
  const text = writer.text('names').next - 1;
  const rebuild = writer.global('torch._utils', '_rebuild_tensor_v2');
  const tag = writer.op('0').text('storage').next - 1;
  const storageClass = writer.op('0').global('torch', 'FloatStorage');
  const location = writer.op('0').text('cpu').next - 1;
  const hooks = writer.op('0').global('collections', 'OrderedDict');
  const names = { text, rebuild, tag, storageClass, location, hooks };
  for (const tensor of tensors) {
    writer.text(tensor.key);
    writeCall(writer, names, tensor);
    writer.put();
  }
  after(writer, names);
  writer.op('u').op('.');
  // The reader of whole calls stops before the end of a window; room keeps it going to the last.
  return Uint8Array.from([...writer.bytes, ...new Uint8Array(2_000)]);
}

/** With the text that whole calls are read from, or without it: opcode by opcode. */
function unpickle(bytes: Uint8Array, whole: boolean): UnpickledStream {
  const toLatin1 = (window: Uint8Array): string => Buffer.from(window).toString('latin1');
  const machine = new Unpickler(0, bytes.length, whole ? { toLatin1 } : {});
  assert.ok(machine.run(bytes, 0).done);
  return machine.finish();
}

/** Everything that a value consists of, by name. */
function plain(value: Value): unknown {
  if (value instanceof PyDict) return { keys: value.keys.map(plain), values: value.values.map(plain) };
  if (value instanceof PyObject) {
    const { opcode, offset, state } = value;
    return { callee: plain(value.callee), args: plain(value.args), opcode, offset, state };
  }
  if (value instanceof PyPersistentId) return { id: plain(value.id), offset: value.offset };
  if (value instanceof PyGlobal) return value.qualifiedName;
  return isTuple(value) ? value.map(plain) : value;
}

function everything(read: UnpickledStream): unknown {
  return {
    value: plain(read.value),
    error: read.error?.message,
    end: read.end,
    opcodes: read.opcodes,
    calls: read.calls.map(plain),
    ids: read.persistentIds.map(plain),
    imports: read.imports.map(({ global, offset }) => [global.qualifiedName, offset]),
  };
}

const many: Tensor[] = Array.from({ length: 400 }, (_, i) => ({
  key: `layers.${i}.weight`,
  storage: String(i),
  size: [64, 9, 70_000, 1][i % 4] as number,
  offset: i % 7 === 0 ? 300 : 0,
  shape: [[4, 4, 4, 1], [9], [7, 100, 100], []][i % 4] as number[],
  stride: [[16, 4, 1, 1], [1], [10_000, 100, 1], []][i % 4] as number[],
  requiresGrad: i % 5 === 0,
}));

describe('Calls of tensors that are read as a whole', () => {
  it('are what the opcodes one by one come to', () => {
    const bytes = stream(many);
    assert.deepEqual(everything(unpickle(bytes, true)), everything(unpickle(bytes, false)));
  });

  it('are what the opcodes one by one come to, with locations of their own', () => {
    const located = many.map((tensor, i) => (i % 50 === 3 ? tensor : { ...tensor, location: 'cpu' }));
    const bytes = stream(located);
    assert.deepEqual(everything(unpickle(bytes, true)), everything(unpickle(bytes, false)));
    assert.equal(unpickle(bytes, true).records.length, many.length);
    const some = located.slice(0, 40);
    for (let back = 1; back <= 9 * some.length - 40; back += 1) {
      const asked = stream(some, (writer) => {
        writer.text('part').op('j', ...uint32(writer.next - 1 - back));
      });
      assert.deepEqual(everything(unpickle(asked, true)), everything(unpickle(asked, false)), `${back} back`);
    }
  });

  it('are read as a whole', () => {
    const read = unpickle(stream(many), true);
    assert.equal(read.records.length, many.length, 'one record for each');
    assert.equal(read.calls.length, 2 * many.length, 'the call and its hooks');
  });

  it('give each of their parts to who asks the memo for it', () => {
    // Enough of them that each form of tensor has come before.
    const some = many.slice(0, 48);
    for (let back = 1; back <= 8 * some.length - 40; back += 1) {
      const bytes = stream(some, (writer) => {
        writer.text('part').op('j', ...uint32(writer.next - 1 - back));
      });
      assert.deepEqual(everything(unpickle(bytes, true)), everything(unpickle(bytes, false)), `${back} back`);
    }
  });

  it('give the arguments whose call has no index, before a call whose storage was named earlier', () => {
    const [tensor, other] = many.slice(16, 18) as [Tensor, Tensor];
    for (let back = 0; back < 16; back += 1) {
      const bytes = stream(many.slice(0, 16), (writer, names) => {
        writer.op('h', names.text);
        writeCall(writer, names, tensor);
        writer.op('h', names.text);
        writeCall(writer, names, { ...other, storage: names.tag });
        const last = writer.next - 1;
        writer.text('part').op('j', ...uint32(last - back));
      });
      assert.deepEqual(everything(unpickle(bytes, true)), everything(unpickle(bytes, false)), `${back} back`);
    }
  });

  it('keep parts and calls apart when an index is taken twice', () => {
    for (let index = 8; index < 60; index++) {
      const bytes = stream(many.slice(0, 40), (writer) => {
        // The last call goes to an index of an earlier part, which is asked for.
        writer
          .op('j', ...uint32(writer.next - 1))
          .op('r', ...uint32(index))
          .op('0');
        writer.text('part').op('j', ...uint32(index));
        writer.text('neighbour').op('j', ...uint32(index + 1));
      });
      assert.deepEqual(
        everything(unpickle(bytes, true)),
        everything(unpickle(bytes, false)),
        `index ${index}`,
      );
    }
  });

  it('are not seen in what only looks like them', () => {
    const bytes = stream(many.slice(0, 30));
    // Each byte of the last two calls changed in turn: another call, another memo or an error, but the same.
    for (let at = bytes.length - 2_000 - 160; at < bytes.length - 2_001; at++) {
      for (const change of [1, 0x80]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] as number) ^ change;
        assert.deepEqual(
          everything(unpickle(changed, true)),
          everything(unpickle(changed, false)),
          `byte ${at}`,
        );
      }
    }
  });
});
