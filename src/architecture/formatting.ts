import { call } from './calls';
import { UnknownOperand } from './errors';
import type { Interpreter } from './machine';
import { reprOf, reprOfFloat, strOf } from './text';
import { lookup } from './types';
import { PyFunction, PyInstance, PyTuple, PyDict, type Value } from './values';
import { hashKey } from './hashing';

const SPECIFIER = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([_,])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

/** Python's `format(value, specifier)`, for str, int and float. */
export function formatValue(vm: Interpreter, value: Value, specifier: string): string {
  if (value instanceof PyInstance) {
    const method = lookup(vm, value.cls, '__format__');
    if (method instanceof PyFunction) return strOf(vm, call(vm, method, [value, specifier]));
  }
  if (specifier === '') return strOf(vm, value);
  const match = SPECIFIER.exec(specifier);
  if (match === null) throw new UnknownOperand(vm.reason('unsupported', `format '${specifier}'`));
  const [, fillGiven, alignGiven, sign, alternate, zero, width, grouping, precision, type] = match;
  if (alternate !== undefined) throw new UnknownOperand(vm.reason('unsupported', 'format #'));
  const digits = precision === undefined ? null : Number(precision);
  if ((digits ?? 0) > 60 || Number(width ?? 0) > 10_000) {
    throw new UnknownOperand(vm.reason('unsupported', 'format'));
  }
  const numeric = typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
  let body = numeric
    ? formatNumber(vm, typeof value === 'boolean' ? BigInt(value) : value, type, digits)
    : strOf(vm, value);
  if (!numeric && digits !== null) body = body.slice(0, digits);
  if (grouping !== undefined) {
    body = body.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, grouping));
  }
  if (numeric && sign !== undefined && sign !== '-' && !body.startsWith('-')) body = sign + body;
  const fill = fillGiven ?? (zero === undefined ? ' ' : '0');
  const align = alignGiven ?? (zero !== undefined && numeric ? '=' : numeric ? '>' : '<');
  const missing = Number(width ?? 0) - Array.from(body).length;
  if (missing <= 0) return body;
  const padding = fill.repeat(missing);
  switch (align) {
    case '<':
      return body + padding;
    case '>':
      return padding + body;
    case '^': {
      const left = Math.floor(missing / 2);
      return fill.repeat(left) + body + fill.repeat(missing - left);
    }
    default: {
      const signed = /^[+\- ]/.test(body);
      return signed ? (body[0] ?? '') + padding + body.slice(1) : padding + body;
    }
  }
}

function formatNumber(
  vm: Interpreter,
  value: bigint | number,
  type: string | undefined,
  digits: number | null,
): string {
  switch (type) {
    case undefined:
      if (typeof value === 'bigint') return String(value);
      return digits === null ? reprOfFloat(value) : general(value, digits);
    case 'd':
    case 'n':
      if (typeof value !== 'bigint') vm.raise('ValueError', "Unknown format code 'd' for float");
      return String(value);
    case 'b':
    case 'o':
    case 'x':
    case 'X': {
      if (typeof value !== 'bigint') vm.raise('ValueError', 'Unknown format code for float');
      const text = value.toString(type === 'b' ? 2 : type === 'o' ? 8 : 16);
      return type === 'X' ? text.toUpperCase() : text;
    }
    case 'f':
    case 'F':
      return fixed(vm, Number(value), digits ?? 6);
    case '%':
      return `${fixed(vm, Number(value) * 100, digits ?? 6)}%`;
    case 'e':
    case 'E': {
      const text = Number(value)
        .toExponential(digits ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
      return type === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
      return general(Number(value), digits ?? 6);
    default:
      throw new UnknownOperand(vm.reason('unsupported', `format '${type}'`));
  }
}

function fixed(vm: Interpreter, value: number, digits: number): string {
  if (!Number.isFinite(value)) return reprOfFloat(value);
  if (Math.abs(value) >= 1e21) throw new UnknownOperand(vm.reason('unsupported', 'format of a large float'));
  return value.toFixed(digits);
}

function general(value: number, digits: number): string {
  if (!Number.isFinite(value) || value === 0) return value === 0 ? '0' : reprOfFloat(value);
  const precision = Math.max(digits, 1);
  const exponent = Number(value.toExponential(precision - 1).split('e')[1]);
  if (exponent < -4 || exponent >= precision) {
    const [mantissa = '', power = ''] = value.toExponential(precision - 1).split('e');
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    const sign = power.startsWith('-') ? '-' : '+';
    return `${short}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  const text = value.toFixed(Math.max(0, precision - 1 - exponent));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `text % values`. */
export function formatPercent(vm: Interpreter, text: string, values: Value): string {
  const items = values instanceof PyTuple ? values.items : [values];
  let next = 0;
  return text.replace(
    /%(?:\(([^)]*)\))?([-+ 0#]*)(\d+|\*)?(?:\.(\d+))?([diouxXeEfFgGcrs%])/g,
    (
      _whole,
      name: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === '%') return '%';
      let value: Value;
      if (name !== undefined) {
        if (!(values instanceof PyDict)) vm.raise('TypeError', 'format requires a mapping');
        value = values.map.get(hashKey(vm, name))?.value ?? null;
      } else {
        const item = items[next++];
        if (item === undefined) vm.raise('TypeError', 'not enough arguments for format string');
        value = item;
      }
      if (type === 's') value = strOf(vm, value);
      else if (type === 'r') value = reprOf(vm, value);
      const plain = type === 's' || type === 'r' ? 's' : type === 'i' || type === 'u' ? 'd' : type;
      if (plain === 'd' && typeof value === 'number') value = BigInt(Math.trunc(value));
      const align = flags.includes('-') ? '<' : plain === 's' ? '>' : '';
      const zero = flags.includes('0') && align === '' ? '0' : '';
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      const dot = precision === undefined ? '' : `.${precision}`;
      return formatValue(vm, value, `${align}${sign}${zero}${width ?? ''}${dot}${plain}`);
    },
  );
}
