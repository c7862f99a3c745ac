import type { Op } from './opcodes';

/**
 * The inert values that an unpickled stream is made of. None, booleans, integers (`bigint` above
 * 2^53 − 1) and texts are JavaScript's own; everything else is one of the classes below. Objects are shared
 * where the stream shares them, and may form cycles: compare by identity, never recurse without a bound.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | PyBytes
  | PyTuple
  | PyList
  | PyDict
  | PySet
  | PyGlobal
  | PyObject
  | PyPersistentId
  | PyExtension
  | PyBuffer;

/** A float; a class of its own because `1` and `1.0` differ in Python. */
export class PyFloat {
  constructor(readonly value: number) {}
}

/** `bytes`, `bytearray`, or Python 2's `str` (which is text or data, the file does not say). */
export class PyBytes {
  constructor(
    readonly pythonType: 'bytes' | 'bytearray' | 'str2' | 'integer',
    /** All bytes, or the first ones where `length` says that there are more in the file. */
    readonly bytes: Uint8Array,
    readonly length: number,
    /** Offset of the first byte in the stream. */
    readonly offset: number,
  ) {}
}

/**
 * A tuple is a bare array: checkpoints hold five of them a tensor, and they are immutable, so equal tuples of
 * small integers (shapes, strides) may be one array.
 */
export type PyTuple = readonly Value[];

/** Stands for items that a scan did not keep. */
export const lostItems: PyTuple = Object.freeze([]) as PyTuple;

export function isTuple(value: Value | undefined): value is PyTuple {
  return Array.isArray(value);
}

export class PyList {
  readonly items: Value[];
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class PySet {
  constructor(
    readonly items: Value[],
    readonly frozen: boolean,
  ) {}
}

/** Of dicts without items; never written to. */
const noValues: Value[] = [];

/**
 * A dict in insertion order. Items are appended as they come; a key that comes again (no pickler writes
 * that) replaces the earlier value in its place when the dict is first read.
 */
export class PyDict {
  private rawKeys: Value[] = noValues;
  private rawValues: Value[] = noValues;
  private index: Map<unknown, number> | null = null;
  private onlyTexts = true;
  /** Whether it is known that no key comes twice. */
  private isDistinct = true;
  private wasListed = false;

  set(key: Value, value: Value): void {
    if (this.index !== null) {
      this.setIndexed(this.index, key, value);
      return;
    }
    if (typeof key !== 'string') this.onlyTexts = false;
    this.isDistinct = false;
    this.append(key, value);
  }

  /** The first item makes arrays of its size: an empty one that grows takes seventeen places at once. */
  private append(key: Value, value: Value): void {
    if (this.rawKeys === noValues) {
      this.rawKeys = [key];
      this.rawValues = [value];
      return;
    }
    this.rawKeys.push(key);
    this.rawValues.push(value);
  }

  get size(): number {
    this.makeDistinct();
    return this.rawKeys.length;
  }

  get keys(): readonly Value[] {
    this.makeDistinct();
    return this.rawKeys;
  }

  get values(): readonly Value[] {
    this.makeDistinct();
    return this.rawValues;
  }

  get(key: Value): Value | undefined {
    const position = this.indexed().get(dictKey(key));
    return position === undefined ? undefined : this.rawValues[position];
  }

  has(key: Value): boolean {
    return this.indexed().has(dictKey(key));
  }

  /**
   * A dict that is only listed needs no index: the engine makes a set of texts at once. One that grows after
   * it was listed gets one, or to list it after each item would take forever.
   */
  private makeDistinct(): void {
    if (this.isDistinct) return;
    const first = !this.wasListed;
    this.wasListed = true;
    if (first && this.onlyTexts && new Set(this.rawKeys).size === this.rawKeys.length) this.isDistinct = true;
    else this.indexed();
  }

  private indexed(): Map<unknown, number> {
    if (this.index !== null) return this.index;
    const { rawKeys } = this;
    const index = new Map<unknown, number>();
    for (let i = 0; i < rawKeys.length; i++) index.set(dictKey(rawKeys[i] as Value), i);
    // Fewer entries than items: a key came twice.
    this.index = index.size === rawKeys.length ? index : this.replaceRepeated();
    this.isDistinct = true;
    return this.index;
  }

  private replaceRepeated(): Map<unknown, number> {
    const keys = this.rawKeys.slice();
    const values = this.rawValues.slice();
    const index = new Map<unknown, number>();
    this.rawKeys = noValues;
    this.rawValues = noValues;
    for (let i = 0; i < keys.length; i++) this.setIndexed(index, keys[i] as Value, values[i] as Value);
    return index;
  }

