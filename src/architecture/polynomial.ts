import { MAX_TERMS } from './limits';

/**
 * Sorted polynomials with integer coefficients over atoms: the constructor's arguments and the results
 * of `//`, `%`, `max`, `min`, `int(…)` that no identity could resolve. Exact, with Python's semantics.
 */
export interface Atom {
  /** Python text of the atom, unique: `c1`, `c1//r`, `max(c1, 8)`. */
  readonly text: string;
  /** Whether the text needs no brackets as a factor. */
  readonly primary: boolean;
  /** Names of the arguments that it depends on. */
  readonly names: ReadonlySet<string>;
  /** Value at a point, undefined where Python would raise. */
  readonly evaluate: (point: Point) => bigint | undefined;
}

export type Point = ReadonlyMap<string, bigint>;

interface Term {
  readonly coefficient: bigint;
  /** Atoms with exponents, sorted by text. */
  readonly factors: readonly { readonly atom: Atom; readonly exponent: number }[];
}

export class TooManyTerms extends Error {}

export class Polynomial {
  /** By the key of the factors; no zero coefficients. */
  private constructor(private readonly terms: ReadonlyMap<string, Term>) {}

  static constant(value: bigint): Polynomial {
    return value === 0n
      ? new Polynomial(new Map())
      : new Polynomial(new Map([['', { coefficient: value, factors: [] }]]));
  }

  static atom(atom: Atom): Polynomial {
    return new Polynomial(new Map([[atom.text, { coefficient: 1n, factors: [{ atom, exponent: 1 }] }]]));
  }

  static argument(name: string): Polynomial {
    return Polynomial.atom({
      text: name,
      primary: true,
      names: new Set([name]),
      evaluate: (point) => point.get(name),
    });
  }

  /** The constant that this is, or null. */
  get constantValue(): bigint | null {
    if (this.terms.size === 0) return 0n;
    if (this.terms.size > 1) return null;
    return this.terms.get('')?.coefficient ?? null;
  }

  add(other: Polynomial): Polynomial {
    const result = new Map(this.terms);
    for (const [key, term] of other.terms) {
      const mine = result.get(key);
      const coefficient = (mine?.coefficient ?? 0n) + term.coefficient;
      if (coefficient === 0n) result.delete(key);
      else result.set(key, { coefficient, factors: term.factors });
    }
    return Polynomial.checked(result);
  }

  negate(): Polynomial {
    return this.scale(-1n);
  }

  subtract(other: Polynomial): Polynomial {
    return this.add(other.negate());
  }

  scale(factor: bigint): Polynomial {
    if (factor === 0n) return Polynomial.constant(0n);
    const result = new Map<string, Term>();
    for (const [key, term] of this.terms) {
      result.set(key, { coefficient: term.coefficient * factor, factors: term.factors });
    }
    return new Polynomial(result);
  }

  multiply(other: Polynomial): Polynomial {
    if (this.terms.size * other.terms.size > MAX_TERMS * 8) throw new TooManyTerms();
    const result = new Map<string, Term>();
    for (const a of this.terms.values()) {
      for (const b of other.terms.values()) {
        const factors = multiplyFactors(a.factors, b.factors);
        const key = factorKey(factors);
        const coefficient = (result.get(key)?.coefficient ?? 0n) + a.coefficient * b.coefficient;
        if (coefficient === 0n) result.delete(key);
        else result.set(key, { coefficient, factors });
      }
    }
    return Polynomial.checked(result);
  }

  /**
   * `this // divisor` where an identity of Python's floor division proves a polynomial: division by a
   * monomial that divides every term (the divisor is not zero, else Python raises), by a constant
   * after taking out the multiples, and common constant factors. Null otherwise.
   */
  floorDivide(divisor: Polynomial): Polynomial | null {
    if (this.key === divisor.key) return Polynomial.constant(1n);
    if (divisor.terms.size !== 1) return null;
    const by = [...divisor.terms.values()][0];
    if (by === undefined || by.coefficient === 0n) return null;
    const result = new Map<string, Term>();
    for (const term of this.terms.values()) {
      if (term.coefficient % by.coefficient !== 0n) return null;
      const factors = divideFactors(term.factors, by.factors);
      if (factors === null) return null;
      result.set(factorKey(factors), { coefficient: term.coefficient / by.coefficient, factors });
    }
    return new Polynomial(result);
  }

