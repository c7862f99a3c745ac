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
  inflateRawStart: (bytes, limit) => {
    const { inflateRawSync, constants } = zlib();
    try {
      return inflateRawSync(bytes, { maxOutputLength: limit, finishFlush: constants.Z_SYNC_FLUSH });
    } catch {
      return new Uint8Array(0);
    }
  },
  inflateZlib: (bytes, limit) => zlib().inflateSync(bytes, { maxOutputLength: limit }),
  gunzip: (bytes, limit) => zlib().gunzipSync(bytes, { maxOutputLength: limit }),
};
