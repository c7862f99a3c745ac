import type * as Zlib from 'node:zlib';
import type { Platform } from '../archive/byteSource';

/** Loaded when something is compressed: most files hold nothing that is. */
function zlib(): typeof Zlib {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('node:zlib') as typeof Zlib;
}

/** What Node gives core code. */
export const nodePlatform: Platform = {
  latin1: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  inflateRaw: (bytes, limit) => zlib().inflateRawSync(bytes, { maxOutputLength: limit }),
  inflateRawStart,
  inflateZlib: (bytes, limit) => zlib().inflateSync(bytes, { maxOutputLength: limit }),
  gunzip: (bytes, limit) => zlib().gunzipSync(bytes, { maxOutputLength: limit }),
};

/** Times that a broken stream is cut at another place: each is an inflation of at most what was given. */
const cuts = 16;

/** zlib gives nothing of a stream with an error: the longest part without one is searched for. */
function inflateRawStart(bytes: Uint8Array, limit: number): Uint8Array {
  const { inflateRawSync, constants } = zlib();
  const start = (length: number): Uint8Array | null => {
    try {
      const options = { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH };
      return inflateRawSync(bytes.subarray(0, length), options);
    } catch {
      return null;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  let found: Uint8Array = new Uint8Array(0);
  for (let count = 0, length = bytes.length; count < cuts && good < length; count++) {
    const part = start(length);
    if (part === null) bad = length;
    else [good, found] = [length, part];
    length = Math.floor((good + bad) / 2);
  }
  return found;
}
