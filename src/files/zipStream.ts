import { Readable } from 'node:stream';
import JSZip from 'jszip';
import type { ZipEntry } from '../checkpointWriter/zipLayout';

/** Dates say nothing here, and would make two equal archives differ. */
const DATE = new Date(Date.UTC(1980, 0, 1));

/**
 * A zip of stored entries as a stream, one entry after the other. jszip loses an error of an entry's data that
 * comes while it is paused, so `data` has to tell its errors itself.
 */
export function zipStream(
  entries: readonly ZipEntry[],
  data: (entry: ZipEntry) => AsyncIterable<Uint8Array>,
): Readable {
  const zip = new JSZip();
  for (const entry of entries) {
    const content = Readable.from(data(entry));
    zip.file(entry.name, content, {
      binary: true,
      compression: 'STORE',
      createFolders: false,
      comment: entry.comment,
      date: DATE,
    });
  }
  const stream = zip.generateNodeStream({ streamFiles: true, compression: 'STORE', platform: 'DOS' });
  // It is a stream of an older kind, which cannot be iterated over.
  return new Readable().wrap(stream);
}
