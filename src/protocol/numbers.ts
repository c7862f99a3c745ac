import type { WireInteger } from './messages';

/**
 * How numbers are written, for host, webview and CLI. Short forms are rounded and stand next to (or with a
 * way to) the exact value; `formatInteger` never rounds. Separators are those of English and Chinese.
 */

const decimalUnits = ['', ' K', ' M', ' B', ' T'] as const;
const binaryUnits = [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB', ' EiB'] as const;

/** `24,186,592`: every digit, whatever its size. */
export function formatInteger(value: WireInteger | bigint): string {
  const digits = String(value);
  const sign = digits.startsWith('-') ? '-' : '';
  const first = (digits.length - sign.length) % 3 || 3;
  let text = digits.slice(0, sign.length + first);
  for (let at = sign.length + first; at < digits.length; at += 3) text += `,${digits.slice(at, at + 3)}`;
  return text;
}

/** Four significant digits, as papers count parameters: `37.32 M`. Exact below 100,000. */
export function formatCount(value: WireInteger | bigint): string {
  const count = Number(value);
  if (Math.abs(count) < 100_000) return formatInteger(value);
  return scaled(count, 1000, decimalUnits, significantDecimals);
}

/** `143.7 MiB`; exact below 1 KiB (`512 B`). */
export function formatBytes(value: WireInteger | bigint): string {
  const bytes = Number(value);
  if (Math.abs(bytes) < 1024) return `${String(bytes)} B`;
  return scaled(bytes, 1024, binaryUnits, () => 1);
}

/** `143.7 MiB (150,682,112)`: short and exact together; only `512 B` where the short form is exact. */
export function formatBytesFully(value: WireInteger | bigint): string {
  const short = formatBytes(value);
  return Math.abs(Number(value)) < 1024 ? short : `${short} (${formatInteger(value)})`;
}

/** A part of a whole, from 0 to 1: `63.8 %`, `< 0.1 %`, `> 99.9 %` (only a whole is `100.0 %`). */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  if (share < 1 && share > 0.999) return '> 99.9 %';
  return `${(share * 100).toFixed(1)} %`;
}

function significantDecimals(value: number): number {
  return value >= 100 ? 1 : value >= 10 ? 2 : 3;
}

function scaled(
  value: number,
  base: number,
  units: readonly string[],
  decimals: (value: number) => number,
): string {
  const sign = value < 0 ? '-' : '';
  let rest = Math.abs(value);
  for (let unit = 0; ; unit++) {
    const digits = rest.toFixed(decimals(rest));
    // What rounds up to the next unit belongs there: 1,048,575 bytes are 1.0 MiB, not 1024.0 KiB.
    if (Number(digits) < base || unit === units.length - 1) return sign + digits + (units[unit] ?? '');
    rest /= base;
  }
}
