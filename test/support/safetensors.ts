import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { NamedTensor } from './yolov7';

const dtypes = { float32: ['F32', 4], float16: ['F16', 2], int64: ['I64', 8] } as const;

/** Writes a safetensors file whose values are zero and lie in a hole of the file. */
export function writeSafetensors(path: string, tensors: readonly NamedTensor[]): void {
  let end = 0;
  const entries = tensors.map(({ key, dtype, shape }) => {
    const [name, itemSize] = dtypes[dtype];
    const start = end;
    end += shape.reduce((product, size) => product * size, itemSize);
    return [key, { dtype: name, shape, data_offsets: [start, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  try {
    writeSync(file, length);
    writeSync(file, header);
    ftruncateSync(file, length.length + header.length + end);
  } finally {
    closeSync(file);
  }
}
