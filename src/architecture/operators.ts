import { call } from './calls';
import { UnknownOperand } from './errors';
import { floatOf, PyInterval, intervalOperation, power } from './numbers';
import { formatPercent } from './formatting';
import { type Interpreter, unknownReason } from './machine';
import { addItems, iterate, advance } from './iteration';
import { hashKey } from './hashing';
import { MAX_INTEGER_BITS } from './limits';
import { Polynomial, TooManyTerms } from './polynomial';
import {
  type Comparison,
  compare,
  compareReals,
  floorDivide,
  floorDivideIntegers,
  modulo,
  realConstant,
  realOf,
  realOperation,
  type SymbolicReal,
} from './symbolicValues';
import { tensorBinary, tensorCompare, tensorInPlace, tensorUnary } from './tensors/elementwise';
import { reprOfFloat } from './text';
import { truth } from './truth';
import { lookup, typeOf } from './types';
import {
  effectOf,
  NOT_IMPLEMENTED,
  PyBound,
  PyBytes,
  PyClass,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyInstance,
  PyList,
  PyMaybeAbsent,
  PyNative,
  PyRange,
  PySet,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyTensor,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';

const METHODS: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
};

/** `left operator right`. */
export function binary(vm: Interpreter, operator: string, left: Value, right: Value): Value {
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return integerOperation(vm, operator, left, right);
  }
  try {
    return anyBinary(vm, operator, left, right);
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
    if (error instanceof TooManyTerms) return vm.unknown('formulaSize', '');
    throw error;
  }
}

function anyBinary(vm: Interpreter, operator: string, leftGiven: Value, rightGiven: Value): Value {
  const left = typeof leftGiven === 'boolean' ? BigInt(leftGiven) : leftGiven;
  const right = typeof rightGiven === 'boolean' ? BigInt(rightGiven) : rightGiven;
  if (typeof leftGiven === 'boolean' && typeof rightGiven === 'boolean') {
    if (operator === '&') return leftGiven && rightGiven;
    if (operator === '|') return leftGiven || rightGiven;
    if (operator === '^') return leftGiven !== rightGiven;
  }
  const reason = unknownReason(left) ?? unknownReason(right);
  if (reason !== null) return unknownResult(vm, operator, left, right, reason);
  if (leftGiven instanceof PyTensor || rightGiven instanceof PyTensor) {
    if (typeof left === 'string') throw new UnknownOperand(vm.reason('unsupported', 'a tensor in a text'));
    return tensorBinary(vm, operator, leftGiven, rightGiven);
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return integerOperation(vm, operator, left, right);
  }
  const x = floatOf(left);
  const y = floatOf(right);
  if (x !== null && y !== null) return floatOperation(vm, operator, x, y);
  const symbolic = symbolicOperation(vm, operator, left, right);
  if (symbolic !== null) return symbolic;
  if (typeof left === 'string') {
    if (operator === '+' && typeof right === 'string') {
      vm.checkSize(left.length + right.length);
      return left + right;
    }
    if (operator === '%') {
      const formatted = formatPercent(vm, left, right);
      vm.checkSize(formatted.length);
      return formatted;
    }
    if (operator === '*' && typeof right === 'bigint') return repeatString(vm, left, right);
  }
  if (typeof right === 'string' && operator === '*' && typeof left === 'bigint') {
    return repeatString(vm, right, left);
  }
  if (left instanceof PyBytes && right instanceof PyBytes && operator === '+') {
    vm.checkSize(left.data.length + right.data.length);
    return new PyBytes(left.data + right.data);
  }
  const container = containerOperation(vm, operator, left, right);
  if (container !== undefined) return container;
  return specialMethod(vm, operator, left, right);
}

function unknownResult(
  vm: Interpreter,
  operator: string,
  left: Value,
  right: Value,
  reason: UnknownReason,
): Value {
  // `str + unknown` can only be a str, as far as str knows.
  if (operator === '%' && typeof left === 'string') return new PyUnknown(reason, vm.class('str'));
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    return new PyUnknown(reason, vm.class('str'));
  }
  return new PyUnknown(reason, null, effectOf([left, right]));
}

