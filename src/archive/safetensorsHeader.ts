import { CheckpointError } from '../checkpointError';
import type { ByteSource } from './byteSource';
import { archiveLimits } from './limits';

export interface SafetensorsEntry {
  readonly name: string;
  /** The format's own name: `F32`, `BF16`, `F8_E4M3`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Offsets in the file (the header's count from the end of the header). */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Offset of the first data byte. */
  readonly dataStart: number;
  /** What safetensors' own reader takes exception to in the JSON, although it can be understood. */
  readonly fault: CheckpointError | null;
}

/**
 * Eight bytes of header length, the header in JSON, the data.
 * @throws CheckpointError `safetensors.*` with the entry that is at fault
 */
export async function readSafetensorsHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const lengthBytes = await source.read(0, 8);
  if (lengthBytes.length < 8) throw new CheckpointError('safetensors.headerCut', [8, lengthBytes.length], 0);
  const claimed = new DataView(lengthBytes.buffer, lengthBytes.byteOffset, lengthBytes.length).getBigUint64(
    0,
    true,
  );
  if (claimed > BigInt(archiveLimits.safetensorsHeader)) {
    throw new CheckpointError(
      'safetensors.headerTooLarge',
      [String(claimed), archiveLimits.safetensorsHeader],
      0,
    );
  }
  const length = Number(claimed);
  const bytes = await source.read(8, length);
  if (bytes.length < length) throw new CheckpointError('safetensors.headerCut', [length, bytes.length], 8);
  const text = decode(bytes);
  const header = parseJson(text);
  const dataStart = 8 + length;
  const entries: SafetensorsEntry[] = [];
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, text] of Object.entries(isRecord(value) ? value : {})) metadata.set(key, String(text));
    } else entries.push(readEntry(name, value, dataStart));
  }
  return { entries, metadata, dataStart, fault: faultOf(header, text) };
}

function decode(bytes: Uint8Array): string {
  try {
    // A byte order mark is no JSON to safetensors.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CheckpointError('safetensors.badJson', ['not UTF-8'], 8);
  }
}

function parseJson(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError('safetensors.badJson', [error instanceof Error ? error.message : ''], 8);
  }
  if (!isRecord(value)) throw new CheckpointError('safetensors.badJson', ['not an object'], 8);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readEntry(name: string, value: unknown, dataStart: number): SafetensorsEntry {
  const bad = (): CheckpointError => new CheckpointError('safetensors.badEntry', [name.slice(0, 200)], 8);
  if (!isRecord(value)) throw bad();
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw bad();
  const [start = 0, end = 0] = offsets;
  if (end < start) throw bad();
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

/** safetensors 0.8.0 (`SafeTensors::read_metadata`): what serde refuses and `JSON.parse` reads. */
function faultOf(header: Record<string, unknown>, text: string): CheckpointError | null {
  const metadata = Object.hasOwn(header, '__metadata__') ? header['__metadata__'] : null;
  const isText = isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string');
  if (metadata !== null && !isText) return new CheckpointError('safetensors.badMetadata', [], 8);
  if (/\\u[dD][89a-fA-F]/.test(text) && hasLoneSurrogate(text)) {
    return new CheckpointError('safetensors.badJson', ['a lone surrogate'], 8);
  }
  if (/\d[.eE]|-0/.test(text) && hasFraction(header, text)) {
    return new CheckpointError('safetensors.badJson', ['a number that is not written as an integer'], 8);
  }
  return null;
}

function hasLoneSurrogate(text: string): boolean {
  const rest = text.replace(/\\[^u]/g, '').replace(/\\u[dD][89abAB]..\\u[dD][c-fC-F]../g, '');
  return /\\u[dD][89a-fA-F]/.test(rest);
}

/** Whether a size or an offset is written as `2.0`, `2e0` or `-0`. Fields of other names may hold any number. */
function hasFraction(header: Record<string, unknown>, text: string): boolean {
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__' && Object.keys(entry as object).length !== 3) return false;
  }
  return /\d[.eE]|-0/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
}
