/** Integers as pickles write them. `bigint` only above 2^53 − 1. */

/** Two's complement, little-endian, `length` bytes from `start`; 0 for no bytes (LONG1, LONG4). */
export function decodeLong(bytes: Uint8Array, start: number, length: number): number | bigint {
  if (length === 0) return 0;
  const negative = ((bytes[start + length - 1] as number) & 0x80) !== 0;
  if (length <= 6) {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[start + i] as number);
    return negative ? value - 2 ** (8 * length) : value;
  }
  let digits = '';
  for (let i = start + length - 1; i >= start; i--)
    digits += (bytes[i] as number).toString(16).padStart(2, '0');
  const unsigned = BigInt(`0x${digits}`);
  return normalize(negative ? unsigned - (1n << BigInt(8 * length)) : unsigned);
}

/** What `int(line, 0)` reads in an INT or LONG line (without the trailing `L`); null when it is no integer. */
export function parseDecimal(line: string): number | bigint | null {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+)\s*$/.exec(
    line.replaceAll('_', ''),
  );
  const digits = match?.[2];
  if (digits === undefined) return null;
  const magnitude = BigInt(digits);
  return normalize(match?.[1] === '-' ? -magnitude : magnitude);
}

function normalize(value: bigint): number | bigint {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

/** Two's complement, little-endian, in as few bytes as CPython's `encode_long` takes; none for 0. */
export function encodeLong(value: number | bigint): Uint8Array {
  let rest = BigInt(value);
  const bytes: number[] = [];
  const isDone = (): boolean => {
    const negative = ((bytes.at(-1) ?? 0) & 0x80) !== 0;
    return rest === 0n ? !negative : rest === -1n && bytes.length > 0 && negative;
  };
  while (!isDone()) {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
  }
  return Uint8Array.from(bytes);
}
