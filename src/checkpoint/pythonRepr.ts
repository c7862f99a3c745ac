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
  type Value,
} from '../pickle/values';
import { canonicalName, displayType } from '../torchNames/canonicalName';

/** Characters of a text that a person reads in one line; the details show how long the whole is. */
export const defaultTextLimit = 400;

/**
 * What Python's `repr` shows of a value, cut at `limit` characters with `…`. Objects that are never built
 * read as the call that would build them. Neither depth nor shared or cyclic values make it long or endless.
 */
export function pythonRepr(value: Value, limit = defaultTextLimit): string {
  const parts: string[] = [];
  let length = 0;
  // Work left to do, last first: texts to put out, or values to open.
  const pending: Work[] = [{ value }];
  const open = new Set<object>();
  // A chain of calls of calls shows its innermost first, however deep that is.
  let steps = 0;
  const mostSteps = 8 * limit + 1_000;
  while (pending.length > 0 && length <= limit) {
    if (steps++ > mostSteps) return `${parts.join('')}…`;
    const next = pending.pop() as Work;
    if (typeof next === 'string') {
      parts.push(next);
      length += next.length;
      continue;
    }
    if ('close' in next) {
      open.delete(next.close);
      continue;
    }
    const inner = next.value;
    const leaf = leafRepr(inner, limit);
    if (leaf !== null) {
      parts.push(leaf);
      length += leaf.length;
      continue;
    }
    const container = inner as object;
    if (open.has(container)) {
      parts.push('...');
      length += 3;
      continue;
    }
    const bytes = inner instanceof PyObject ? encodedBytes(inner) : null;
    if (bytes !== null) {
      const text = bytesRepr(bytes, limit);
      parts.push(text);
      length += text.length;
      continue;
    }
    open.add(container);
    const pieces = containerPieces(inner, limit);
    pending.push({ close: container } as never);
    for (let i = pieces.length - 1; i >= 0; i--)
      pending.push(pieces[i] as string | { readonly value: Value });
  }
  const text = parts.join('');
  return length > limit ? `${text.slice(0, limit)}…` : text;
}

function leafRepr(value: Value, limit: number): string | null {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
    case 'bigint':
      return String(value);
    case 'string':
      return stringRepr(value.length > limit + 1 ? value.slice(0, limit + 1) : value);
    default:
      break;
  }
  if (value instanceof PyFloat) return floatRepr(value.value);
  if (value instanceof PyBytes) return bytesRepr(value, limit);
  if (value instanceof PyGlobal) return globalRepr(value);
  if (value instanceof PyExtension) return `<extension ${value.code}>`;
  if (value instanceof PyBuffer) return `<buffer ${value.index}>`;
  return null;
}

/** Protocols below 3 write bytes as `_codecs.encode(text, 'latin1')`. */
function encodedBytes(object: PyObject): PyBytes | null {
  const { callee, args } = object;
  if (!(callee instanceof PyGlobal) || callee.qualifiedName !== '_codecs.encode' || !isTuple(args))
    return null;
  const text = args[0];
  if (typeof text !== 'string') return null;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
  return new PyBytes('bytes', bytes, bytes.length, object.offset);
}

/** `torch.float32` for constants and functions; classes print as `<class '…'>`, which we cannot tell apart. */
function globalRepr(value: PyGlobal): string {
  return displayType(canonicalName(value.module, value.name));
}

type Piece = string | { readonly value: Value };
/** `close` marks the end of a container that was open, for cycles. */
type Work = Piece | { readonly close: object };

function containerPieces(value: Value, limit: number): readonly Piece[] {
  if (isTuple(value)) return joined('(', value, value.length === 1 ? ',)' : ')', limit);
  if (value instanceof PyList) return joined('[', value.items, ']', limit);
  if (value instanceof PySet) {
    if (value.frozen && value.items.length === 0) return ['frozenset()'];
    if (value.frozen) return joined('frozenset({', value.items, '})', limit);
    return value.items.length === 0 ? ['set()'] : joined('{', value.items, '}', limit);
  }
  if (value instanceof PyDict) {
    const pieces: Piece[] = ['{'];
    const count = Math.min(value.size, limit);
    for (let i = 0; i < count; i++) {
      if (i > 0) pieces.push(', ');
      pieces.push({ value: value.keys[i] as Value }, ': ', { value: value.values[i] as Value });
    }
    pieces.push('}');
    return pieces;
  }
  if (value instanceof PyPersistentId) return ['<persistent id ', { value: value.id }, '>'];
  if (value instanceof PyObject) {
    const args = isTuple(value.args)
      ? joined('(', value.args, ')', limit)
      : ['(*', { value: value.args }, ')'];
    return [{ value: value.callee }, ...args];
  }
  return ['?'];
}

function joined(open: string, items: readonly Value[], close: string, limit: number): readonly Piece[] {
  const pieces: Piece[] = [open];
  // Each item is at least one character: more of them cannot be shown.
  const count = Math.min(items.length, limit);
  for (let i = 0; i < count; i++) {
    if (i > 0) pieces.push(', ');
    pieces.push({ value: items[i] as Value });
  }
  pieces.push(close);
  return pieces;
}

/** CPython's `float.__repr__`: the shortest digits, an exponent below 1e-4 and from 1e16 on. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${point}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** CPython's `str.__repr__`: single quotes unless only double ones avoid an escape; controls escaped. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === '\\') out += `\\${character}`;
    else if (character === '\n') out += '\\n';
    else if (character === '\r') out += '\\r';
    else if (character === '\t') out += '\\t';
    else if (code < 0x20 || code === 0x7f) out += `\\x${hex(code, 2)}`;
    else if (code < 0x7f || isPrintable(character)) out += character;
    else if (code <= 0xff) out += `\\x${hex(code, 2)}`;
    else out += code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return out + quote;
}

/** Python's `str.isprintable` of one character: nothing of Unicode's "Other" and "Separator" categories. */
function isPrintable(character: string): boolean {
  return !/[\p{C}\p{Z}]/u.test(character);
}

/** A literal of bytes as Python writes it, of the first `limit` of them at least. */
export function bytesRepr(value: PyBytes, limit: number): string {
  if (value.pythonType === 'integer') return `<integer of ${value.length} bytes>`;
  const shown = value.bytes.subarray(0, Math.max(16, limit));
  let body = '';
  const quote = shown.includes(0x27) && !shown.includes(0x22) ? '"' : "'";
  for (const byte of shown) {
    const character = String.fromCharCode(byte);
    if (character === quote || character === '\\') body += `\\${character}`;
    else if (byte === 10) body += '\\n';
    else if (byte === 13) body += '\\r';
    else if (byte === 9) body += '\\t';
    else if (byte < 0x20 || byte >= 0x7f) body += `\\x${hex(byte, 2)}`;
    else body += character;
  }
  const cut = shown.length < value.length ? '…' : '';
  const literal = `b${quote}${body}${cut}${quote}`;
  return value.pythonType === 'bytearray' ? `bytearray(${literal})` : literal;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}
