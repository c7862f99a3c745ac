import { PyObject } from './heap';

/**
 * A float of which only bounds are known, because C libraries differ in its last bit. What would decide
 * inside the bounds is not known; everything else goes on.
 */
export class PyInterval extends PyObject {
  constructor(
    readonly low: number,
    readonly high: number,
  ) {
    super();
  }
}

/** The next float above a finite one. */
export function nextAbove(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  const buffer = new DataView(new ArrayBuffer(8));
  buffer.setFloat64(0, value);
  const bits = buffer.getBigInt64(0);
  buffer.setBigInt64(0, value > 0 ? bits + 1n : bits - 1n);
  return buffer.getFloat64(0);
}

export function nextBelow(value: number): number {
  return -nextAbove(-value);
}

/** `value` ± a few units in the last place. */
export function around(value: number, units = 2): number | PyInterval {
  if (!Number.isFinite(value)) return value;
  let low = value;
  let high = value;
  for (let i = 0; i < units; i++) {
    low = nextBelow(low);
    high = nextAbove(high);
  }
  return new PyInterval(low, high);
}

/** Fraction bits of the fixed-point numbers below. */
const PRECISION = 192n;
const ONE = 1n << PRECISION;

/** A positive float as a fraction of 2^PRECISION times a power of two, exactly. */
function toFixed(value: number): { mantissa: bigint; exponent: number } {
  const buffer = new DataView(new ArrayBuffer(8));
  buffer.setFloat64(0, value);
  const bits = buffer.getBigUint64(0);
  let exponent = Number((bits >> 52n) & 0x7ffn) - 1023;
  let fraction = bits & 0xfffffffffffffn;
  if (exponent === -1023) {
    exponent++;
    while (fraction >> 52n === 0n) {
      fraction <<= 1n;
      exponent--;
    }
  } else fraction |= 1n << 52n;
  return { mantissa: fraction << (PRECISION - 52n), exponent };
}

/** ln of a fixed-point number in [1, 2): 2·atanh((x−1)/(x+1)). */
function fixedLn(x: bigint): bigint {
  const ratio = ((x - ONE) << PRECISION) / (x + ONE);
  const square = (ratio * ratio) >> PRECISION;
  let term = ratio;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n;
    term = (term * square) >> PRECISION;
  }
  return sum * 2n;
}

let cachedLn2: bigint | null = null;
function ln2(): bigint {
  // ln 2 = ln(4/3) + ln(3/2), both in the range of the series.
  cachedLn2 ??= fixedLn((ONE * 4n) / 3n) + fixedLn((ONE * 3n) / 2n);
  return cachedLn2;
}

function lnFixed(value: number): bigint {
  const { mantissa, exponent } = toFixed(value);
  return fixedLn(mantissa) + ln2() * BigInt(exponent);
}

/**
 * Rounds a fixed-point number to the nearest float. Where it lies so close to the middle of two floats
 * that a good C library (error below 0.55 units in the last place) may round either way, an interval.
 */
function roundFixed(value: bigint, scale: number): number | PyInterval {
  if (value === 0n) return 0;
  const negative = value < 0n;
  const size = negative ? -value : value;
  const bits = BigInt(size.toString(2).length);
  const drop = bits - 53n;
  if (drop <= 0n) return Number(value) * 2 ** (scale - Number(PRECISION));
  const kept = size >> drop;
  const rest = size - (kept << drop);
  const half = 1n << (drop - 1n);
  const distance = rest > half ? rest - half : half - rest;
  const unit = 2 ** (scale - Number(PRECISION) + Number(drop));
  const rounded = rest >= half ? kept + 1n : kept;
  const sign = negative ? -1 : 1;
  // 0.05 units in the last place around the middle.
  if (distance * 20n < 1n << drop) {
    const low = sign * Number(kept) * unit;
    const high = sign * Number(kept + 1n) * unit;
    return new PyInterval(Math.min(low, high), Math.max(low, high));
  }
  return sign * Number(rounded) * unit;
}

/** Natural logarithm, correctly rounded. */
export function naturalLog(value: number): number | PyInterval {
  if (value === 1) return 0;
  if (!Number.isFinite(value) || value <= 0) return Math.log(value);
  return roundFixed(lnFixed(value), 0);
}