function integerOperation(vm: Interpreter, operator: string, a: bigint, b: bigint): Value {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return checkedSize(vm, a * b);
    case '//':
      if (b === 0n) vm.raise('ZeroDivisionError', 'integer division or modulo by zero');
      return floorDivideIntegers(a, b);
    case '%':
      if (b === 0n) vm.raise('ZeroDivisionError', 'integer division or modulo by zero');
      return a - floorDivideIntegers(a, b) * b;
    case '/':
      if (b === 0n) vm.raise('ZeroDivisionError', 'division by zero');
      return trueDivide(vm, a, b);
    case '**': {
      if (b < 0n) {
        if (a === 0n) vm.raise('ZeroDivisionError', '0.0 cannot be raised to a negative power');
        return floatValue(power(Number(a), Number(b)));
      }
      const bits = BigInt(a.toString(2).length) * b;
      if (bits > MAX_INTEGER_BITS && a !== 0n && a !== 1n && a !== -1n) {
        throw new UnknownOperand(vm.reason('budgetInteger', ''));
      }
      return a ** b;
    }
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      if (b < 0n) vm.raise('ValueError', 'negative shift count');
      if (b > MAX_INTEGER_BITS) throw new UnknownOperand(vm.reason('budgetInteger', ''));
      return a << b;
    case '>>':
      if (b < 0n) vm.raise('ValueError', 'negative shift count');
      return a >> b;
    default:
      vm.raise('TypeError', `unsupported operand type(s) for ${operator}: 'int' and 'int'`);
  }
}

function checkedSize(vm: Interpreter, value: bigint): bigint {
  if (value > 2n ** MAX_INTEGER_BITS || value < -(2n ** MAX_INTEGER_BITS)) {
    throw new UnknownOperand(vm.reason('budgetInteger', ''));
  }
  return value;
}

/** Correctly rounded, as CPython divides integers. */
function trueDivide(vm: Interpreter, a: bigint, b: bigint): number {
  const limit = 1n << 53n;
  if (a <= limit && a >= -limit && b <= limit && b >= -limit) return Number(a) / Number(b);
  const quotient = Number(a) / Number(b);
  if (!Number.isFinite(quotient)) throw new UnknownOperand(vm.reason('budgetInteger', ''));
  if (a % b === 0n) return Number(a / b);
  throw new UnknownOperand(vm.reason('floatPrecision', ''));
}

function floatValue(value: number | PyInterval): Value {
  return value;
}

function floatOperation(
  vm: Interpreter,
  operator: string,
  a: number | PyInterval,
  b: number | PyInterval,
): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        if (b === 0) vm.raise('ZeroDivisionError', 'float division by zero');
        return a / b;
      case '//': {
        if (b === 0) vm.raise('ZeroDivisionError', 'float floor division by zero');
        return floatDivmod(a, b).quotient;
      }
      case '%':
        if (b === 0) vm.raise('ZeroDivisionError', 'float modulo');
        return floatDivmod(a, b).remainder;
      case '**':
        if (a === 0 && b < 0) {
          vm.raise('ZeroDivisionError', '0.0 cannot be raised to a negative power');
        }
        if (a < 0 && !Number.isInteger(b)) throw new UnknownOperand(vm.reason('unsupported', 'complex'));
        return floatValue(power(a, b));
      default:
        vm.raise('TypeError', `unsupported operand type(s) for ${operator}: 'float' and 'float'`);
    }
  }
  const result = intervalOperation(operator, a, b);
  if (result === null) throw new UnknownOperand(vm.reason('floatPrecision', operator));
  return result;
}

/** CPython's `float.__divmod__`: the remainder has the divisor's sign. */
export function floatDivmod(a: number, b: number): { quotient: number; remainder: number } {
  let remainder = a % b;
  let quotient = (a - remainder) / b;
  if (remainder !== 0) {
    if (b < 0 !== remainder < 0) {
      remainder += b;
      quotient -= 1;
    }
  } else remainder = b < 0 ? -0 : 0;
  let floor = Math.floor(quotient);
  if (quotient - floor > 0.5) floor += 1;
  // A zero has the sign of the true quotient.
  if (quotient === 0) floor = a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  return { quotient: floor, remainder };
}

