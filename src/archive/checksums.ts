/** CRC-32 of zip, gzip and xz: reflected, polynomial 0xEDB88320. */
export function crc32(bytes: Uint8Array): number {
  const table = (crc32Table ??= reflectedTable());
  const { length } = bytes;
  let crc = 0xffffffff;
  let at = 0;
  if (length >= slicedFrom) {
    const [t0, t1, t2, t3, t4, t5, t6, t7] = (crc32Slices ??= slicesOf(table));
    // Eight bytes at a time: what each of them adds so many bytes before the end is in a table of its own.
    for (; at + 8 <= length; at += 8) {
      const low = crc ^ word(bytes, at);
      const high = word(bytes, at + 4);
      crc =
        (t7[low & 0xff] as number) ^
        (t6[(low >>> 8) & 0xff] as number) ^
        (t5[(low >>> 16) & 0xff] as number) ^
        (t4[low >>> 24] as number) ^
        (t3[high & 0xff] as number) ^
        (t2[(high >>> 8) & 0xff] as number) ^
        (t1[(high >>> 16) & 0xff] as number) ^
        (t0[high >>> 24] as number);
    }
  }
  for (; at < length; at++) crc = (table[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Bytes from which on it pays to make the tables. */
const slicedFrom = 16 << 10;

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** CRC-32 of bzip2: the same polynomial, the most significant bit first. */
export function crc32Forward(bytes: Uint8Array): number {
  const table = (crc32ForwardTable ??= forwardTable());
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc >>> 24) ^ byte] as number) ^ (crc << 8);
  return ~crc >>> 0;
}

/** CRC-64 of xz (ECMA-182, reflected), as its low and high 32 bits. */
export function crc64(bytes: Uint8Array): readonly [low: number, high: number] {
  const { lows, highs } = (crc64Tables ??= makeCrc64Tables());
  let low = 0xffffffff;
  let high = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (lows[index] as number) ^ ((low >>> 8) | (high << 24));
    high = (highs[index] as number) ^ (high >>> 8);
  }
  return [~low >>> 0, ~high >>> 0];
}

/** xxHash-32 with seed 0, which LZ4 frames use. */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = prime5;
  if (bytes.length >= 16) {
    let [a, b, c, d] = [(prime1 + prime2) | 0, prime2 | 0, 0, -prime1 | 0];
    for (; at + 16 <= bytes.length; at += 16) {
      a = lane(a, view.getUint32(at, true));
      b = lane(b, view.getUint32(at + 4, true));
      c = lane(c, view.getUint32(at + 8, true));
      d = lane(d, view.getUint32(at + 12, true));
    }
    hash = rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotated((hash + Math.imul(view.getUint32(at, true), prime3)) | 0, 17), prime4);
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotated((hash + Math.imul(view.getUint8(at), prime5)) | 0, 11), prime1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;
const prime5 = 0x165667b1;

function lane(sum: number, word: number): number {
  return Math.imul(rotated((sum + Math.imul(word, prime2)) | 0, 13), prime1);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

type Slices = readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

let crc32Table: Int32Array | undefined;
let crc32Slices: Slices | undefined;
let crc32ForwardTable: Int32Array | undefined;
let crc64Tables: { readonly lows: Int32Array; readonly highs: Int32Array } | undefined;

function reflectedTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}

/** Tables of a byte followed by 0 to 7 zeros. */
function slicesOf(table: Int32Array): Slices {
  const slices = [table];
  for (let zeros = 1; zeros < 8; zeros++) {
    const before = slices[zeros - 1] as Int32Array;
    slices.push(before.map((crc) => (crc >>> 8) ^ (table[crc & 0xff] as number)));
  }
  return slices as unknown as Slices;
}

function forwardTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    return crc;
  });
}

function makeCrc64Tables(): { lows: Int32Array; highs: Int32Array } {
  const lows = new Int32Array(256);
  const highs = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      // Polynomial 0xC96C5795D7870F42.
      if (odd) {
        low ^= 0xd7870f42;
        high ^= 0xc96c5795;
      }
    }
    lows[byte] = low;
    highs[byte] = high;
  }
  return { lows, highs };
}
