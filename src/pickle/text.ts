/** Texts inside pickles. All functions give `null` where the bytes are not what the opcode promises. */

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** True when bytes [start, end) are all below 0x80. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] as number) >= 0x80) return false;
  return true;
}

/** UTF-8 where lone surrogates are allowed, as BINUNICODE's `surrogatepass` does. Null when invalid. */
export function decodeUtf8SurrogatePass(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return decodeWithSurrogates(bytes);
  }
}

function decodeWithSurrogates(bytes: Uint8Array): string | null {
  const parts: string[] = [];
  let runStart = 0;
  for (let i = 0; i + 2 < bytes.length; i++) {
    const second = bytes[i + 1] as number;
    // A surrogate in UTF-8 form is ED A0..BF 80..BF.
    if (bytes[i] !== 0xed || second < 0xa0 || second > 0xbf) continue;
    const third = bytes[i + 2] as number;
    if (third < 0x80 || third > 0xbf) return null;
    const before = decodeUtf8(bytes.subarray(runStart, i));
    if (before === null) return null;
    parts.push(before, String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    i += 2;
    runStart = i + 1;
  }
  const rest = decodeUtf8(bytes.subarray(runStart));
  return rest === null ? null : parts.join('') + rest;
}

/** Strict UTF-8; null when invalid. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Each byte as the character of the same code, without a platform's help. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  const step = 4096;
  for (let i = start; i < end; i += step) {
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + step)));
  }
  return text;
}

/** The body of Python's raw-unicode-escape: latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
export function decodeRawUnicodeEscape(line: string): string | null {
  if (!line.includes('\\')) return line;
  let invalid = false;
  // A backslash escapes only when an odd number of them stands before the `u`.
  const text = line.replace(
    /(\\+)(u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|u|U)?/g,
    (whole: string, slashes: string, escape: string | undefined, short?: string, long?: string) => {
      if (escape === undefined || slashes.length % 2 === 0) return whole;
      const digits = short ?? long;
      const code = digits === undefined ? 0x110000 : parseInt(digits, 16);
      if (code > 0x10ffff) {
        invalid = true;
        return whole;
      }
      return slashes.slice(1) + String.fromCodePoint(code);
    },
  );
  return invalid ? null : text;
}

const simpleEscapes: Readonly<Record<string, number>> = {
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** The bytes of a quoted Python 2 string literal (STRING opcode), null when it is none. */
export function decodeStringLiteral(line: string): Uint8Array | null {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line[line.length - 1] !== quote) return null;
  // No escape stands for more bytes than it has characters.
  const out = new Uint8Array(line.length);
  let length = 0;
  for (let i = 1; i < line.length - 1; i++) {
    if (line[i] !== '\\') {
      out[length++] = line.charCodeAt(i);
      continue;
    }
    const next = line[++i] ?? '';
    const simple = Object.hasOwn(simpleEscapes, next) ? simpleEscapes[next] : undefined;
    if (simple !== undefined) out[length++] = simple;
    else if (next === 'x') {
      const high = hexDigit(line.charCodeAt(i + 1));
      const low = hexDigit(line.charCodeAt(i + 2));
      if (high < 0 || low < 0) return null;
      out[length++] = high * 16 + low;
      i += 2;
    } else {
      const octal = /^[0-7]{1,3}/.exec(line.slice(i, i + 3))?.[0];
      if (octal !== undefined) {
        out[length++] = parseInt(octal, 8) & 0xff;
        i += octal.length - 1;
      } else {
        out[length++] = 0x5c;
        out[length++] = next.charCodeAt(0);
      }
    }
  }
  return out.slice(0, length);
}

/** The value of a hexadecimal digit, −1 for another character (NaN included). */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const encoder = new TextEncoder();

/** UTF-8 with lone surrogates as three bytes each, as `surrogatepass` writes them. */
export function encodeUtf8SurrogatePass(text: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}
