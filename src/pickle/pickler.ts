import { CheckpointError } from '../checkpointError';
import { ByteWriter } from './byteWriter';
import { encodeLong } from './integers';
import { Op } from './opcodes';
import { encodeUtf8SurrogatePass } from './text';
import {
  isTuple,
  PyBuffer,
  PyBytes,
  PyDict,
  PyExtension,
  PyFloat,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
  PySet,
  type PyTuple,
  type Value,
} from './values';

export interface PicklerOptions {
  /** What is written in place of an object; the object itself where nothing takes its place. */
  replace?(value: Value & object): Value;
  /** What a persistent id becomes: another id, or the value that it stood for. */
  persistentId?(id: PyPersistentId): { readonly id: Value } | { readonly value: Value };
}

/** Items between MARK and APPENDS or SETITEMS, as CPython's pickler cuts them. */
const BATCH = 1000;

/**
 * Writes inert values as a pickle of protocol 2, the one that torch writes, with the names, calls and states
 * that the values have: loading it does what loading their source did. Shared objects stay shared and cycles
 * stay cycles. Protocol 4 is said only where a class is named by a dotted name, which older ones cannot.
 *
 * @throws CheckpointError `writing.longBytes` for bytes that were left in the file, `writing.outOfBand` for
 * buffers that are not in the stream
 */
export function pickle(value: Value, options: PicklerOptions = {}): Uint8Array {
  return new Pickler(options).run(value);
}

/** `_codecs.encode(text, "latin1")` and the like: how protocol 2 says what has no opcode. */
const encode = new PyGlobal('_codecs', 'encode', 0);
const bytearray = new PyGlobal('__builtin__', 'bytearray', 0);
const set = new PyGlobal('__builtin__', 'set', 0);
const frozenset = new PyGlobal('__builtin__', 'frozenset', 0);

type Step = () => void;

/** Works on a list of steps instead of the call stack: values may nest as deep as they like. */
class Pickler {
  private readonly out = new ByteWriter();
  private readonly memo = new Map<Value, number>();
  private readonly steps: Step[] = [];
  private hasDottedName = false;

  constructor(private readonly options: PicklerOptions) {}

