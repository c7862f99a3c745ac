import type { Call } from './calls';
import type { Context } from './context';
import { badCall } from './outcome';
import { isInteger, iterate, pairs, requireHashable } from './python';
import { allocate } from './tensors';
import {
  Bytes,
  Complex,
  Dict,
  Float,
  isTuple,
  List,
  Opaque,
  PySet,
  Size,
  Tensor,
  typeName,
  type Value,
} from './values';

/** The classes and functions of Python's standard library that weights_only allows. */
export const builtinCalls: readonly (readonly [string, Call])[] = [
  ['collections.OrderedDict', (args, context) => dictionary('collections.OrderedDict', args, context)],
  ['collections.Counter', counter],
  ['builtins.set', set],
  ['builtins.bytearray', bytearray],
  ['builtins.complex', complex],
  ['_codecs.encode', encode],
];

function dictionary(type: 'collections.OrderedDict', args: readonly Value[], context: Context): Value {
  if (args.length > 1) throw badCall(type, 'arguments', args.length);
  const made = new Dict(type);
  if (args.length === 0) return made;
  const entries = pairs(args[0] as Value, context, type);
  if (entries === null) return new Opaque(type);
  for (const [key, value] of entries) made.set(key, value);
  return made;
}

function counter(args: readonly Value[], context: Context): Value {
  const type = 'collections.Counter';
  if (args.length > 1) throw badCall(type, 'arguments', args.length);
  const made = new Dict(type);
  const [given] = args;
  if (given === undefined || given === null) return made;
  if (given instanceof Dict) {
    for (const [key, value] of given.entries) made.set(key, value);
    return made;
  }
  const items = iterate(given, context, type);
  for (const item of items ?? []) {
    requireHashable(item, context);
    made.set(item, 1);
  }
  return items === null ? new Opaque(type) : made;
}

function set(args: readonly Value[], context: Context): Value {
  if (args.length > 1) throw badCall('set', 'arguments', args.length);
  if (args.length === 0) return new PySet([]);
  const items = iterate(args[0] as Value, context, 'set');
  if (items === null) return new Opaque('set');
  for (const item of items) requireHashable(item, context);
  return new PySet(items);
}

function bytearray(args: readonly Value[], context: Context): Value {
  const [source, encoding] = args;
  if (args.length > 3) throw badCall('bytearray', 'arguments', args.length);
  if (source === undefined) return new Bytes('bytearray', new Uint8Array(0));
  if (typeof source === 'string') {
    if (encoding === undefined) throw badCall('bytearray', 'value', 'encoding', 'None');
    const encoded = encode(args, context);
    return encoded instanceof Bytes ? new Bytes('bytearray', encoded.bytes) : new Opaque('bytearray');
  }
  if (args.length > 1) throw badCall('bytearray', 'value', 'encoding', typeName(encoding ?? null));
  if (typeof source === 'boolean') return new Bytes('bytearray', new Uint8Array(Number(source)));
  if (isInteger(source)) {
    if (source < 0) throw badCall('bytearray', 'negative', 'count');
    allocate(Number(source), 'bytearray', context);
    // Of what is built from nothing, the model needs no bytes.
    return new Opaque('bytearray');
  }
  if (source instanceof Bytes) return new Bytes('bytearray', source.bytes);
  const items = iterate(source, context, 'bytearray');
  if (items === null) return new Opaque('bytearray');
  for (const item of items) {
    if (item instanceof Opaque || item instanceof Tensor) context.unsure('weightsOnly.opaque', 'bytearray');
    else if (typeof item !== 'boolean' && (!isInteger(item) || item < 0 || item > 255)) {
      throw badCall('bytearray', 'value', 'item', typeName(item));
    }
  }
  return new Bytes('bytearray', Uint8Array.from(items, Number));
}

function complex(args: readonly Value[], context: Context): Value {
  if (args.length > 2) throw badCall('complex', 'arguments', args.length);
  const parts = args.map((value, index) => {
    if (typeof value === 'boolean') return [Number(value), 0] as const;
    if (value instanceof Float) return [value.value, 0] as const;
    if (value instanceof Complex) return [value.real, value.imaginary] as const;
    if (isInteger(value)) {
      if (!Number.isFinite(Number(value))) throw badCall('complex', 'overflow', 'int');
      return [Number(value), 0] as const;
    }
    if (value instanceof Opaque || value instanceof Tensor || (typeof value === 'string' && index === 0)) {
      if (typeof value === 'string' && args.length === 2)
        throw badCall('complex', 'value', 'imag', typeName(args[1] ?? null));
      context.unsure('weightsOnly.opaque', 'complex');
      return null;
    }
    throw badCall('complex', 'value', 'part', typeName(value));
  });
  const [real = [0, 0], imaginary = [0, 0]] = parts;
  if (real === null || imaginary === null) return new Opaque('complex');
  return new Complex(real[0] - imaginary[1], real[1] + imaginary[0]);
}

/** Codecs that pickles name for bytes, with the largest character of each. */
const codecs = new Map([
  ['latin1', 0xff],
  ['latin-1', 0xff],
  ['iso-8859-1', 0xff],
  ['iso8859-1', 0xff],
  ['ascii', 0x7f],
  ['us-ascii', 0x7f],
  ['utf-8', 0x10ffff],
  ['utf8', 0x10ffff],
]);

function encode(args: readonly Value[], context: Context): Value {
  const [text, encoding = 'utf-8', errors = 'strict'] = args;
  const callee = '_codecs.encode';
  if (text === undefined || args.length > 3) throw badCall(callee, 'arguments', args.length);
  for (const option of [encoding, errors]) {
    if (typeof option !== 'string' && !(option instanceof Opaque)) {
      throw badCall(callee, 'value', 'encoding', typeName(option));
    }
  }
  const largest = typeof encoding === 'string' ? codecs.get(encoding.toLowerCase()) : undefined;
  if (largest === undefined || errors !== 'strict' || text instanceof Opaque) {
    context.unsure('weightsOnly.notFollowed', `${callee}(${typeof encoding === 'string' ? encoding : '?'})`);
    return new Opaque();
  }
  if (typeof text !== 'string') throw badCall(callee, 'value', 'obj', typeName(text));
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code > largest || (code >= 0xd800 && code <= 0xdfff)) throw badCall(callee, 'codec');
  }
  return new Bytes(
    'bytes',
    largest === 0x10ffff ? utf8(text) : Uint8Array.from(text, (c) => c.charCodeAt(0)),
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A list, a tuple or a Size, whose items a constructor of torch looks at. */
export function isSequence(value: Value): boolean {
  return isTuple(value) || value instanceof List || value instanceof Size;
}
