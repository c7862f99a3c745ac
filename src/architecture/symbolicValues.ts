import { type Atom, type Point, Polynomial } from './polynomial';

/** A float expression over symbolic integers: its Python text, and its value as CPython computes it. */
export interface SymbolicReal {
  readonly text: string;
  readonly primary: boolean;
  readonly names: ReadonlySet<string>;
  readonly evaluate: (point: Point) => number | undefined;
}

/** A comparison that the arguments decide. */
export interface SymbolicCondition {
  readonly text: string;
  readonly names: ReadonlySet<string>;
  readonly evaluate: (point: Point) => boolean | undefined;
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** `a // b`; `'zero'` when b is the constant 0. */
export function floorDivide(a: Polynomial, b: Polynomial): Polynomial | 'zero' {
  const divisor = b.constantValue;
  const dividend = a.constantValue;
  if (divisor === 0n) return 'zero';
  if (divisor !== null && dividend !== null) {
    return Polynomial.constant(floorDivideIntegers(dividend, divisor));
  }
  if (divisor === 1n) return a;
  if (dividend === 0n) return a;
  const exact = a.floorDivide(b);
  if (exact !== null) return exact;
  if (divisor !== null && divisor > 0n) {
    const { quotient, rest } = a.splitBy(divisor);
    const constant = rest.constantValue;
    if (constant !== null) {
      return quotient.add(Polynomial.constant(floorDivideIntegers(constant, divisor)));
    }
    return quotient.add(divisionAtom(rest, b));
  }
  return divisionAtom(a, b);
}

function divisionAtom(a: Polynomial, b: Polynomial): Polynomial {
  return Polynomial.atom({
    text: `${operand(a)}//${operand(b)}`,
    primary: false,
    names: union(a.names, b.names),
    evaluate: (point) => {
      const x = a.evaluate(point);
      const y = b.evaluate(point);
      return x === undefined || y === undefined || y === 0n ? undefined : floorDivideIntegers(x, y);
    },
  });
}

/** `a % b`; `'zero'` when b is the constant 0. */
export function modulo(a: Polynomial, b: Polynomial): Polynomial | 'zero' {
  const divisor = b.constantValue;
  const dividend = a.constantValue;
  if (divisor === 0n) return 'zero';
  if (divisor !== null && dividend !== null) {
    return Polynomial.constant(dividend - floorDivideIntegers(dividend, divisor) * divisor);
  }
  if (divisor === 1n || dividend === 0n) return Polynomial.constant(0n);
  if (a.floorDivide(b) !== null) return Polynomial.constant(0n);
  let left = a;
  if (divisor !== null && divisor > 0n) {
    left = a.splitBy(divisor).rest;
    const constant = left.constantValue;
    if (constant !== null) return Polynomial.constant(((constant % divisor) + divisor) % divisor);
  }
  return Polynomial.atom({
    text: `${operand(left)}%${operand(b)}`,
    primary: false,
    names: union(a.names, b.names),
    evaluate: (point) => {
      const x = left.evaluate(point);
      const y = b.evaluate(point);
      if (x === undefined || y === undefined || y === 0n) return undefined;
      return x - floorDivideIntegers(x, y) * y;
    },
  });
}

export function extremum(kind: 'max' | 'min', a: Polynomial, b: Polynomial): Polynomial {
  const difference = a.subtract(b).constantValue;
  if (difference !== null) return difference >= 0n === (kind === 'max') ? a : b;
  return Polynomial.atom({
    text: `${kind}(${a.text}, ${b.text})`,
    primary: true,
    names: union(a.names, b.names),
    evaluate: (point) => {
      const x = a.evaluate(point);
      const y = b.evaluate(point);
      if (x === undefined || y === undefined) return undefined;
      return x > y === (kind === 'max') ? x : y;
    },
  });
}

export function absolute(a: Polynomial): Polynomial {
  return integerCall('abs', a.text, a.names, (point) => {
    const x = a.evaluate(point);
    return x === undefined ? undefined : x < 0n ? -x : x;
  });
}

/** An integer that a call computes: `int(c2*0.5)`. */
export function integerCall(
  name: string,
  argument: string,
  names: ReadonlySet<string>,
  evaluate: Atom['evaluate'],
): Polynomial {
  return Polynomial.atom({ text: `${name}(${argument})`, primary: true, names, evaluate });
}

/** `left op right`; a boolean where it does not depend on the arguments. */
export function compare(
  operator: Comparison,
  left: Polynomial,
  right: Polynomial,
): boolean | SymbolicCondition {
  const difference = left.subtract(right).constantValue;
  if (difference !== null) return holds(operator, difference);
  return {
    text: `${left.text} ${operator} ${right.text}`,
    names: union(left.names, right.names),
    evaluate: (point) => {
      const x = left.evaluate(point);
      const y = right.evaluate(point);
      return x === undefined || y === undefined ? undefined : holds(operator, x - y);
    },
  };
}

function holds(operator: Comparison, difference: bigint): boolean {
  switch (operator) {
    case '<':
      return difference < 0n;
    case '<=':
      return difference <= 0n;
    case '>':
      return difference > 0n;
    case '>=':
      return difference >= 0n;
    case '==':
      return difference === 0n;
    case '!=':
      return difference !== 0n;
  }
}

export function compareReals(
  operator: Comparison,
  left: SymbolicReal,
  right: SymbolicReal,
): SymbolicCondition {
  return {
    text: `${left.text} ${operator} ${right.text}`,
    names: union(left.names, right.names),
    evaluate: (point) => {
      const x = left.evaluate(point);
      const y = right.evaluate(point);
      if (x === undefined || y === undefined) return undefined;
      switch (operator) {
        case '<':
          return x < y;
        case '<=':
          return x <= y;
        case '>':
          return x > y;
        case '>=':
          return x >= y;
        case '==':
          return x === y;
        case '!=':
          return x !== y;
      }
    },
  };
}

export function realConstant(value: number, text: string): SymbolicReal {
  return { text, primary: value >= 0, names: NO_NAMES, evaluate: () => value };
}

export function realOf(polynomial: Polynomial): SymbolicReal {
  return {
    text: polynomial.text,
    primary: polynomial.isPrimary,
    names: polynomial.names,
    evaluate: (point) => {
      const value = polynomial.evaluate(point);
      return value === undefined ? undefined : Number(value);
    },
  };
}

/** A float operation; the operators are those on which every IEEE machine agrees. */
export function realOperation(
  operator: '+' | '-' | '*' | '/',
  a: SymbolicReal,
  b: SymbolicReal,
): SymbolicReal {
  const wrap = (real: SymbolicReal): string => (real.primary ? real.text : `(${real.text})`);
  return {
    text: `${wrap(a)}${operator}${wrap(b)}`,
    primary: false,
    names: union(a.names, b.names),
    evaluate: (point) => {
      const x = a.evaluate(point);
      const y = b.evaluate(point);
      if (x === undefined || y === undefined) return undefined;
      switch (operator) {
        case '+':
          return x + y;
        case '-':
          return x - y;
        case '*':
          return x * y;
        case '/':
          return y === 0 ? undefined : x / y;
      }
    },
  };
}

export function floorDivideIntegers(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

const NO_NAMES: ReadonlySet<string> = new Set();

function operand(polynomial: Polynomial): string {
  return polynomial.isPrimary ? polynomial.text : `(${polynomial.text})`;
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}
