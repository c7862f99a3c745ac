import { MemorySource } from '../../../src/archive/memorySource';
import type { Target } from '../engine/target';
import { mutateJson } from '../mutation/json';
import { mutatePickle } from '../mutation/pickleOpcodes';
import { describeFile } from '../oracles/checkpoint';
import { promiseSame, typed } from '../oracles/promises';

const encoder = new TextEncoder();

/** Beside the file, under the names that its seeds use. */
const SHARD = shard();
const SIBLINGS = new Map([
  ['model-00001-of-00002.safetensors', SHARD],
  ['model-00002-of-00002.safetensors', SHARD.subarray(0, 60)],
  ['__0_0.distcp', SHARD],
]);

/** Whole folders: an index of two shards, and the `.metadata` of a checkpoint in one file. */
export function folderFiles(metadata: Uint8Array): (readonly [string, MemorySource])[] {
  const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const weightMap = { 'a.weight': names[0], 'a.bias': names[1] };
  const index = encoder.encode(JSON.stringify({ metadata: {}, weight_map: weightMap }));
  const shards = new Map(names.map((name) => [name, SHARD] as const));
  const files = new Map([['__0_0.distcp', new Uint8Array(70_000)]]);
  return [
    ['shards', new MemorySource('model.safetensors.index.json', index, shards)],
    ['distributed', new MemorySource('.metadata', metadata, files)],
  ];
}

/** A file that names others: the index of shards, or the `.metadata` of a distributed checkpoint. */
export const folders: Target = {
  name: 'folders',
  longest: 32 << 10,
  mutate: (input, other, random) =>
    input[0] === 0x7b
      ? encoder.encode(mutateJson(text(input), text(other), random))
      : mutatePickle(input, other, random),
  seeds: () => [
    encoder.encode(
      JSON.stringify({
        metadata: { total_size: 24, format: 'pt' },
        weight_map: {
          'a.weight': 'model-00001-of-00002.safetensors',
          'a.bias': 'model-00001-of-00002.safetensors',
          'b.weight': 'model-00002-of-00002.safetensors',
          'c.weight': 'model-00003-of-00002.safetensors',
        },
      }),
    ),
  ],
  async run(input) {
    const name = input[0] === 0x7b ? 'model.safetensors.index.json' : '.metadata';
    const shown = (): Promise<string> => typed(() => describeFile(new MemorySource(name, input, SIBLINGS)));
    promiseSame('the same folder is shown alike', await shown(), await shown());
  },
};

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function shard(): Uint8Array {
  const header = encoder.encode(
    JSON.stringify({
      'a.weight': { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
      'a.bias': { dtype: 'F16', shape: [2], data_offsets: [16, 20] },
    }),
  );
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
  return new Uint8Array(Buffer.concat([start, header, new Uint8Array(20)]));
}
