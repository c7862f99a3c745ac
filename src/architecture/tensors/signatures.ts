import { UnknownOperand } from '../errors';
import { PyInterval } from '../floats';
import { type Interpreter, unknownReason } from '../machine';
import {
  type Keywords,
  PyInstance,
  PyList,
  PySymbol,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  type Value,
} from '../values';
import { dtypeName } from './dtypes';

/**
 * Parameters of torch's functions and methods as texts of `name:kind`, the tensor itself left out. Behind `|` are those
 * by keyword only; several overloads are separated by `;`. `*name:kind` takes any number.
 *
 * Kinds: `i` integer, `d` dimensions (an integer, a sequence of them, None), `b` bool, `t` dtype, `n` number, `T` tensor,
 * `o` tensor or number, `s` sequence of integers, `S` the same or an integer, `a` anything. A capital `I`, `N` or `O` may
 * also be None. A `?` before the kind marks what may be left out.
 *
 * torch has more overloads and more names than are told here. What does not fit is not known; it is not said to raise.
 */
type Signature = string;

/** What functions that make tensors take by keyword. */
export const OPTIONS = 'dtype:t layout:a device:a pin_memory:a requires_grad:b';

interface Parameter {
  readonly names: readonly string[];
  readonly kind: string;
  readonly optional: boolean;
  readonly byKeyword: boolean;
  readonly many: boolean;
}

const parsed = new Map<Signature, readonly (readonly Parameter[])[]>();

function overloads(signature: Signature): readonly (readonly Parameter[])[] {
  const known = parsed.get(signature);
  if (known !== undefined) return known;
  const made = signature.split(';').map((text) => {
    const [positional = '', byKeyword = ''] = text.split('|');
    return [...parameters(positional, false), ...parameters(byKeyword, true)];
  });
  parsed.set(signature, made);
  return made;
}

function parameters(text: string, byKeyword: boolean): Parameter[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', kind = ''] = part.split(':');
      const optional = kind.startsWith('?');
      return {
        names: name.replace('*', '').split('/'),
        kind: optional ? kind.slice(1) : kind,
        optional: optional || byKeyword,
        byKeyword,
        many: name.startsWith('*'),
      };
    });
}

/** Makes sure that a call is one of those that are followed; else its result is not known. */
export function checkArguments(
  vm: Interpreter,
  name: string,
  signature: Signature,
  args: readonly Value[],
  keywords: Keywords,
): void {
  if (!overloads(signature).some((one) => fits(one, args, keywords))) {
    throw new UnknownOperand(vm.reason('unsupported', `arguments of ${name}()`));
  }
}

function fits(list: readonly Parameter[], args: readonly Value[], keywords: Keywords): boolean {
  const named = new Set(keywords.keys());
  let at = 0;
  for (const parameter of list) {
    if (parameter.many) {
      if (args.length === at + 1 && isOf('s', args[at])) {
        at++;
        continue;
      }
      for (; at < args.length; at++) if (!isOf(parameter.kind, args[at])) return false;
      if (at > 0) continue;
    }
    let value: Value | undefined;
    if (!parameter.byKeyword && at < args.length) value = args[at++];
    else {
      const key = parameter.names.find((one) => named.has(one));
      if (key !== undefined) {
        named.delete(key);
        value = keywords.get(key);
        if (parameter.many && !isOf('s', value)) return false;
        if (parameter.many) continue;
      } else if (!parameter.optional) return false;
    }
    if (value !== undefined && !isOf(parameter.kind, value)) return false;
  }
  return at === args.length && named.size === 0;
}

function isOf(kind: string, value: Value | undefined): boolean {
  // What is not known stays so where it is used.
  if (value === undefined || kind === 'a' || unknownReason(value) !== null) return true;
  switch (kind) {
    case 'i':
      return isInteger(value);
    case 'I':
      return value === null || isInteger(value);
    case 'd':
      return value === null || isInteger(value) || isSizes(value);
    case 'b':
      return typeof value === 'boolean';
    case 't':
      return value === null || dtypeName(value) !== null;
    case 'n':
      return isNumber(value);
    case 'N':
      return value === null || isNumber(value);
    case 'T':
      return value instanceof PyTensor;
    case 'o':
      return value instanceof PyTensor || isNumber(value);
    case 'O':
      return value === null || value instanceof PyTensor || isNumber(value);
    case 's':
      return isSizes(value);
    case 'S':
      return isInteger(value) || isSizes(value);
    default:
      throw new Error(`signature of a tensor function: ${kind}`);
  }
}

/** torch takes no bool for an integer, but a tensor of one. */
function isInteger(value: Value): boolean {
  return (
    typeof value === 'bigint' ||
    value instanceof PySymbol ||
    (value instanceof PyInstance && typeof value.payload === 'bigint') ||
    (value instanceof PyTensor && value.shape?.length === 0 && value.dtype?.startsWith('int') === true)
  );
}

function isNumber(value: Value): boolean {
  return (
    isInteger(value) ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value instanceof PyInterval ||
    value instanceof PySymbolicReal
  );
}

function isSizes(value: Value | undefined): boolean {
  return (
    (value instanceof PyList || value instanceof PyTuple) &&
    value.items.every((item) => isInteger(item) || unknownReason(item) !== null)
  );
}
