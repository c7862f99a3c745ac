import * as bzip2 from '../../../src/archive/bzip2';
import * as lz4 from '../../../src/archive/lz4';
import * as lzma from '../../../src/archive/lzma';
import * as xz from '../../../src/archive/xz';
import { CheckpointError } from '../../../src/checkpointError';
import { compressedSample } from '../../unit/archive/compressedSamples';
import type { Target } from '../engine/target';
import { mutateBytes } from '../mutation/bytes';
import { promise, promiseSame, typed } from '../oracles/promises';

const DECODERS = [bzip2, xz, lzma, lz4] as const;
const SAMPLES = [
  'bz2',
  'xz',
  'lzma',
  'lz4',
  'xzCrc32',
  'xzSha256',
  'xzProperties',
  'xzBlocks',
  'lz4Linked',
  'xzRandom',
] as const;

/** More than any of the samples unpacks to; a bomb is cut there. */
const LIMIT = 1 << 20;

/** The decoders of bzip2, xz, lzma and LZ4; the first byte says which. */
export const decoders: Target = {
  name: 'decoders',
  longest: 16 << 10,
  mutate(input, other, random) {
    if (random.chance(0.02)) return Uint8Array.of(random.below(DECODERS.length), ...input.subarray(1));
    const body = mutateBytes(input.subarray(1), other.subarray(1), random);
    return new Uint8Array(Buffer.concat([input.subarray(0, 1), body]));
  },
  seeds: () =>
    SAMPLES.map((name) => {
      const bytes = compressedSample(name);
      const kind = name.startsWith('bz') ? 0 : name.startsWith('xz') ? 1 : name.startsWith('lzma') ? 2 : 3;
      return new Uint8Array(Buffer.concat([Uint8Array.of(kind), bytes]));
    }),
  async run(input) {
    const { decode } = DECODERS[(input[0] ?? 0) % DECODERS.length] as (typeof DECODERS)[number];
    const bytes = input.subarray(1);
    const unpacked = (limit: number): Promise<string> =>
      typed(() => {
        const output = decode(bytes, limit);
        promise(output.length <= limit, 'no more than the limit', output.length);
        return Buffer.from(output).toString('latin1');
      });
    const whole = await unpacked(LIMIT);
    promiseSame('the same bytes unpack alike', whole, await unpacked(LIMIT));
    if (!whole.startsWith('error') && whole.length > 0) {
      const error = errorOf(() => decode(bytes, whole.length - 1));
      promise(error === 'compressed.outputLimit', 'a limit below the output is hit', error);
    }
  },
};

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CheckpointError) return error.code;
    throw error;
  }
  return 'none';
}
