import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { floatOf, PyInterval } from '../numbers';
import { binary } from '../operators';
import { PySymbol, PyTensor, PyUnknown, PySymbolicReal, type Value } from '../values';
import { arrayValues } from './arrays';
import { categoryOf, isFloating, resultDtype } from './dtypes';
import { changeInPlace, resultOf } from './gradients';
import { broadcast, elements, requireShape, sameSize, type Shape, shaped } from './shapes';
import { type Element, stored, storedAll } from './storedValues';

/** `a operator b` where one or both are tensors. */
export function tensorBinary(vm: Interpreter, operator: string, a: Value, b: Value): Value {
  return shaped(vm, () => {
    if (operator === '@') return matmul(vm, a, b);
    const { shape, dtype, values } = operands(vm, a, b);
    checkOperator(vm, operator, dtype, a, b);
    const result = operator === '/' && !isFloating(dtype) && categoryOf(dtype) < 3 ? 'float32' : dtype;
    const tensor = resultOf(vm, shape, result, gradOf(a) || gradOf(b));
    tensor.strided = isStrided(a) || isStrided(b);
    if (values !== null) {
      const isReciprocal = operator === '/' && !(a instanceof PyTensor);
      tensor.data = storedAll(
        values.map(([x, y]) =>
          isReciprocal ? multipleOfReciprocal(x, y, result) : elementOf(vm, operator, x, y, result),
        ),
        result,
      );
    }
    return tensor;
  });
}

/** torch does not have each operator for each dtype. */
function checkOperator(vm: Interpreter, operator: string, dtype: string, a: Value, b: Value): void {
  const category = categoryOf(dtype);
  const isBool = (value: Value): boolean =>
    typeof value === 'boolean' || (value instanceof PyTensor && value.dtype === 'bool');
  const lacking =
    ('&|^<<>>'.includes(operator) && category > 1) ||
    (category === 0 && !'&|^*+/'.includes(operator)) ||
    (operator === '-' && (isBool(a) || isBool(b))) ||
    (category === 3 && !'+-*/**'.includes(operator)) ||
    // Which number it is decides whether integers have that power.
    (operator === '**' && category < 2 && !(b instanceof PyTensor || typeof b === 'bigint'));
  if (operator === '**' && category < 2 && typeof b === 'bigint' && b < 0n)
    vm.raise('RuntimeError', 'Integers to negative integer powers are not allowed.');
  if (lacking) throw new UnknownOperand(vm.reason('unsupported', `${operator} of ${dtype}`));
}

/** A result by element of tensors and numbers, whose values are not computed; more tensors only broadcast. */
export function elementwise(
  vm: Interpreter,
  values: readonly Value[],
  shaping: readonly PyTensor[] = [],
): PyTensor {
  const parts = values.map((value) => operand(vm, value, null));
  const shape = [
    ...parts.map((part) => part.shape),
    ...shaping.map((tensor) => requireShape(vm, tensor)),
  ].reduce((a, b) => broadcast(vm, a, b));
  const dtype = resultDtype(
    parts.map(({ dtype: own, shape: { length }, scalar }) => ({ dtype: own, rank: length, scalar })),
  );
  const result = resultOf(vm, shape, dtype, values.some(gradOf));
  result.strided = values.some(isStrided) || shaping.some(isStrided);
  return result;
}

function isStrided(value: Value): boolean {
  return value instanceof PyTensor && value.strided;
}

/** `a / b` where `a` is a number: torch multiplies it with the rounded reciprocal of the tensor. */
function multipleOfReciprocal(a: Element, b: Element, dtype: string): Element {
  return Number(stored(a, dtype)) * Number(stored(1 / Number(stored(b, dtype)), dtype));
}

/** One element of the result; null where it is not known. */
function elementOf(vm: Interpreter, operator: string, a: Element, b: Element, dtype: string): Element | null {
  if (isFloating(dtype)) {
    // Python's numbers take the tensor's precision first.
    const x = Number(stored(a, dtype));
    const y = Number(stored(b, dtype));
    switch (operator) {
      case '+':
        return x + y;
      case '-':
        return x - y;
      case '*':
        return x * y;
      case '/':
        return x / y;
      case '**':
        if (x <= 0 && !Number.isInteger(y)) return null;
        break;
      default:
        if (y === 0) return null;
    }
    // C's fmod keeps the sign of a zero; Python's does not.
    if (operator === '%') {
      const rest = x % y;
      return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
    }
    if (!Number.isFinite(x) || !Number.isFinite(y) || (x === 0 && operator === '**' && y < 0)) return null;
    return oneValue(binary(vm, operator, x, y), dtype);
  }
  if (categoryOf(dtype) === 3 || typeof a === 'number' || typeof b === 'number') return null;
  const x = BigInt(stored(a, dtype));
  const y = BigInt(stored(b, dtype));
  if ((operator === '//' || operator === '%') && y === 0n) vm.raise('RuntimeError', 'ZeroDivisionError');
  if (operator === '**' && y < 0n) return null;
  if (dtype === 'bool' && !['&', '|', '^', '*', '+'].includes(operator)) return null;
  return oneValue(binary(vm, operator, x, y), dtype);
}