  /** Splits into `divisor·quotient + rest` with the rest holding no multiple of the constant divisor. */
  splitBy(divisor: bigint): { quotient: Polynomial; rest: Polynomial } {
    const quotient = new Map<string, Term>();
    const rest = new Map<string, Term>();
    for (const [key, term] of this.terms) {
      const target = term.coefficient % divisor === 0n ? quotient : rest;
      const coefficient = target === quotient ? term.coefficient / divisor : term.coefficient;
      target.set(key, { coefficient, factors: term.factors });
    }
    return { quotient: new Polynomial(quotient), rest: new Polynomial(rest) };
  }

  /** Greatest common divisor of the coefficients; 0 for the zero polynomial. */
  get content(): bigint {
    let result = 0n;
    for (const term of this.terms.values()) result = gcd(result, term.coefficient);
    return result;
  }

  get names(): ReadonlySet<string> {
    const result = new Set<string>();
    for (const term of this.terms.values()) {
      for (const { atom } of term.factors) for (const name of atom.names) result.add(name);
    }
    return result;
  }

  /** Value at a point; undefined where an atom has none. */
  evaluate(point: Point): bigint | undefined {
    let sum = 0n;
    for (const term of this.terms.values()) {
      let product = term.coefficient;
      for (const { atom, exponent } of term.factors) {
        const value = atom.evaluate(point);
        if (value === undefined) return undefined;
        product *= value ** BigInt(exponent);
      }
      sum += product;
    }
    return sum;
  }

  /** Equal for equal polynomials. */
  get key(): string {
    return [...this.terms.entries()]
      .map(([key, term]) => `${term.coefficient}*${key}`)
      .sort()
      .join('+');
  }

  /** Python text, largest degree first: `2*c1*(c1//r) + c1`. */
  get text(): string {
    const terms = [...this.terms.values()].sort(
      (a, b) => degree(b) - degree(a) || factorKey(a.factors).localeCompare(factorKey(b.factors)),
    );
    if (terms.length === 0) return '0';
    let text = '';
    for (const term of terms) {
      const negative = term.coefficient < 0n;
      const size = negative ? -term.coefficient : term.coefficient;
      const factors = term.factors.map(({ atom, exponent }) => {
        const base = atom.primary ? atom.text : `(${atom.text})`;
        return exponent === 1 ? base : `${base}**${exponent}`;
      });
      const body =
        size === 1n && factors.length > 0 ? factors.join('*') : [String(size), ...factors].join('*');
      if (text === '') text = negative ? `-${body}` : body;
      else text += negative ? ` - ${body}` : ` + ${body}`;
    }
    return text;
  }

  /** Whether the text can stand as a factor without brackets. */
  get isPrimary(): boolean {
    if (this.terms.size !== 1) return this.terms.size === 0;
    const [term] = this.terms.values();
    if (term === undefined || term.coefficient < 0n) return false;
    if (term.factors.length === 0) return true;
    const [only] = term.factors;
    return (
      term.coefficient === 1n &&
      term.factors.length === 1 &&
      only !== undefined &&
      only.exponent === 1 &&
      only.atom.primary
    );
  }

  private static checked(terms: Map<string, Term>): Polynomial {
    if (terms.size > MAX_TERMS) throw new TooManyTerms();
    return new Polynomial(terms);
  }
}

function degree(term: Term): number {
  return term.factors.reduce((sum, { exponent }) => sum + exponent, 0);
}

function factorKey(factors: Term['factors']): string {
  return factors
    .map(({ atom, exponent }) => (exponent === 1 ? atom.text : `${atom.text}^${exponent}`))
    .join('·');
}

function multiplyFactors(a: Term['factors'], b: Term['factors']): Term['factors'] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const result = new Map<string, { atom: Atom; exponent: number }>();
  for (const { atom, exponent } of [...a, ...b]) {
    const present = result.get(atom.text);
    result.set(atom.text, { atom, exponent: (present?.exponent ?? 0) + exponent });
  }
  return [...result.values()].sort((x, y) => (x.atom.text < y.atom.text ? -1 : 1));
}

function divideFactors(a: Term['factors'], b: Term['factors']): Term['factors'] | null {
  const result = new Map(a.map((factor) => [factor.atom.text, factor]));
  for (const { atom, exponent } of b) {
    const present = result.get(atom.text);
    if (present === undefined || present.exponent < exponent) return null;
    if (present.exponent === exponent) result.delete(atom.text);
    else result.set(atom.text, { atom, exponent: present.exponent - exponent });
  }
  return [...result.values()];
}

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
