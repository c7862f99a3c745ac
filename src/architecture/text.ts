import { call } from './calls';
import { UnknownOperand } from './errors';
import { PyInterval } from './floats';
import { type Interpreter, unknownReason } from './machine';
import { lookup, typeOf } from './types';
import { setItems } from './setItems';
import {
  ELLIPSIS,
  PyBytes,
  PyClass,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyList,
  PyModule,
  PyNative,
  PyRange,
  PySet,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  type Value,
} from './values';

/** Python's `str(value)`. Throws `UnknownOperand` where it is not known. */
export function strOf(vm: Interpreter, value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof PyInstance) {
    const method = lookup(vm, value.cls, '__str__');
    if (method !== undefined && (method instanceof PyFunction || value.payload === undefined)) {
      const result = call(vm, method, [value]);
      if (typeof result === 'string') return result;
      throw new UnknownOperand(unknownReason(result) ?? vm.reason('unsupported', '__str__'));
    }
    if (value.payload !== undefined && !(lookup(vm, value.cls, '__repr__') instanceof PyFunction)) {
      return strOf(vm, value.payload);
    }
    if (value.cls.isSubclassOf(vm.class('BaseException'))) {
      const args = value.dict.get('args');
      const items = args instanceof PyTuple ? args.items : [];
      const [only] = items;
      if (items.length === 0 || only === undefined) return '';
      return items.length === 1 ? strOf(vm, only) : reprOf(vm, new PyTuple(items));
    }
  }
  return reprOf(vm, value);
}

const MAX_REPR_DEPTH = 50;

/** Python's `repr(value)`. */
export function reprOf(vm: Interpreter, value: Value, depth = 0): string {
  if (depth > MAX_REPR_DEPTH) throw new UnknownOperand(vm.reason('budgetDepth', 'repr'));
  const inner = (item: Value): string => reprOf(vm, item, depth + 1);
  switch (typeof value) {
    case 'string':
      return reprOfString(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return reprOfFloat(value);
    default:
  }
  if (value === null) return 'None';
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (value === ELLIPSIS) return 'Ellipsis';
  if (value instanceof PySymbol || value instanceof PySymbolicReal || value instanceof PyInterval) {
    throw new UnknownOperand(vm.reason('symbolicText', ''));
  }
  if (value instanceof PySymbolicCondition) throw new UnknownOperand(vm.reason('symbolicText', ''));
  if (value instanceof PyTuple) {
    if (value.cls?.name === 'Size') return `torch.Size([${value.items.map(inner).join(', ')}])`;
    const custom = value.cls === null ? undefined : lookup(vm, value.cls, '__repr__');
    if (custom instanceof PyFunction) return String(call(vm, custom, [value]));
    return value.items.length === 1
      ? `(${value.items.map(inner).join('')},)`
      : `(${value.items.map(inner).join(', ')})`;
  }
  if (value instanceof PyList) {
    if (value.taint !== null) throw new UnknownOperand(value.taint);
    return `[${value.items.map(inner).join(', ')}]`;
  }
  if (value instanceof PyDict) {
    const tainted = value.taint ?? value.open;
    if (tainted !== null) throw new UnknownOperand(tainted);
    const text = `{${[...value.map.values()].map((e) => `${inner(e.key)}: ${inner(e.value)}`).join(', ')}}`;
    return value.cls === null ? text : `${value.cls.name}(${text})`;
  }
  if (value instanceof PySet) {
    const items = setItems(vm, value);
    if (items.length > 1) throw new UnknownOperand(vm.reason('setOrder', ''));
    if (items.length === 0) return value.frozen ? 'frozenset()' : 'set()';
    const text = `{${items.map(inner).join(', ')}}`;
    return value.frozen ? `frozenset(${text})` : text;
  }
  if (value instanceof PyRange) {
    return value.step === 1n
      ? `range(${value.start}, ${value.stop})`
      : `range(${value.start}, ${value.stop}, ${value.step})`;
  }
  if (value instanceof PyBytes) return `b${reprOfString(value.data)}`;
  if (value instanceof PyClass) {
    return value.module === 'builtins'
      ? `<class '${value.name}'>`
      : `<class '${value.module}.${value.name}'>`;
  }
  if (value instanceof PyModule) return `<module '${value.name}'>`;
  if (value instanceof PyNative) return `<built-in function ${value.name}>`;
  if (value instanceof PyGenericAlias) return `${inner(value.origin)}[${inner(value.args)}]`;
  if (value instanceof PyInstance) {
    const method = lookup(vm, value.cls, '__repr__');
    if (method instanceof PyFunction) {
      const result = call(vm, method, [value]);
      if (typeof result === 'string') return result;
      throw new UnknownOperand(unknownReason(result) ?? vm.reason('unsupported', '__repr__'));
    }
    if (value.payload !== undefined) return reprOf(vm, value.payload, depth + 1);
    if (value.cls.isSubclassOf(vm.class('BaseException'))) {
      const args = value.dict.get('args');
      const items = args instanceof PyTuple ? args.items : [];
      return `${value.cls.name}(${items.map(inner).join(', ')})`;
    }
    if (value.cls.name === 'dtype') return `torch.${String(value.dict.get('name'))}`;
  }
  if (value instanceof PyTensor) throw new UnknownOperand(vm.reason('tensorValue', 'repr'));
  // An address: different at every run.
  throw new UnknownOperand(vm.reason('address', typeOf(vm, value).name));
}

export function reprOfString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === '\\') body += `\\${character}`;
    else if (character === '\n') body += '\\n';
    else if (character === '\r') body += '\\r';
    else if (character === '\t') body += '\\t';
    else if (code < 32 || code === 127) body += `\\x${code.toString(16).padStart(2, '0')}`;
    else body += character;
  }
  return quote + body + quote;
}

/** The shortest text that reads back as the same float: exponents below 1e-4 and from 1e16. */
export function reprOfFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e16 || size < 1e-4) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    const sign = exponent.startsWith('-') ? '-' : '+';
    return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
  }
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