/** Binary logarithm, correctly rounded; exact for powers of two. */
export function binaryLog(value: number): number | PyInterval {
  if (!Number.isFinite(value) || value <= 0) return Math.log2(value);
  const { mantissa, exponent } = toFixed(value);
  if (mantissa === ONE) return exponent;
  return roundFixed((lnFixed(value) << PRECISION) / ln2(), 0);
}

export function decimalLog(value: number): number | PyInterval {
  if (!Number.isFinite(value) || value <= 0) return Math.log10(value);
  for (let power = 0, n = 1; power <= 22; power++, n *= 10) if (n === value) return power;
  return roundFixed((lnFixed(value) << PRECISION) / lnFixed(10), 0);
}

/** e^x for a fixed-point x. */
function expFixed(x: bigint, negligible: bigint): { value: bigint; exponent: number } {
  const k = x >= 0n ? x / ln2() : -((-x + ln2() - 1n) / ln2());
  const rest = x - k * ln2();
  let term = ONE;
  let sum = 0n;
  for (let n = 1n; term > negligible; n++) {
    sum += term;
    term = ((term * rest) >> PRECISION) / n;
  }
  return { value: sum, exponent: Number(k) };
}

export function exponential(value: number): number | PyInterval {
  if (value === 0) return 1;
  if (!Number.isFinite(value) || Math.abs(value) > 700) return around(Math.exp(value));
  const { mantissa, exponent } = toFixed(Math.abs(value));
  const size = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent);
  const result = expFixed(value < 0 ? -size : size, 0n);
  return roundFixed(result.value, result.exponent);
}

/** `base ** exponent` of floats. */
export function power(base: number, exponent: number): number | PyInterval {
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (base === 0 || !Number.isFinite(base) || !Number.isFinite(exponent)) return base ** exponent;
  if (Number.isInteger(exponent) && Number.isInteger(base)) {
    const size = Math.abs(base);
    if (exponent > 0 && exponent * Math.log2(size) < 52) return Number(BigInt(base) ** BigInt(exponent));
  }
  if (base < 0) return Number.isInteger(exponent) ? negatePower(base, exponent) : NaN;
  const log = lnFixed(base);
  const { mantissa, exponent: shift } = toFixed(Math.abs(exponent));
  const product = (log * mantissa) >> PRECISION;
  const scaled = shift >= 0 ? product << BigInt(shift) : product >> BigInt(-shift);
  const signed = exponent < 0 ? -scaled : scaled;
  if ((signed < 0n ? -signed : signed) > ONE * 700n) return around(base ** exponent);
  const result = expFixed(signed, 0n);
  // Exact results (1.5 ** 2, 4 ** 1.5) sit on a float, far from a middle.
  return roundFixed(result.value, result.exponent);
}

function negatePower(base: number, exponent: number): number | PyInterval {
  const size = power(-base, exponent);
  if (exponent % 2 === 0) return size;
  return size instanceof PyInterval ? new PyInterval(-size.high, -size.low) : -size;
}

/** An operation on floats of which one or both are bounds: outward by one unit. */
export function intervalOperation(
  operator: string,
  a: number | PyInterval,
  b: number | PyInterval,
): number | PyInterval | null {
  const x = a instanceof PyInterval ? a : new PyInterval(a, a);
  const y = b instanceof PyInterval ? b : new PyInterval(b, b);
  // Powers of positive numbers grow or fall with each operand; others are left alone.
  if (operator === '**' && x.low <= 0) return null;
  const corners: number[] = [];
  const add = (value: number | PyInterval): void => {
    if (value instanceof PyInterval) corners.push(value.low, value.high);
    else corners.push(value);
  };
  for (const p of [x.low, x.high]) {
    for (const q of [y.low, y.high]) {
      if (operator === '+') add(p + q);
      else if (operator === '-') add(p - q);
      else if (operator === '*') add(p * q);
      else if (operator === '**') add(power(p, q));
      else if (operator === '/') {
        if (y.low <= 0 && y.high >= 0) return null;
        add(p / q);
      } else return null;
    }
  }
  if (corners.some((value) => !Number.isFinite(value))) return null;
  return new PyInterval(Math.min(...corners), Math.max(...corners));
}
