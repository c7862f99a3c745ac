import { cutOff, damaged, DecodedOutput } from './decodedOutput';
import { LzmaDecoder, lzmaProperties } from './lzmaDecoder';
import { RangeDecoder } from './rangeDecoder';

/** Properties (1 byte), dictionary size (4), size of the data (8). */
const HEADER_SIZE = 13;
/** The size of data that ends with a marker instead. */
const UNKNOWN_SIZE = 0xffffffffffffffffn;

/**
 * Decodes the legacy `.lzma` ("alone") format, which has no checksum; bytes after the data are ignored.
 *
 * @param output keeps what was decoded before an error
 * @throws CheckpointError `compressed.cut`, `.damaged`, `.outputLimit` (more than `limit` bytes)
 */
export function decode(
  bytes: Uint8Array,
  limit: number,
  output = new DecodedOutput('lzma', limit),
): Uint8Array {
  if (bytes.length < HEADER_SIZE) throw cutOff('lzma', bytes.length);
  const properties = lzmaProperties(bytes[0] as number);
  if (properties === null) throw damaged('lzma', 0);
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(5, true);
  if (size !== UNKNOWN_SIZE) output.claim(size);
  const range = new RangeDecoder('lzma', bytes);
  range.start(HEADER_SIZE, bytes.length);
  const decoder = new LzmaDecoder('lzma', range, output);
  decoder.resetState(properties);
  const ended = decoder.decode(size === UNKNOWN_SIZE ? Infinity : Number(size));
  const isWhole = size === UNKNOWN_SIZE ? ended && range.isFinished : BigInt(output.length) === size;
  if (!isWhole) throw damaged('lzma', range.offset);
  return output.since(0);
}
