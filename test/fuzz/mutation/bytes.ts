import type { Random } from '../engine/random';

/** Numbers at which formats and machines change their mind. */
const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 127, 128, 255, 256, 511, 512, 4096, 65_535, 65_536, 0x7fffffff,
  0x80000000, 0xffffffff, 0x100000000, 2 ** 53 - 1, 2 ** 53, 2 ** 62, 2 ** 63, 2 ** 64 - 2048]; // prettier-ignore

/** Changes of bytes that know nothing of their meaning, with words of the format where there are some. */
export function mutateBytes(
  input: Uint8Array,
  other: Uint8Array,
  random: Random,
  words: readonly Uint8Array[] = [],
): Uint8Array {
  const at = random.below(input.length + 1);
  switch (random.below(words.length === 0 ? 8 : 9)) {
    case 0: {
      const changed = input.slice();
      if (changed.length > 0) {
        const place = random.below(changed.length);
        changed[place] = (changed[place] as number) ^ (1 << random.below(8));
      }
      return changed;
    }
    case 1: {
      const changed = input.slice();
      for (let i = random.amount(8); i > 0 && changed.length > 0; i--) {
        changed[random.below(changed.length)] = random.below(256);
      }
      return changed;
    }
    case 2:
      return spliced(input, at, random.amount(input.length - at), new Uint8Array(0));
    case 3: {
      const from = random.below(input.length + 1);
      return spliced(input, at, 0, input.subarray(from, from + random.amount(input.length - from)));
    }
    case 4: {
      const from = random.below(other.length + 1);
      const part = other.subarray(from, from + random.amount(other.length - from));
      return spliced(input, at, random.chance(0.5) ? part.length : 0, part);
    }
    case 5:
      return withNumber(input, random);
    case 6:
      return spliced(
        input,
        at,
        0,
        Uint8Array.from({ length: random.amount(64) }, () => random.below(256)),
      );
    case 7:
      return input.slice(0, at);
    default: {
      const word = random.pick(words);
      return spliced(input, at, random.chance(0.5) ? word.length : 0, word);
    }
  }
}

/** `input` with `removed` bytes at `at` replaced. */
export function spliced(input: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const end = Math.min(input.length, at + removed);
  const result = new Uint8Array(at + added.length + input.length - end);
  result.set(input.subarray(0, at));
  result.set(added, at);
  result.set(input.subarray(end), at + added.length);
  return result;
}

/** An edge, or a number next to one, as unsigned bytes. */
export function edgeNumber(random: Random, bytes: 1 | 2 | 4 | 8): bigint {
  const value = BigInt(random.pick(EDGES)) + BigInt(random.below(3) - 1);
  return BigInt.asUintN(8 * bytes, random.chance(0.1) ? -value : value);
}

function withNumber(input: Uint8Array, random: Random): Uint8Array {
  const width = random.pick([1, 2, 4, 8] as const);
  if (input.length < width) return input;
  const changed = input.slice();
  const view = new DataView(changed.buffer);
  const at = random.below(input.length - width + 1);
  const value = edgeNumber(random, width);
  const little = random.chance(0.7);
  if (width === 1) view.setUint8(at, Number(value));
  else if (width === 2) view.setUint16(at, Number(value), little);
  else if (width === 4) view.setUint32(at, Number(value), little);
  else view.setBigUint64(at, value, little);
  return changed;
}
