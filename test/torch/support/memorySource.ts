import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ByteSource } from '../../../src/archive/byteSource';

/** A file that is read whole, for small files whose content is looked at in this process. */
export function memorySource(path: string): ByteSource {
  const bytes = readFileSync(path);
  return {
    name: basename(path),
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    sibling: () => Promise.resolve(null),
    siblingNames: () => Promise.resolve([]),
  };
}