// Symbolic ----------------------------------------------------------------------------------------

export function polynomialOf(value: Value): Polynomial | null {
  if (value instanceof PySymbol) return value.polynomial;
  if (typeof value === 'bigint') return Polynomial.constant(value);
  if (typeof value === 'boolean') return Polynomial.constant(BigInt(value));
  return null;
}

/** A bigint where the polynomial is constant. */
export function integerValue(polynomial: Polynomial): Value {
  return polynomial.constantValue ?? new PySymbol(polynomial);
}

export function realOfValue(value: Value): SymbolicReal | null {
  if (value instanceof PySymbolicReal) return value.real;
  if (typeof value === 'number') return realConstant(value, reprOfFloat(value));
  const polynomial = polynomialOf(value);
  return polynomial === null ? null : realOf(polynomial);
}

function symbolicOperation(vm: Interpreter, operator: string, left: Value, right: Value): Value | null {
  const a = polynomialOf(left);
  const b = polynomialOf(right);
  if (a !== null && b !== null) {
    switch (operator) {
      case '+':
        return integerValue(a.add(b));
      case '-':
        return integerValue(a.subtract(b));
      case '*':
        return integerValue(a.multiply(b));
      case '//':
      case '%': {
        const result = operator === '//' ? floorDivide(a, b) : modulo(a, b);
        if (result === 'zero') vm.raise('ZeroDivisionError', 'integer division or modulo by zero');
        return integerValue(result);
      }
      case '**': {
        const exponent = b.constantValue;
        if (exponent !== null && exponent >= 0n && exponent <= 8n) {
          let product = Polynomial.constant(1n);
          for (let i = 0n; i < exponent; i++) product = product.multiply(a);
          return integerValue(product);
        }
        throw new UnknownOperand(vm.reason('symbolicOperation', operator));
      }
      case '/':
        return new PySymbolicReal(realOperation('/', realOf(a), realOf(b)));
      default:
        throw new UnknownOperand(vm.reason('symbolicOperation', operator));
    }
  }
  if (!isSymbolicNumber(left) && !isSymbolicNumber(right)) return null;
  const x = realOfValue(left);
  const y = realOfValue(right);
  if (x === null || y === null) {
    if (typeof left === 'string' && operator === '*') {
      throw new UnknownOperand(vm.reason('symbolicOperation', operator));
    }
    if (
      (left instanceof PyList ||
        left instanceof PyTuple ||
        right instanceof PyList ||
        right instanceof PyTuple) &&
      operator === '*'
    ) {
      throw new UnknownOperand(vm.reason('symbolicOperation', operator));
    }
    return null;
  }
  if (operator === '+' || operator === '-' || operator === '*' || operator === '/') {
    return new PySymbolicReal(realOperation(operator, x, y));
  }
  throw new UnknownOperand(vm.reason('symbolicOperation', operator));
}

function isSymbolicNumber(value: Value): boolean {
  return value instanceof PySymbol || value instanceof PySymbolicReal;
}

// Containers --------------------------------------------------------------------------------------

function repeatString(vm: Interpreter, text: string, count: bigint): string {
  if (count <= 0n) return '';
  vm.checkSize(BigInt(text.length) * count);
  return text.repeat(Number(count));
}