  private setIndexed(index: Map<unknown, number>, key: Value, value: Value): void {
    const normalized = dictKey(key);
    const position = index.get(normalized);
    if (position !== undefined) {
      this.rawValues[position] = value;
      return;
    }
    index.set(normalized, this.rawKeys.length);
    this.append(key, value);
  }
}

/** Python's equality of keys for the scalars: `1 == 1.0 == True`. Other objects are told apart by identity. */
function dictKey(key: Value): unknown {
  if (typeof key === 'boolean') return key ? 1 : 0;
  if (key instanceof PyFloat) return key.value;
  return key;
}

/** A name that the stream would import. One object per (module, name) of a stream. */
export class PyGlobal {
  readonly qualifiedName: string;
  /** Where the layer above keeps what the name means, so that it is looked up once. */
  meaning: object | null = null;
  constructor(
    readonly module: string,
    readonly name: string,
    /** Of the first opcode that names it. */
    readonly offset: number,
  ) {
    this.qualifiedName = `${module}.${name}`;
  }
}

/** What STACK_GLOBAL imports by a name that the stream computes; only a scan makes these. */
export class PyComputedGlobal extends PyGlobal {
  constructor(
    readonly moduleValue: Value,
    readonly nameValue: Value,
    offset: number,
  ) {
    super(
      typeof moduleValue === 'string' ? moduleValue : '?',
      typeof nameValue === 'string' ? nameValue : '?',
      offset,
    );
  }
}

export type CallOpcode = Op.REDUCE | Op.NEWOBJ | Op.NEWOBJ_EX | Op.OBJ | Op.INST;

/** What a call in the stream would have returned; never built. */
export class PyObject {
  /** What few objects have; apart, because a checkpoint holds two bare objects a tensor. */
  private extra: ObjectExtra | null = null;
  /** Where the layer above keeps what the object means: a map of objects costs more than reading them. */
  meaning: object | null = null;

  constructor(
    readonly callee: Value,
    private given: Value | undefined,
    readonly opcode: CallOpcode,
    readonly offset: number,
  ) {}

  /** A tuple in a well-formed stream. */
  get args(): Value {
    return this.given === undefined ? (this.given = this.unpackArgs()) : this.given;
  }

  /** What `args` are where the constructor was not given them. */
  protected unpackArgs(): Value {
    return [];
  }

  /** Keyword arguments of NEWOBJ_EX. */
  get kwargs(): Value | undefined {
    return this.extra?.kwargs;
  }

  /** Argument of BUILD (`__setstate__` or `__dict__`), `undefined` without one. */
  get state(): Value | undefined {
    return this.extra?.state;
  }

  /** Items given by APPEND(S) and ADDITEMS. */
  get items(): readonly Value[] | null {
    return this.extra?.items ?? null;
  }

  /** Items given by SETITEM(S). */
  get entries(): PyDict | null {
    return this.extra?.entries ?? null;
  }

  setKwargs(kwargs: Value): void {
    this.extended().kwargs = kwargs;
  }

  setState(state: Value): void {
    this.extended().state = state;
  }

  ensureItems(): Value[] {
    const extra = this.extended();
    return (extra.items ??= []);
  }

  /** Any number of them: arguments of a call would end at some hundred thousand. */
  addItems(items: readonly Value[]): void {
    const own = this.ensureItems();
    for (const item of items) own.push(item);
  }

  ensureEntries(): PyDict {
    const extra = this.extended();
    return (extra.entries ??= new PyDict());
  }

  private extended(): ObjectExtra {
    return (this.extra ??= { kwargs: undefined, state: undefined, items: null, entries: null });
  }
}

interface ObjectExtra {
  kwargs: Value | undefined;
  state: Value | undefined;
  items: Value[] | null;
  entries: PyDict | null;
}

/** A reference that the file format resolves: `("storage", FloatStorage, "0", "cpu", 12)`. */
export class PyPersistentId {
  /** Where the layer above keeps what the id means. */
  meaning: object | null = null;
  constructor(
    readonly id: Value,
    readonly offset: number,
  ) {}
}

/** An object named by a number of `copyreg`'s extension registry. */
export class PyExtension {
  constructor(
    readonly code: number,
    readonly offset: number,
  ) {}
}

/** An out-of-band buffer of protocol 5, in the order in which the stream takes them. */
export class PyBuffer {
  constructor(readonly index: number) {}
}
