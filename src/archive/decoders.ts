/** What Node cannot unpack. Loaded when a file needs it: the build makes a file of its own of this module. */
import { decode as bzip2 } from './bzip2';
import { DecodedOutput, type Compression } from './decodedOutput';
import { decode as lz4 } from './lz4';
import { decode as lzma } from './lzma';
import { decode as xz } from './xz';

export { bzip2, lz4, lzma, xz };

const decoders = { bzip2, lz4, lzma, xz };

/** What of broken data, or of more than `limit` bytes, comes before the error. */
export function decodedStart(kind: Compression, bytes: Uint8Array, limit: number): Uint8Array {
  const output = new DecodedOutput(kind, limit);
  try {
    return decoders[kind](bytes, limit, output);
  } catch {
    return output.since(0);
  }
}