function containerOperation(vm: Interpreter, operator: string, left: Value, right: Value): Value | undefined {
  if (operator === '+') {
    if (left instanceof PyList && right instanceof PyList) {
      const [first, second] = [knownItems(left), knownItems(right)];
      vm.checkSize(first.length + second.length);
      return new PyList([...first, ...second]);
    }
    if (left instanceof PyTuple && right instanceof PyTuple) {
      const size = left.cls?.name === 'Size' ? left.cls : null;
      vm.checkSize(left.items.length + right.items.length);
      return new PyTuple([...left.items, ...right.items], size);
    }
  }
  if (operator === '*') {
    const sequence = left instanceof PyList || left instanceof PyTuple ? left : right;
    const count = sequence === left ? right : left;
    if ((sequence instanceof PyList || sequence instanceof PyTuple) && typeof count === 'bigint') {
      const items = sequence instanceof PyList ? knownItems(sequence) : sequence.items;
      const times =
        count < 0n ? 0 : vm.checkSize(count * BigInt(Math.max(items.length, 1))) / Math.max(items.length, 1);
      const repeated: Value[] = [];
      for (let i = 0; i < times; i++) addItems(vm, repeated, items);
      return sequence instanceof PyList ? new PyList(repeated) : new PyTuple(repeated);
    }
  }
  if (left instanceof PySet && right instanceof PySet) return setOperation(vm, operator, left, right);
  if (left instanceof PyDict && right instanceof PyDict && operator === '|') {
    const reason = left.taint ?? right.taint ?? left.open ?? right.open;
    if (reason !== null) throw new UnknownOperand(reason);
    const result = new PyDict(left.cls);
    for (const dict of [left, right]) {
      for (const [key, entry] of dict.map) {
        result.map.set(key, { key: result.map.get(key)?.key ?? entry.key, value: entry.value });
      }
    }
    return result;
  }
  if (operator === '|' && isTypeLike(left) && isTypeLike(right)) {
    const union = new PyInstance(vm.class('object'));
    union.dict.set('name', 'Union');
    return new PyGenericAlias(union, new PyTuple([left, right]));
  }
  return undefined;
}

function isTypeLike(value: Value): boolean {
  return value === null || value instanceof PyClass || value instanceof PyGenericAlias;
}

function knownItems(list: PyList): readonly Value[] {
  if (list.taint !== null) throw new UnknownOperand(list.taint);
  return list.items;
}

export function setOperation(
  vm: Interpreter,
  operator: string,
  left: PySet,
  right: PySet,
): Value | undefined {
  const reason = left.taint ?? right.taint ?? left.open ?? right.open;
  if (reason !== null) throw new UnknownOperand(reason);
  vm.step();
  const result = new PySet(left.frozen, left.cls);
  const take = (from: PySet, keep: (key: string) => boolean): void => {
    for (const [key, item] of from.map) if (keep(key)) result.map.set(key, item);
  };
  switch (operator) {
    case '|':
      take(left, () => true);
      take(right, (key) => !result.map.has(key));
      return result;
    case '&':
      take(left, (key) => right.map.has(key));
      return result;
    case '-':
      take(left, (key) => !right.map.has(key));
      return result;
    case '^':
      take(left, (key) => !right.map.has(key));
      take(right, (key) => !left.map.has(key));
      return result;
    default:
      return undefined;
  }
}

function specialMethod(vm: Interpreter, operator: string, left: Value, right: Value): Value {
  const name = METHODS[operator];
  if (name !== undefined) {
    const leftMethod = lookup(vm, typeOf(vm, left), `__${name}__`);
    if (leftMethod !== undefined && isUserMethod(left, leftMethod)) {
      const result = call(vm, leftMethod, [left, right]);
      if (result !== NOT_IMPLEMENTED) return result;
    }
    const rightMethod = lookup(vm, typeOf(vm, right), `__r${name}__`);
    if (rightMethod !== undefined && isUserMethod(right, rightMethod)) {
      const result = call(vm, rightMethod, [right, left]);
      if (result !== NOT_IMPLEMENTED) return result;
    }
  }
  const x = payloadOf(left);
  const y = payloadOf(right);
  if (x !== left || y !== right) return binary(vm, operator, x, y);
  for (const value of [left, right]) {
    for (const base of typeOf(vm, value).mro) {
      if (base.unknownBase !== null) throw new UnknownOperand(base.unknownBase);
    }
  }
  vm.raise(
    'TypeError',
    `unsupported operand type(s) for ${operator}: '${typeOf(vm, left).name}' and '${typeOf(vm, right).name}'`,
  );
}

function isUserMethod(_value: Value, method: Value): boolean {
  return method instanceof PyFunction || method instanceof PyNative;
}

/** The builtin value inside an instance of a subclass of int, str, float. */
export function payloadOf(value: Value): Value {
  return value instanceof PyInstance && value.payload !== undefined ? value.payload : value;
}

