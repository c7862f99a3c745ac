import type { ByteSource } from '../../archive/byteSource';
import { crc32 } from '../../archive/checksums';
import { readLocalHeader, readLocalHeaders, type LocalHeader } from '../../archive/localHeaders';
import { MemorySource } from '../../archive/memorySource';
import { SliceSource } from '../../archive/sliceSource';
import type { ZipDirectory, ZipRecord } from '../../archive/zipDirectory';
import { CheckpointError } from '../../checkpointError';
import { contentKind } from './contentKind';
import { inflateRecord, type Inflated } from './inflateRecord';
import { nameIn, type Layer, type Role } from './layer';
import { containerLimits } from './limits';
import { plausiblePickle } from './plausiblePickle';
import type { Walk } from './walk';
import {
  compareExtents,
  compareHeaders,
  encryptionFlags,
  lookAtRecord,
  type Extent,
  type Gap,
  type Tell,
} from './zipFindings';

/** What the records of an archive are to torch. */
export interface ArchiveFacts {
  /** `archive/`: torch reads what is below the folder of the first record. */
  readonly folder: string;
  readonly isScript: boolean;
}

const headSizes = { head: containerLimits.head, extra: containerLimits.localExtra };

/** Looks at the records of a directory, each at its own place. */
export class ZipRecords {
  /** By place: two directories may name the same record. */
  private readonly extents = new Map<string, Extent>();
  /** Data that was looked at: records of overlapping archives share theirs. */
  private readonly seen = new Set<string>();
  private isComplete = true;
  private checked = 0;
  private readonly wrongChecksums: ZipRecord[] = [];

  constructor(
    private readonly walk_: Walk,
    private readonly layer: Layer,
    private readonly facts: ArchiveFacts,
    private readonly tell: Tell,
  ) {}

  /** @param isTorch whether torch takes its records from this directory */
  async walk(directory: ZipDirectory, isTorch: boolean): Promise<void> {
    const loaded = new Set<number>();
    if (isTorch && this.layer.loadedByTorch) {
      for (const name of ['data.pkl', ...(this.facts.isScript ? ['constants.pkl'] : [])]) {
        loaded.add(directory.positionOf(this.facts.folder + name));
      }
    }
    const { walk_: walk, layer } = this;
    for (let from = 0; from < directory.count && this.mayGoOn(); from += containerLimits.recordsAtOnce) {
      const records: ZipRecord[] = [];
      const to = Math.min(directory.count, from + containerLimits.recordsAtOnce);
      for (let i = from; i < to; i++) {
        if (!walk.budget.takeRecord()) {
          this.isComplete = false;
          walk.limit(layer, 'limit.records', directory.count, containerLimits.records);
          return;
        }
        records.push(recordAt(directory, i, walk, layer));
        lookAtRecord(records[i - from] as ZipRecord, directory.extraAt(i), this.tell);
      }
      const headers = await readLocalHeaders(layer.source, walk.platform, records, headSizes);
      for (let i = 0; i < records.length; i++) {
        await this.record(records[i] as ZipRecord, headers[i] ?? null, loaded.has(from + i));
      }
    }
    this.tellChecksums();
  }

  /** Whether anything that a record holds could still be scanned. */
  private mayGoOn(): boolean {
    const { walk_: walk, layer } = this;
    if (walk.budget.hasPickles) return true;
    this.isComplete = false;
    walk.limit(layer, 'limit.pickles', containerLimits.pickles);
    return false;
  }

  /** Bytes between the records that belong to none; none are known of an archive that was not read whole. */
  gaps(end: number): readonly Gap[] {
    if (!this.isComplete || this.extents.size === 0) return [];
    const extents = [...this.extents.values()];
    const start = extents.reduce((least, extent) => Math.min(least, extent.start), Infinity);
    const gaps = compareExtents(extents, end, this.tell);
    if (start === 0) return gaps;
    this.tell('dataBeforeZip', null, start);
    return [{ start: 0, end: start }, ...gaps];
  }

  private async record(record: ZipRecord, local: LocalHeader | null, loadedByTorch: boolean): Promise<void> {
    const { walk_: walk, layer } = this;
    const { name, compressedSize, method } = record;
    const place = nameIn(layer, name);
    if (local === null) {
      this.isComplete = false;
      walk.unreadable(
        layer,
        new CheckpointError('zip.badLocalHeader', [name], record.localHeaderOffset),
        place,
      );
      return;
    }
    compareHeaders(record, local, this.tell);
    const end = local.dataOffset + compressedSize;
    this.extents.set(`${record.localHeaderOffset} ${end} ${name}`, {
      name,
      start: record.localHeaderOffset,
      end,
      hasDescriptor: ((record.flags | local.flags) & 8) !== 0,
    });
    if (compressedSize === 0) return;
    if (end > layer.source.size) {
      const error = new CheckpointError('zip.recordCut', [
        compressedSize,
        layer.source.size - local.dataOffset,
      ]);
      walk.unreadable(layer, error, place);
    }
    const key = `${local.dataOffset} ${method} ${compressedSize}`;
    if (this.seen.has(key) && !loadedByTorch) return;
    this.seen.add(key);
    const inner: Layer = {
      source: await this.dataOf(record, local, Math.min(end, layer.source.size)),
      record: place,
      role: layer.role === 'storage' ? 'storage' : roleOf(name),
      depth: layer.depth + 1,
      loadedByTorch,
    };
    this.tellCode(inner, name);
    if ((record.flags & encryptionFlags) !== 0) {
      walk.notScanned(inner, 'encrypted', []);
      walk.unreadable(inner, new CheckpointError('zip.encrypted', [name]));
      await walk.guess(inner, local.head);
      return;
    }
    await this.content(inner, record, local);
    // What a reader that goes by the local header takes for the data.
    if (local.method !== method && (local.method === 0 || local.method === 8)) {
      await this.content(
        { ...inner, role: 'storage', loadedByTorch: false },
        { ...record, method: local.method },
        local,
      );
    }
  }