/** A float of which only bounds are known is known where both bounds are the same value of the dtype. */
function oneValue(value: Value, dtype: string): Element | null {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  if (!(value instanceof PyInterval)) return null;
  const low = stored(value.low, dtype);
  return low === stored(value.high, dtype) ? low : null;
}

function gradOf(value: Value): boolean {
  return value instanceof PyTensor && value.requiresGrad;
}

export function tensorCompare(vm: Interpreter, operator: string, a: Value, b: Value): Value {
  if (!isOperand(a) || !isOperand(b)) {
    if (operator === '==') return false;
    if (operator === '!=') return true;
  }
  return shaped(vm, () => {
    const { shape, dtype, values } = operands(vm, a, b);
    if (categoryOf(dtype) === 3 && operator !== '==' && operator !== '!=')
      throw new UnknownOperand(vm.reason('unsupported', `${operator} of ${dtype}`));
    const tensor = new PyTensor(null, shape, 'bool');
    if (values !== null) {
      // Compared as the dtype of both keeps them: of bytes, −1 is 255.
      tensor.data = values.map(([x, y]) => {
        const p = stored(x, dtype);
        const q = stored(y, dtype);
        switch (operator) {
          case '<':
            return p < q;
          case '<=':
            return p <= q;
          case '>':
            return p > q;
          case '>=':
            return p >= q;
          case '!=':
            return p !== q;
          default:
            return p === q;
        }
      });
    }
    return tensor;
  });
}

function isOperand(value: Value): boolean {
  return (
    value instanceof PyTensor ||
    floatOf(value) !== null ||
    arrayValues(value) !== null ||
    unknownReason(value) !== null ||
    value instanceof PySymbol
  );
}

export function tensorUnary(vm: Interpreter, operator: string, value: PyTensor): Value {
  return shaped(vm, () => {
    const shape = requireShape(vm, value);
    const category = value.dtype === null ? null : categoryOf(value.dtype);
    if (category === null || (operator === '~' && category > 1) || (operator !== '~' && category === 0))
      throw new UnknownOperand(vm.reason('unsupported', `${operator} of a tensor`));
    const tensor = resultOf(vm, shape, value.dtype, value.requiresGrad);
    tensor.strided = value.strided;
    if (value.data !== null) {
      tensor.data = value.data.map((x) => {
        if (operator === '-') return stored(-Number(x), value.dtype ?? '');
        if (operator === '~') return typeof x === 'bigint' ? stored(~x, value.dtype ?? '') : !x;
        return x;
      });
    }
    return tensor;
  });
}

interface Operands {
  readonly shape: Shape;
  readonly dtype: string;
  readonly values: (readonly [number | bigint | boolean, number | bigint | boolean])[] | null;
}

function operands(vm: Interpreter, a: Value, b: Value): Operands {
  const x = operand(vm, a, dtypeOf(b));
  const y = operand(vm, b, dtypeOf(a));
  const shape = broadcast(vm, x.shape, y.shape);
  const dtype = resultDtype(
    [x, y].map(({ dtype, shape: own, scalar }) => ({ dtype, rank: own.length, scalar })),
  );
  let values: Operands['values'] = null;
  const count = elements(shape);
  if (x.data !== null && y.data !== null && typeof count === 'bigint') {
    const p = expand(x.data, x.shape, shape);
    const q = expand(y.data, y.shape, shape);
    if (p !== null && q !== null) values = p.map((value, i) => [value, q[i] ?? 0]);
  }
  return { shape, dtype, values };
}

function dtypeOf(value: Value): string | null {
  return value instanceof PyTensor ? value.dtype : null;
}

/** One side of an operation; `precision` is the dtype of the other side, if that is a tensor. */
function operand(
  vm: Interpreter,
  value: Value,
  precision: string | null,
): { shape: Shape; dtype: string; scalar: boolean; data: PyTensor['data'] } {
  if (value instanceof PyTensor) {
    const shape = requireShape(vm, value);
    if (value.dtype === null) throw new UnknownOperand(value.shapeReason ?? vm.reason('dtype', ''));
    return { shape, dtype: value.dtype, scalar: false, data: value.data };
  }
  if (typeof value === 'bigint') return { shape: [], dtype: 'int64', scalar: true, data: [value] };
  if (typeof value === 'boolean') return { shape: [], dtype: 'bool', scalar: true, data: [value] };
  if (value instanceof PySymbol) return { shape: [], dtype: 'int64', scalar: true, data: null };
  if (value instanceof PySymbolicReal) return { shape: [], dtype: 'float32', scalar: true, data: null };
  if (value instanceof PyInterval) {
    // Of the wider float64 the bounds are two values.
    const known = oneValue(value, 'float32');
    const data = typeof known === 'number' && precision !== 'float64' ? [known] : null;
    return { shape: [], dtype: 'float32', scalar: true, data };
  }
  if (value instanceof PyUnknown && (value.upper?.name === 'float' || value.upper?.name === 'int')) {
    return { shape: [], dtype: value.upper.name === 'float' ? 'float32' : 'int64', scalar: true, data: null };
  }
  if (arrayValues(value) !== null) throw new UnknownOperand(vm.reason('unsupported', 'numpy'));
  const number = floatOf(value);
  if (typeof number === 'number') return { shape: [], dtype: 'float32', scalar: true, data: [number] };
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  vm.raise('TypeError', 'unsupported operand type(s) for a Tensor');
}