/** `target operator= value`: lists, sets and dicts change in place. */
export function binaryInPlace(vm: Interpreter, operator: string, left: Value, right: Value): Value {
  if (left instanceof PyList && operator === '+') {
    vm.touch(left);
    try {
      const items: Value[] = [];
      const iterator = iterate(vm, right);
      for (let item = advance(vm, iterator); item !== undefined; item = advance(vm, iterator)) {
        items.push(item);
      }
      addItems(vm, left.items, items);
    } catch (error) {
      if (!(error instanceof UnknownOperand)) throw error;
      left.taint ??= error.reason;
    }
    return left;
  }
  if (left instanceof PySet && right instanceof PySet) {
    const result = setOperation(vm, operator, left, right);
    if (result instanceof PySet) {
      vm.touch(left);
      left.map = result.map;
      return left;
    }
  }
  if (left instanceof PyDict && right instanceof PyDict && operator === '|') {
    vm.touch(left);
    for (const [key, entry] of right.map) {
      left.map.set(key, { key: left.map.get(key)?.key ?? entry.key, value: entry.value });
    }
    return left;
  }
  if (left instanceof PyTensor && operator !== '@') return tensorInPlace(vm, operator, left, right);
  if (left instanceof PyInstance) {
    const name = METHODS[operator];
    const method = name === undefined ? undefined : lookup(vm, left.cls, `__i${name}__`);
    if (method !== undefined) {
      const result = call(vm, method, [left, right]);
      if (result !== NOT_IMPLEMENTED) return result;
    }
  }
  return binary(vm, operator, left, right);
}

export function unary(vm: Interpreter, operator: '-' | '+' | '~' | 'not', value: Value): Value {
  if (operator === 'not') {
    if (value instanceof PySymbolicCondition) {
      const { condition } = value;
      return new PySymbolicCondition({
        text: `not (${condition.text})`,
        names: condition.names,
        evaluate: (point) => {
          const answer = condition.evaluate(point);
          return answer === undefined ? undefined : !answer;
        },
      });
    }
    const test = truth(vm, value);
    return typeof test === 'boolean' ? !test : new PyUnknown(test, vm.class('bool'));
  }
  const reason = unknownReason(value);
  if (reason !== null) {
    const upper = value instanceof PyUnknown ? value.upper : null;
    const isNumber = operator !== '~' && /^(int|float|complex)$/.test(upper?.name ?? '');
    return new PyUnknown(reason, isNumber ? upper : null);
  }
  if (value instanceof PyTensor) return tensorUnary(vm, operator, value);
  const plain = typeof value === 'boolean' ? BigInt(value) : payloadOf(value);
  if (typeof plain === 'bigint') {
    return operator === '-' ? -plain : operator === '+' ? plain : ~plain;
  }
  if (typeof plain === 'number' && operator !== '~') return operator === '-' ? -plain : plain;
  if (plain instanceof PyInterval && operator !== '~') {
    return operator === '-' ? new PyInterval(-plain.high, -plain.low) : plain;
  }
  if (plain instanceof PySymbol && operator !== '~') {
    return operator === '-' ? integerValue(plain.polynomial.negate()) : plain;
  }
  if (plain instanceof PySymbolicReal && operator !== '~') {
    return operator === '+'
      ? plain
      : new PySymbolicReal(realOperation('-', realConstant(0, '0.0'), plain.real));
  }
  const name = operator === '-' ? '__neg__' : operator === '+' ? '__pos__' : '__invert__';
  const method = lookup(vm, typeOf(vm, value), name);
  if (method !== undefined) return call(vm, method, [value]);
  vm.raise('TypeError', `bad operand type for unary ${operator}: '${typeOf(vm, value).name}'`);
}

// Comparison --------------------------------------------------------------------------------------

/** `left operator right` for `== != < <= > >= is in` and their negations. */
export function compareValues(vm: Interpreter, operator: string, left: Value, right: Value): Value {
  try {
    return anyComparison(vm, operator, left, right);
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason, vm.class('bool'));
    throw error;
  }
}