  /** Small records are held, and the smallest came with their header. */
  private async dataOf(
    { name }: ZipRecord,
    { dataOffset, head }: LocalHeader,
    end: number,
  ): Promise<ByteSource> {
    const { source } = this.layer;
    const size = Math.max(0, end - dataOffset);
    if (size <= head.length) return new MemorySource(name, head.subarray(0, size));
    if (size > containerLimits.wholeRecord || storageNames.test(name)) {
      return new SliceSource(source, dataOffset, size, name);
    }
    return new MemorySource(name, await source.read(dataOffset, size));
  }

  private async content(inner: Layer, record: ZipRecord, local: LocalHeader): Promise<void> {
    const { walk_: walk } = this;
    if (record.method === 0) {
      if (inner.role === 'storage' && !isOfInterest(local.head, inner.source.size)) return;
      if (inner.role === 'pickle') await this.checkStored(inner, record);
      await walk.layer(inner);
      return;
    }
    const inflated = await inflateRecord(walk, inner, record);
    if (inflated === null) return;
    const { bytes, isWhole }: Inflated = inflated;
    if (inner.role !== 'storage' && isWhole) {
      if (bytes.length !== record.size) this.tell('inflatedSize', record.name, record.size, bytes.length);
      if (inner.role === 'pickle') this.check(record, crc32(bytes.subarray(0, record.size)));
      if (record.method !== 8 && inner.loadedByTorch) this.tell('method', record.name, record.method);
    }
    const source = new MemorySource(record.name, bytes);
    await walk.layer({ ...inner, source, role: isWhole ? inner.role : 'storage' });
  }

  private async checkStored({ source }: Layer, record: ZipRecord): Promise<void> {
    if (source.size > containerLimits.checksumBytes || source.size < record.compressedSize) return;
    this.check(record, crc32(await source.read(0, Math.min(source.size, record.size))));
  }

  private check(record: ZipRecord, computed: number): void {
    this.checked++;
    if (computed !== record.crc32) this.wrongChecksums.push(record);
  }

  /** torch can be told to write no checksums: then all are zero, and only `zipfile` minds. */
  private tellChecksums(): void {
    const { wrongChecksums } = this;
    const areNone =
      wrongChecksums.length === this.checked && wrongChecksums.every((record) => record.crc32 === 0);
    if (!areNone) for (const { name } of wrongChecksums) this.tell('checksum', name);
    wrongChecksums.length = 0;
    this.checked = 0;
  }

  private tellCode(inner: Layer, name: string): void {
    if (!name.endsWith('.py')) return;
    const isScript = this.facts.isScript && /(^|\/)code\//.test(name);
    this.walk_.notScanned(inner, isScript ? 'torchScript' : 'python', []);
  }
}

function recordAt(directory: ZipDirectory, index: number, walk: Walk, layer: Layer): ZipRecord {
  try {
    return directory.recordAt(index);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    walk.unreadable(layer, error);
    return { ...nothing };
  }
}

/** A record of which nothing can be told: it has no local header either. */
const nothing: ZipRecord = {
  name: '',
  method: 0,
  flags: 0,
  crc32: 0,
  compressedSize: 0,
  size: 0,
  localHeaderOffset: Number.MAX_SAFE_INTEGER,
};

/** Bytes between records, before or after them: a record that no directory names, or a pickle as it is. */
export async function lookIntoGap(walk: Walk, layer: Layer, { start, end }: Gap): Promise<void> {
  const part = walk.part(layer, start, end, 'member');
  const header = await readLocalHeader(
    part.source,
    walk.platform,
    { name: '', localHeaderOffset: 0 },
    headSizes,
  );
  const isRecord = header !== null && header.dataOffset < part.source.size;
  const from = isRecord ? header.dataOffset : await afterZeros(part);
  const inner = walk.part(layer, start + from, end, 'member');
  if (isRecord && header.method === 8) {
    const bytes = await inner.source.read(0, containerLimits.compressedPart);
    const source = new MemorySource(
      header.name,
      walk.platform.inflateRawStart(bytes, containerLimits.inflatedBytes),
    );
    await walk.guess({ ...inner, source }, await source.read(0, containerLimits.head));
    return;
  }
  await walk.guess(inner, await inner.source.read(0, containerLimits.head));
}

async function afterZeros({ source }: Layer): Promise<number> {
  const first = (await source.read(0, containerLimits.padding)).findIndex((byte) => byte !== 0);
  return Math.max(0, first);
}

function isOfInterest(head: Uint8Array, size: number): boolean {
  const kind = contentKind(head, size);
  return kind === 'zip' || kind === 'tar' || plausiblePickle(head, size, true);
}

const storageNames =
  /(^|\/)((data|constants|tensors)\/\d+|\.data\/\d+\.storage|data\/(weights|constants)\/[^/.]+)$/;

function roleOf(name: string): Role {
  if (storageNames.test(name)) return 'storage';
  return /\.(pkl|pickle)$/i.test(name) ? 'pickle' : 'member';
}
