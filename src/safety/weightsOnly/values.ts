import type { AllowedGlobal } from './torchVersions';

/**
 * What torch's restricted unpickler holds on its stack, as far as loading depends on it. None, booleans,
 * integers (`bigint` above 2^53 − 1) and `str` are JavaScript's own, a tuple is an array.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Complex
  | Bytes
  | Tuple
  | List
  | Dict
  | PySet
  | Size
  | Device
  | Layout
  | Named
  | Storage
  | Tensor
  | Opaque;

export type Tuple = readonly Value[];

export function isTuple(value: Value): value is Tuple {
  return Array.isArray(value);
}

export class Float {
  constructor(readonly value: number) {}
}

export class Complex {
  constructor(
    readonly real: number,
    readonly imaginary: number,
  ) {}
}

/** `bytes` and `bytearray`. */
export class Bytes {
  constructor(
    readonly pythonType: 'bytes' | 'bytearray',
    readonly bytes: Uint8Array,
  ) {}
}

export class List {
  readonly items: Value[] = [];
}

/** A set; of its items only that they can be hashed matters. */
export class PySet {
  constructor(readonly items: readonly Value[]) {}
}

export type DictType = 'dict' | 'collections.OrderedDict' | 'collections.Counter';

export class Dict {
  /** By what Python takes for the same key; made with the first entry, as dicts without one come by the million. */
  private values: Map<unknown, Value> | null = null;
  /** Keys that are not told apart from another kind's: `True` from 1, 1.0 from 1. */
  private oddKeys: Map<unknown, Value> | null = null;
  constructor(readonly pythonType: DictType) {}

  set(key: Value, value: Value): void {
    const same = sameKey(key);
    if (same !== key) (this.oddKeys ??= new Map()).set(same, key);
    else this.oddKeys?.delete(same);
    (this.values ??= new Map()).set(same, value);
  }

  get size(): number {
    return this.values?.size ?? 0;
  }

  get entries(): readonly (readonly [Value, Value])[] {
    const { oddKeys } = this;
    return Array.from(this.values ?? [], ([same, value]) => [
      oddKeys?.has(same) === true ? (oddKeys.get(same) as Value) : (same as Value),
      value,
    ]);
  }
}

/** Python's equality of keys for scalars; other objects are told apart by identity. */
function sameKey(key: Value): unknown {
  if (typeof key === 'boolean') return key ? 1 : 0;
  return key instanceof Float ? key.value : key;
}

/** `torch.Size`, a tuple of integers. */
export class Size {
  constructor(readonly items: readonly (number | bigint)[]) {}
}

export class Device {
  constructor(readonly type: string) {}
}

export class Layout {
  constructor(readonly name: string) {}
}

/** A global that is allowed: a class, a function, a dtype, a quantisation scheme, a kind of storage. */
export class Named {
  constructor(
    readonly path: string,
    readonly global: AllowedGlobal,
  ) {}
}

/** A storage with its dtype (`TypedStorage`), or without (`UntypedStorage`). */
export class Storage {
  constructor(
    readonly dtype: string | null,
    /** Bytes; a view of a tensor can make them more where `resizable`. */
    public bytes: number,
    /** Storages of a zip archive hold a record's bytes and cannot grow; those of legacy files can. */
    readonly resizable: boolean,
    readonly isMeta = false,
    /** Other typed views of the same bytes take their size from here. */
    readonly root: Storage | null = null,
  ) {}
}

export class Tensor {
  constructor(
    readonly isParameter: boolean,
    /** Null where it is not known. */
    readonly dtype: string | null,
    readonly shape: readonly (number | bigint)[] | null,
    readonly layout: string = 'torch.strided',
  ) {}
}

/** A value of which the model knows at most the type. */
export class Opaque {
  constructor(readonly pythonType: string | null = null) {}
}

/** Python's name of a value's type, for messages and for what compares types; null where it is not known. */
export function typeName(value: Value): string | null {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (typeof value === 'string') return 'str';
  if (isTuple(value)) return 'tuple';
  if (value instanceof Float) return 'float';
  if (value instanceof Complex) return 'complex';
  if (value instanceof List) return 'list';
  if (value instanceof PySet) return 'set';
  if (value instanceof Size) return 'torch.Size';
  if (value instanceof Device) return 'torch.device';
  if (value instanceof Layout) return 'torch.layout';
  if (value instanceof Storage) return `torch.storage.${value.dtype === null ? 'Untyped' : 'Typed'}Storage`;
  if (value instanceof Tensor) return value.isParameter ? 'torch.nn.Parameter' : 'torch.Tensor';
  if (value instanceof Named) return typeOfNamed(value);
  return value.pythonType;
}

function typeOfNamed({ global }: Named): string {
  switch (global.kind) {
    case 'dtype':
      return 'torch.dtype';
    case 'qscheme':
      return 'torch.qscheme';
    case 'storageType':
      return 'torch.serialization.StorageType';
    case 'tensorType':
      return 'torch.tensortype';
    case 'function':
      return 'function';
    default:
      return 'type';
  }
}