function anyComparison(vm: Interpreter, operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case 'is':
    case 'is not': {
      const same = isSame(left, right);
      if (typeof same !== 'boolean') throw new UnknownOperand(same);
      return same === (operator === 'is');
    }
    case 'in':
    case 'not in': {
      const answer = contains(vm, right, left);
      if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
      return answer === (operator === 'in');
    }
    case '==':
    case '!=': {
      if (left instanceof PyTensor || right instanceof PyTensor) {
        return tensorCompare(vm, operator, left, right);
      }
      const symbolic = symbolicComparison(operator, left, right);
      if (symbolic !== null) return symbolic;
      const answer = equals(vm, left, right);
      if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
      return answer === (operator === '==');
    }
    default:
      return order(vm, operator as '<' | '<=' | '>' | '>=', left, right);
  }
}

function symbolicComparison(operator: Comparison, left: Value, right: Value): Value | null {
  if (!isSymbolicNumber(left) && !isSymbolicNumber(right)) return null;
  const a = polynomialOf(left);
  const b = polynomialOf(right);
  if (a !== null && b !== null) {
    const answer = compare(operator, a, b);
    return typeof answer === 'boolean' ? answer : new PySymbolicCondition(answer);
  }
  const x = realOfValue(left);
  const y = realOfValue(right);
  if (x !== null && y !== null) return new PySymbolicCondition(compareReals(operator, x, y));
  return null;
}

/** Python's `is`, or why it is not known. */
export function isSame(left: Value, right: Value): boolean | UnknownReason {
  if (left === right) return true;
  if (left instanceof PyUnknown || right instanceof PyUnknown) {
    const unknown = left instanceof PyUnknown ? left : (right as PyUnknown);
    const other = left instanceof PyUnknown ? right : left;
    // What is certainly an instance of some class is not None.
    if (other === null && unknown.upper !== null && unknown.upper.name !== 'NoneType') return false;
    return unknown.reason;
  }
  const reason = unknownReason(left) ?? unknownReason(right);
  if (reason !== null) {
    if (left === null || right === null) return false;
    return reason;
  }
  if (left instanceof PyBound && right instanceof PyBound) return false;
  return false;
}

/** Python's `==`, or why it is not known. */
export function equals(vm: Interpreter, left: Value, right: Value, depth = 0): boolean | UnknownReason {
  const reason = unknownReason(left) ?? unknownReason(right);
  if (reason !== null) return reason;
  if (left === right) return !(typeof left === 'number' && Number.isNaN(left));
  if (depth > 60) return vm.reason('budgetDepth', '==');
  if (isSymbolicNumber(left) || isSymbolicNumber(right)) {
    const answer = symbolicComparison('==', left, right);
    if (answer === null) return false;
    return truth(vm, answer);
  }
  const x = payloadOf(left);
  const y = payloadOf(right);
  const leftMethod = left instanceof PyInstance ? lookup(vm, left.cls, '__eq__') : undefined;
  const rightMethod = right instanceof PyInstance ? lookup(vm, right.cls, '__eq__') : undefined;
  if (left instanceof PyInstance && leftMethod instanceof PyFunction) {
    const answer = call(vm, leftMethod, [left, right]);
    if (answer !== NOT_IMPLEMENTED) return truth(vm, answer);
  }
  if (right instanceof PyInstance && rightMethod instanceof PyFunction) {
    const answer = call(vm, rightMethod, [right, left]);
    if (answer !== NOT_IMPLEMENTED) return truth(vm, answer);
  }
  if (x instanceof PyInterval || y instanceof PyInterval) {
    const a = floatOf(x);
    const b = floatOf(y);
    if (a === null || b === null) return false;
    const answer = intervalOrder(vm, '==', a, b);
    return answer;
  }
  if (isNumber(x) && isNumber(y)) {
    // eslint-disable-next-line eqeqeq -- bigint and number compare by value, as int and float do
    return numeric(x) == numeric(y);
  }
  if (typeof x === 'string' || typeof y === 'string') return x === y;
  if (x instanceof PyTuple && y instanceof PyTuple) return sequencesEqual(vm, x.items, y.items, depth);
  if (x instanceof PyList && y instanceof PyList) {
    const tainted = x.taint ?? y.taint;
    return tainted ?? sequencesEqual(vm, x.items, y.items, depth);
  }
  if (x instanceof PyDict && y instanceof PyDict) {
    const tainted = x.taint ?? y.taint ?? x.open ?? y.open;
    if (tainted !== null) return tainted;
    if (x.map.size !== y.map.size) return false;
    let unknown: UnknownReason | null = null;
    for (const [key, entry] of x.map) {
      const other = y.map.get(key);
      if (other === undefined) return false;
      const answer = equals(vm, entry.value, other.value, depth + 1);
      if (answer === false) return false;
      if (answer !== true) unknown = answer;
    }
    return unknown ?? true;
  }
  if (x instanceof PySet && y instanceof PySet) {
    const tainted = x.taint ?? y.taint ?? x.open ?? y.open;
    if (tainted !== null) return tainted;
    return x.map.size === y.map.size && [...x.map.keys()].every((key) => y.map.has(key));
  }
  if (x instanceof PyRange && y instanceof PyRange) {
    return (
      x.length === y.length &&
      (x.length === 0n || (x.start === y.start && (x.length === 1n || x.step === y.step)))
    );
  }
  if (x instanceof PyBytes && y instanceof PyBytes) return x.data === y.data;
  if (x instanceof PyBound && y instanceof PyBound) return x.self === y.self && x.callee === y.callee;
  if (x instanceof PyTensor || y instanceof PyTensor) {
    return truth(vm, tensorCompare(vm, '==', x, y));
  }
  if (x instanceof PyGenericAlias && y instanceof PyGenericAlias) return vm.reason('unsupported', '==');
  return false;
}