/** Values repeated along broadcast dimensions; null when the shapes are symbolic. */
function expand(data: readonly Element[], from: Shape, to: Shape): Element[] | null {
  const sizes: number[] = [];
  for (const size of to) {
    if (typeof size !== 'bigint') return null;
    sizes.push(Number(size));
  }
  const total = sizes.reduce((a, b) => a * b, 1);
  if (data.length === total) return data.slice();
  const own = Array.from({ length: to.length }, (_unused, i) =>
    Number(from[from.length - to.length + i] ?? 1n),
  );
  const result: Element[] = [];
  for (let index = 0; index < total; index++) {
    let rest = index;
    let position = 0;
    let stride = 1;
    for (let d = to.length - 1; d >= 0; d--) {
      const size = sizes[d] ?? 1;
      const at = rest % size;
      rest = Math.floor(rest / size);
      const mine = own[d] ?? 1;
      if (mine !== 1) position += at * stride;
      stride *= mine;
    }
    result.push(data[position] ?? 0);
  }
  return result;
}

/** `a @ b`: the last two dimensions multiply, the others broadcast. */
export function matmul(vm: Interpreter, a: Value, b: Value): Value {
  if (!(a instanceof PyTensor) || !(b instanceof PyTensor)) {
    throw new UnknownOperand(unknownReason(a) ?? unknownReason(b) ?? vm.reason('unsupported', '@'));
  }
  const x = requireShape(vm, a);
  const y = requireShape(vm, b);
  const grad = a.requiresGrad || b.requiresGrad;
  const { dtype } = a;
  if (x.length > 0 && y.length > 0 && dtype !== null && b.dtype !== null && dtype !== b.dtype)
    vm.raise('RuntimeError', `expected both to have the same dtype, got ${dtype} and ${b.dtype}`);
  if (x.length === 0 || y.length === 0 || dtype !== b.dtype || dtype === 'bool')
    throw new UnknownOperand(vm.reason('unsupported', `@ of ${String(dtype)} and ${String(b.dtype)}`));
  const inner = x[x.length - 1];
  const other = y[Math.max(y.length - 2, 0)];
  if (typeof inner === 'bigint' && typeof other === 'bigint' && inner !== other) {
    vm.raise('RuntimeError', `mat1 and mat2 shapes cannot be multiplied (${inner} and ${other})`);
  }
  if (x.length === 1 && y.length === 1) return resultOf(vm, [], dtype, grad);
  if (y.length === 1) return resultOf(vm, x.slice(0, -1), dtype, grad);
  const columns = y[y.length - 1] ?? 1n;
  if (x.length === 1) return resultOf(vm, [...y.slice(0, -2), columns], dtype, grad);
  const batch = broadcast(vm, x.slice(0, -2), y.slice(0, -2));
  return resultOf(vm, [...batch, x[x.length - 2] ?? 1n, columns], dtype, grad);
}

/** `a operator= b`: the same tensor with other values, whose shape and dtype must hold the result. */
export function tensorInPlace(vm: Interpreter, operator: string, tensor: PyTensor, value: Value): Value {
  const result = tensorBinary(vm, operator, tensor, value);
  // Elements that overlap are refused.
  if (
    value instanceof PyTensor &&
    value !== tensor &&
    value.sharing !== null &&
    value.sharing === tensor.sharing
  )
    vm.mayRaise.push(vm.reason('unsupported', 'a change in place by the same elements'));
  changeInPlace(vm, tensor, [value]);
  if (!(result instanceof PyTensor)) {
    tensor.taint ??= unknownReason(result) ?? vm.reason('unsupported', operator);
    return tensor;
  }
  if (tensor.shape !== null && result.shape !== null) {
    const { shape } = tensor;
    if (result.shape.length !== shape.length || result.shape.some((size, i) => !sameSize(size, shape[i]))) {
      if ([...result.shape, ...shape].some((size) => typeof size !== 'bigint')) {
        throw new UnknownOperand(vm.reason('symbolicOperation', operator));
      }
      vm.raise('RuntimeError', "output with this shape doesn't match the broadcast shape");
    }
  }
  if (tensor.dtype !== null && result.dtype !== null && tensor.dtype !== result.dtype) {
    if (categoryOf(result.dtype) > categoryOf(tensor.dtype)) {
      vm.raise(
        'RuntimeError',
        `result type ${result.dtype} can't be cast to the desired output type ${tensor.dtype}`,
      );
    }
    return tensor;
  }
  tensor.data = result.data;
  return tensor;
}
