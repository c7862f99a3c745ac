import { CheckpointError } from '../checkpointError';
import type { ByteSource } from './byteSource';
import { isTarChecksum, tarNumber, tarText } from './tarDirectory';

/** A member as Python's `tarfile` sees it: long names and sizes of the extended headers before it count. */
export interface TarEntry {
  readonly name: string;
  /** A file's data; folders and links have none. */
  readonly isFile: boolean;
  readonly offset: number;
  readonly size: number;
  /** The size of the member's own header, where an extended header says another one. */
  readonly headerSize: number;
}

export interface TarEntries {
  readonly entries: readonly TarEntry[];
  /** After the last member. */
  readonly end: number;
  /** Why the members end before the archive does; null at its end mark or at the file's end. */
  readonly error: CheckpointError | null;
}

/** Headers are close together where members are small: one read gives several. */
const windowBytes = 16 << 10;
/** An extended header is a name or a few lines. */
const extendedBytes = 1 << 20;
const fileTypes = '\0' + '07';

/** Members, header by header (POSIX.1-2001, pax; GNU's long names). */
export async function readTarEntries(source: ByteSource, limit: number): Promise<TarEntries> {
  const headers = new Headers(source);
  const entries: TarEntry[] = [];
  let at = 0;
  let extended: { name?: string; size?: number } = {};
  const ended = (error: CheckpointError | null): TarEntries => ({ entries, end: at, error });
  while (at + 512 <= source.size) {
    const block = await headers.at(at);
    if (block.every((byte) => byte === 0)) return ended(null);
    const headerSize = tarNumber(block, 124, 12);
    if (!isTarChecksum(block) || headerSize === null)
      return ended(new CheckpointError('tar.badHeader', [], at));
    if (entries.length >= limit) return ended(new CheckpointError('tar.tooManyMembers', [limit], at));
    const type = String.fromCharCode(block[156] as number);
    const offset = at + 512;
    if ('xgLK'.includes(type)) {
      if (headerSize > extendedBytes) return ended(new CheckpointError('tar.badHeader', [], at));
      const bytes = await source.read(offset, headerSize);
      extended = type === 'g' ? extended : { ...extended, ...extension(type, bytes) };
      at = offset + padded(headerSize);
      continue;
    }
    const isFile = fileTypes.includes(type) || !'123456'.includes(type);
    const size = isFile ? (extended.size ?? headerSize) : 0;
    const name = extended.name ?? nameOf(block);
    entries.push({ name, isFile, offset, size: Math.min(size, source.size - offset), headerSize });
    if (offset + size > source.size) {
      const error = new CheckpointError('tar.truncated', [size, source.size - offset], at, name);
      at = source.size;
      return ended(error);
    }
    extended = {};
    at = offset + padded(size);
  }
  return ended(null);
}

function padded(size: number): number {
  return Math.ceil(size / 512) * 512;
}

/** ustar's prefix goes before the name. */
function nameOf(block: Uint8Array): string {
  const prefix = tarText(block, 257, 6) === 'ustar' ? tarText(block, 345, 155) : '';
  const name = tarText(block, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function extension(type: string, bytes: Uint8Array): { name?: string; size?: number } {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (type === 'L') return { name: text.replace(/\0.*$/s, '') };
  if (type !== 'x') return {};
  const found: { name?: string; size?: number } = {};
  // "17 path=a/b\n": the length counts itself; values are of one line here.
  for (const [, key, value] of text.matchAll(/^\d+ (path|size)=(.*)$/gm)) {
    if (key === 'path') found.name = value ?? '';
    else if (/^\d{1,15}$/.test(value ?? '')) found.size = Number(value);
  }
  return found;
}

class Headers {
  private window = new Uint8Array(0);
  private start = 0;

  constructor(private readonly source: ByteSource) {}

  async at(offset: number): Promise<Uint8Array> {
    if (offset < this.start || offset + 512 > this.start + this.window.length) {
      this.window = Uint8Array.from(await this.source.read(offset, windowBytes));
      this.start = offset;
    }
    return this.window.subarray(offset - this.start, offset - this.start + 512);
  }
}