function isNumber(value: Value): value is bigint | number | boolean {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
}

function numeric(value: bigint | number | boolean): bigint | number {
  return typeof value === 'boolean' ? BigInt(value) : value;
}

function sequencesEqual(
  vm: Interpreter,
  a: readonly Value[],
  b: readonly Value[],
  depth: number,
): boolean | UnknownReason {
  if (a.length !== b.length) return false;
  let unknown: UnknownReason | null = null;
  for (const [i, item] of a.entries()) {
    const answer = equals(vm, item, b[i] ?? null, depth + 1);
    if (answer === false) return false;
    if (answer !== true) unknown = answer;
  }
  return unknown ?? true;
}

function order(vm: Interpreter, operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): Value {
  const reason = unknownReason(left) ?? unknownReason(right);
  if (reason !== null) throw new UnknownOperand(reason);
  if (left instanceof PyTensor || right instanceof PyTensor) {
    return tensorCompare(vm, operator, left, right);
  }
  const symbolic = symbolicComparison(operator, left, right);
  if (symbolic !== null) return symbolic;
  const x = payloadOf(left);
  const y = payloadOf(right);
  if (isNumber(x) && isNumber(y)) {
    const a = numeric(x);
    const b = numeric(y);
    switch (operator) {
      case '<':
        return a < b;
      case '<=':
        return a <= b;
      case '>':
        return a > b;
      case '>=':
        return a >= b;
    }
  }
  if (x instanceof PyInterval || y instanceof PyInterval) {
    const a = floatOf(x);
    const b = floatOf(y);
    if (a !== null && b !== null) {
      const answer = intervalOrder(vm, operator, a, b);
      if (typeof answer === 'boolean') return answer;
      throw new UnknownOperand(answer);
    }
  }
  if (typeof x === 'string' && typeof y === 'string') {
    switch (operator) {
      case '<':
        return x < y;
      case '<=':
        return x <= y;
      case '>':
        return x > y;
      case '>=':
        return x >= y;
    }
  }
  const a = sequenceItems(x);
  const b = sequenceItems(y);
  if (a !== null && b !== null && x instanceof PyList === y instanceof PyList) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const same = equals(vm, a[i] ?? null, b[i] ?? null);
      if (same === true) continue;
      if (same !== false) throw new UnknownOperand(same);
      return order(vm, operator, a[i] ?? null, b[i] ?? null);
    }
    return order(vm, operator, BigInt(a.length), BigInt(b.length));
  }
  if (x instanceof PySet && y instanceof PySet) {
    const within = (p: PySet, q: PySet): boolean => [...p.map.keys()].every((key) => q.map.has(key));
    const strict = x.map.size !== y.map.size;
    switch (operator) {
      case '<':
        return within(x, y) && strict;
      case '<=':
        return within(x, y);
      case '>':
        return within(y, x) && strict;
      case '>=':
        return within(y, x);
    }
  }
  const names = { '<': ['lt', 'gt'], '<=': ['le', 'ge'], '>': ['gt', 'lt'], '>=': ['ge', 'le'] } as const;
  const [direct, reflected] = names[operator];
  const method = lookup(vm, typeOf(vm, left), `__${direct}__`);
  if (method !== undefined) {
    const result = call(vm, method, [left, right]);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  const other = lookup(vm, typeOf(vm, right), `__${reflected}__`);
  if (other !== undefined) {
    const result = call(vm, other, [right, left]);
    if (result !== NOT_IMPLEMENTED) return result;
  }
  vm.raise(
    'TypeError',
    `'${operator}' not supported between instances of '${typeOf(vm, left).name}' and '${typeOf(vm, right).name}'`,
  );
}

