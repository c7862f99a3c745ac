import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Platform } from '../archive/byteSource';

/** What Node gives core code. */
export const nodePlatform: Platform = {
  latin1: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  inflateRaw: (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }),
  inflateZlib: (bytes, limit) => inflateSync(bytes, { maxOutputLength: limit }),
  gunzip: (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit }),
};