  run(value: Value): Uint8Array {
    const { out, steps } = this;
    out.u8(Op.PROTO);
    out.u8(2);
    this.save(value);
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) step();
    out.u8(Op.STOP);
    const bytes = out.finish();
    if (this.hasDottedName) bytes[1] = 4;
    return bytes;
  }

  /** Does these steps next, in this order. */
  private then(steps: readonly Step[]): void {
    for (let i = steps.length - 1; i >= 0; i--) this.steps.push(steps[i] as Step);
  }

  private readonly save = (given: Value): void => {
    const { out } = this;
    if (given === null) out.u8(Op.NONE);
    else if (typeof given === 'boolean') out.u8(given ? Op.NEWTRUE : Op.NEWFALSE);
    else if (typeof given === 'number' || typeof given === 'bigint') this.saveInteger(given);
    else if (typeof given === 'string') this.saveText(given);
    else {
      const value = this.options.replace?.(given) ?? given;
      if (value === null || typeof value !== 'object') this.save(value);
      else if (!this.recall(value)) this.saveObject(value);
    }
  };

  private saveObject(value: Value & object): void {
    const { out } = this;
    if (isTuple(value)) this.saveTuple(value);
    else if (value instanceof PyObject) this.saveCall(value);
    else if (value instanceof PyDict) {
      out.u8(Op.EMPTY_DICT);
      this.memoize(value);
      this.saveEntries(value, 0);
    } else if (value instanceof PyList) {
      out.u8(Op.EMPTY_LIST);
      this.memoize(value);
      this.saveItems(value.items, 0);
    } else if (value instanceof PyGlobal) this.saveGlobal(value);
    else if (value instanceof PyPersistentId) this.savePersistentId(value);
    else if (value instanceof PyFloat) {
      out.u8(Op.BINFLOAT);
      out.f64(value.value);
    } else if (value instanceof PySet) this.saveSet(value);
    else if (value instanceof PyBytes) this.saveBytes(value);
    else if (value instanceof PyExtension) {
      out.u8(Op.EXT4);
      out.u32(value.code);
    } else if (value instanceof PyBuffer) throw new CheckpointError('writing.outOfBand');
  }

  /** Writes a reference to a value that was written before; false for a new one. */
  private recall(value: Value): boolean {
    const index = this.memo.get(value);
    if (index === undefined) return false;
    if (index < 256) {
      this.out.u8(Op.BINGET);
      this.out.u8(index);
    } else {
      this.out.u8(Op.LONG_BINGET);
      this.out.u32(index);
    }
    return true;
  }

  private memoize(value: Value): void {
    const index = this.memo.size;
    this.memo.set(value, index);
    if (index < 256) {
      this.out.u8(Op.BINPUT);
      this.out.u8(index);
    } else {
      this.out.u8(Op.LONG_BINPUT);
      this.out.u32(index);
    }
  }

  private saveInteger(value: number | bigint): void {
    const { out } = this;
    if (typeof value === 'number' && value >= 0 && value < 256) {
      out.u8(Op.BININT1);
      out.u8(value);
    } else if (typeof value === 'number' && value >= 0 && value < 65_536) {
      out.u8(Op.BININT2);
      out.u16(value);
    } else if (typeof value === 'number' && value === (value | 0)) {
      out.u8(Op.BININT);
      out.u32(value >>> 0);
    } else this.saveLong(encodeLong(value));
  }

  private saveLong(bytes: Uint8Array): void {
    const { out } = this;
    if (bytes.length < 256) {
      out.u8(Op.LONG1);
      out.u8(bytes.length);
    } else {
      out.u8(Op.LONG4);
      out.u32(bytes.length);
    }
    out.raw(bytes);
  }

  /** Equal texts are one object: nothing of Python depends on which of them it is. */
  private saveText(value: string): void {
    if (this.recall(value)) return;
    const bytes = encodeUtf8SurrogatePass(value);
    this.out.u8(Op.BINUNICODE);
    this.out.u32(bytes.length);
    this.out.raw(bytes);
    this.memoize(value);
  }

  private saveGlobal(value: PyGlobal): void {
    const { out } = this;
    if (value.name.includes('.')) this.hasDottedName = true;
    out.u8(Op.GLOBAL);
    out.raw(encodeUtf8SurrogatePass(`${value.module}\n${value.name}\n`));
    this.memoize(value);
  }

  private saveTuple(tuple: PyTuple): void {
    const { out } = this;
    const count = tuple.length;
    if (count === 0) {
      out.u8(Op.EMPTY_TUPLE);
      return;
    }
    const short = count <= 3;
    if (!short) out.u8(Op.MARK);
    const finish = (): void => {
      if (this.memo.has(tuple)) {
        // It contains itself: what is inside made it already.
        if (short) for (let i = 0; i < count; i++) out.u8(Op.POP);
        else out.u8(Op.POP_MARK);
        this.recall(tuple);
        return;
      }
      out.u8(short ? ([Op.TUPLE1, Op.TUPLE2, Op.TUPLE3][count - 1] as Op) : Op.TUPLE);
      this.memoize(tuple);
    };
    this.then([...tuple.map((item) => () => this.save(item)), finish]);
  }

  private saveItems(items: readonly Value[], from: number): void {
    if (from >= items.length) return;
    const batch = items.slice(from, from + BATCH);
    this.out.u8(Op.MARK);
    this.then([
      ...batch.map((item) => () => this.save(item)),
      () => this.out.u8(Op.APPENDS),
      () => this.saveItems(items, from + BATCH),
    ]);
  }

  private saveEntries(dict: PyDict, from: number): void {
    const { keys, values } = dict;
    if (from >= keys.length) return;
    this.out.u8(Op.MARK);
    const to = Math.min(from + BATCH, keys.length);
    const steps: Step[] = [];
    for (let i = from; i < to; i++) {
      steps.push(
        () => this.save(keys[i] as Value),
        () => this.save(values[i] as Value),
      );
    }
    steps.push(
      () => this.out.u8(Op.SETITEMS),
      () => this.saveEntries(dict, to),
    );
    this.then(steps);
  }

  private saveSet(value: PySet): void {
    const items = new PyList(value.items);
    this.saveReduced(value, value.frozen ? frozenset : set, [items]);
  }

  private saveBytes(value: PyBytes): void {
    const { bytes, pythonType } = value;
    if (bytes.length < value.length) throw new CheckpointError('writing.longBytes', [value.length]);
    if (pythonType === 'integer') {
      this.saveLong(bytes);
      return;
    }
    if (pythonType === 'str2') {
      this.out.u8(Op.BINSTRING);
      this.out.u32(bytes.length);
      this.out.raw(bytes);
      this.memoize(value);
      return;
    }
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    if (pythonType === 'bytes') this.saveReduced(value, encode, [text, 'latin1']);
    else this.saveReduced(value, bytearray, [text, 'latin-1']);
  }

  private saveReduced(value: Value, callee: Value, args: PyTuple): void {
    this.then([() => this.save(callee), () => this.save(args), () => this.finishCall(value, Op.REDUCE, [])]);
  }

  private saveCall(object: PyObject): void {
    const { callee, args, kwargs, opcode } = object;
    const steps: Step[] = [() => this.save(callee)];
    if (opcode === Op.OBJ || opcode === Op.INST) {
      this.out.u8(Op.MARK);
      const list = isTuple(args) ? args : [args];
      steps.push(...list.map((item) => () => this.save(item)));
      steps.push(() => this.finishCall(object, Op.OBJ, this.contentsOf(object)));
    } else {
      steps.push(() => this.save(args));
      if (opcode === Op.NEWOBJ_EX) steps.push(() => this.save(kwargs ?? null));
      steps.push(() => this.finishCall(object, opcode, this.contentsOf(object)));
    }
    this.then(steps);
  }

  /** What an object gets after its call, in the order of CPython's `save_reduce`. */
  private contentsOf({ items, entries, state }: PyObject): Step[] {
    const steps: Step[] = [];
    if (items !== null) steps.push(() => this.saveItems(items, 0));
    if (entries !== null) steps.push(() => this.saveEntries(entries, 0));
    if (state !== undefined) {
      steps.push(
        () => this.save(state),
        () => this.out.u8(Op.BUILD),
      );
    }
    return steps;
  }

  private finishCall(value: Value, opcode: Op, contents: readonly Step[]): void {
    this.out.u8(opcode);
    if (this.memo.has(value)) {
      // One of its arguments contains it: it was made there, with its contents.
      this.out.u8(Op.POP);
      this.recall(value);
    } else {
      this.memoize(value);
      this.then(contents);
    }
  }

  private savePersistentId(id: PyPersistentId): void {
    const meant = this.options.persistentId?.(id) ?? { id: id.id };
    if ('value' in meant) {
      this.save(meant.value);
      return;
    }
    this.then([() => this.save(meant.id), () => this.out.u8(Op.BINPERSID)]);
  }
}