function intervalOrder(
  vm: Interpreter,
  operator: Comparison,
  a: number | PyInterval,
  b: number | PyInterval,
): boolean | UnknownReason {
  const x = a instanceof PyInterval ? a : new PyInterval(a, a);
  const y = b instanceof PyInterval ? b : new PyInterval(b, b);
  const unknown = vm.reason('floatPrecision', operator);
  switch (operator) {
    case '<':
      return x.high < y.low ? true : x.low >= y.high ? false : unknown;
    case '<=':
      return x.high <= y.low ? true : x.low > y.high ? false : unknown;
    case '>':
      return x.low > y.high ? true : x.high <= y.low ? false : unknown;
    case '>=':
      return x.low >= y.high ? true : x.high < y.low ? false : unknown;
    case '==':
    case '!=': {
      const apart = x.high < y.low || x.low > y.high;
      return apart ? operator === '!=' : unknown;
    }
  }
}

function sequenceItems(value: Value): readonly Value[] | null {
  if (value instanceof PyTuple) return value.items;
  if (value instanceof PyList) return knownItems(value);
  return null;
}

/** `item in container`. */
export function contains(vm: Interpreter, container: Value, item: Value): boolean | UnknownReason {
  const reason = unknownReason(container);
  if (reason !== null) return reason;
  if (typeof container === 'string') {
    const unknown = unknownReason(item);
    if (unknown !== null) return unknown;
    const text = payloadOf(item);
    if (typeof text !== 'string') {
      vm.raise('TypeError', "'in <string>' requires string as left operand");
    }
    return container.includes(text);
  }
  if (
    container instanceof PyInstance ||
    (container instanceof PyDict && container.cls !== null) ||
    (container instanceof PyList && container.cls !== null)
  ) {
    const method = lookup(vm, typeOf(vm, container), '__contains__');
    if (method !== undefined && (container instanceof PyInstance || method instanceof PyFunction)) {
      return truth(vm, call(vm, method, [container, item]));
    }
  }
  if (container instanceof PyClass) {
    const method = container.metaclass === null ? undefined : lookup(vm, container.metaclass, '__contains__');
    if (method !== undefined) return truth(vm, call(vm, method, [container, item]));
  }
  if (container instanceof PyDict || container instanceof PySet) {
    if (container.taint !== null) return container.taint;
    const unknown = unknownReason(item);
    if (unknown !== null) return unknown;
    const hash = hashKey(vm, item);
    if (!container.map.has(hash)) return container.open ?? false;
    const value = container instanceof PyDict ? container.map.get(hash)?.value : null;
    return value instanceof PyMaybeAbsent ? value.reason : true;
  }
  if (container instanceof PyRange && typeof item === 'bigint') {
    const { start, stop, step } = container;
    const inside = step > 0n ? item >= start && item < stop : item <= start && item > stop;
    return inside && (item - start) % step === 0n;
  }
  let unknown: UnknownReason | null = null;
  const iterator = iterate(vm, container);
  for (let element = advance(vm, iterator); element !== undefined; element = advance(vm, iterator)) {
    const same = isSame(element, item) === true ? true : equals(vm, element, item);
    if (same === true) return true;
    if (same !== false) unknown = same;
  }
  return unknown ?? false;
}
