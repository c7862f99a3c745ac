import type { Module } from './syntax';

/**
 * Abstract syntax as one JSON text: what Python texts the product brings are parsed when it is built, since to
 * load a grammar's code and to parse them takes longer than to analyse most models. An object becomes a list of
 * its shape (its keys, named once) and its values.
 */
export function packSyntax(module: Module): string {
  const shapes: string[][] = [];
  const numbers = new Map<string, number>();
  const pack = (value: unknown): Packed => {
    if (typeof value === 'bigint') return [Tag.Int, String(value)];
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return [Tag.Float, Object.is(value, -0) ? '-0' : String(value)];
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return [Tag.List, ...value.map(pack)];
    if (value instanceof Set) return [Tag.Set, ...[...value].map(pack)];
    if (typeof value !== 'object') throw new TypeError(`a syntax tree holds a ${typeof value}`);
    const keys = Object.keys(value);
    const name = keys.join();
    let shape = numbers.get(name);
    if (shape === undefined) {
      numbers.set(name, (shape = shapes.length));
      shapes.push(keys);
    }
    return [shape, ...Object.values(value).map(pack)];
  };
  const root = pack(module);
  return JSON.stringify({ shapes, root } satisfies PackedSyntax);
}

/** The syntax that `packSyntax` made a text of. */
export function unpackSyntax(text: string): Module {
  const { shapes, root } = JSON.parse(text) as PackedSyntax;
  const unpack = (value: Packed): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const tag = value[0] as number;
    if (tag >= 0) {
      const keys = shapes[tag] as readonly string[];
      const object: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i++) object[keys[i] as string] = unpack(value[i + 1] as Packed);
      return object;
    }
    if (tag === Tag.Int) return BigInt(value[1] as string);
    if (tag === Tag.Float) return Number(value[1]);
    const items: unknown[] = [];
    for (let i = 1; i < value.length; i++) items.push(unpack(value[i] as Packed));
    return tag === Tag.Set ? new Set(items) : items;
  };
  return unpack(root) as Module;
}

type Packed = null | boolean | number | string | Packed[];

interface PackedSyntax {
  /** Keys of objects; a list that begins with such an index is an object. */
  readonly shapes: readonly (readonly string[])[];
  readonly root: Packed;
}

/** First items of lists that are no objects. */
enum Tag {
  List = -1,
  Set = -2,
  Int = -3,
  /** Infinity, NaN and -0, which JSON has not. */
  Float = -4,
}
