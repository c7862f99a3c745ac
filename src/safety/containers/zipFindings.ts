import { dataDescriptorFlag, type LocalHeader } from '../../archive/localHeaders';
import type { ZipDirectory, ZipRecord } from '../../archive/zipDirectory';
import { directoryPlace, type ZipEnd } from '../../archive/zipEnd';

/** Tells of a point where two readers would disagree; the first one of a kind is named, all are counted. */
export type Tell = (code: string, record: string | null, ...args: readonly (string | number)[]) => void;

const ones16 = 0xffff;
const ones32 = 0xffffffff;

/** What the end records leave open. */
export function compareEnds(end: ZipEnd, tell: Tell): void {
  const { claim, torch64, python64, commentLength, trailingBytes, otherEndRecords } = end;
  if (otherEndRecords.length > 0) tell('severalEndRecords', null, otherEndRecords.length + 1);
  if (trailingBytes > 0) tell('dataAfterZip', null, trailingBytes);
  if (trailingBytes < 0) tell('commentCut', null, commentLength, commentLength + trailingBytes);
  if (torch64?.at !== python64?.at) tell('zip64Place', null);
  const wide = torch64 ?? python64;
  if (wide === null) return;
  const differs =
    (claim.count !== ones16 && claim.count !== wide.count) ||
    (claim.size !== ones32 && claim.size !== wide.size) ||
    (claim.offset !== ones32 && claim.offset !== wide.offset);
  if (differs) tell('zip64Differs', null);
}

/** Whether both readers take the directory from the same place. */
export function haveSameDirectory(end: ZipEnd): boolean {
  const torch = directoryPlace(end, 'torch');
  const python = directoryPlace(end, 'python');
  return (
    torch.offset === python.offset + python.prependedBytes &&
    torch.size === python.size &&
    python.prependedBytes === 0
  );
}

/** Names that one reader takes for those of other records. */
export function compareNames(directory: ZipDirectory, folder: string, tell: Tell): void {
  if (directory.repeated.length > 0) {
    const exact = new Set<string>();
    const repeated = new Set(directory.repeated);
    for (let i = 0; i < directory.count; i++) {
      const name = directory.nameAt(i);
      if (repeated.has(i)) tell(exact.has(name) ? 'duplicateNames' : 'caseVariants', name);
      exact.add(name);
    }
  }
  const pickle = `${folder}data.pkl`.toLowerCase();
  const others = new Set<string>();
  let isTorch = false;
  for (let i = 0; i < directory.count; i++) {
    const name = directory.nameAt(i);
    if (!/^([^/]*\/)?data\.pkl$/i.test(name)) continue;
    if (name.toLowerCase() === pickle) isTorch = true;
    else others.add(name);
  }
  if (isTorch || others.size > 1) for (const name of others) tell('severalPickles', name);
}

/** What the directory says of one record that two readers take differently. */
export function lookAtRecord(record: ZipRecord, extra: Uint8Array, tell: Tell): void {
  const { name, method, size, compressedSize } = record;
  if (/[\0\\]/.test(name)) tell('nameCharacters', name);
  if (name.endsWith('/') && size > 0) tell('folderWithData', name);
  if (method === 0 && size !== compressedSize) tell('storedSize', name, size, compressedSize);
  const other = unicodePath(extra);
  if (other !== null && other !== name) tell('unicodePath', name, other);
}

/** Extra field 0x7075 (APPNOTE.TXT 4.6.9): another name, which some readers prefer. */
function unicodePath(extra: Uint8Array): string | null {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let at = 0; at + 4 <= extra.length;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (next > extra.length) return null;
    if (view.getUint16(at, true) === 0x7075 && next >= at + 9) {
      return String.fromCharCode(...extra.subarray(at + 9, next));
    }
    at = next;
  }
  return null;
}

/** Encrypted, strongly encrypted, encrypted directory. */
export const encryptionFlags = 0x2041;
const utf8Flag = 0x0800;

/** A record's two headers; readers that go from record to record know only the local one. */
export function compareHeaders(record: ZipRecord, local: LocalHeader, tell: Tell): void {
  const { name } = record;
  if (local.name !== name) tell('localName', name, local.name);
  if (local.method !== record.method) tell('localMethod', name, local.method, record.method);
  const differing = (local.flags ^ record.flags) & (encryptionFlags | (isAscii(name) ? 0 : utf8Flag));
  if (differing !== 0) tell('localFlags', name);
  // Where a descriptor follows the data, the header may leave open what it says.
  const isOpen = (local.flags & dataDescriptorFlag) !== 0;
  const same = (value: number, other: number): boolean =>
    value === other || (isOpen && (value === 0 || value === ones32));
  if (!same(local.size, record.size) || !same(local.compressedSize, record.compressedSize)) {
    tell('localSize', name, local.compressedSize, record.compressedSize);
  }
  if (!same(local.crc32, record.crc32)) tell('localChecksum', name);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** A record's place in the file, its local header included. */
export interface Extent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly hasDescriptor: boolean;
}

/** Bytes between records that belong to none. */
export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** A descriptor has a signature or not, and sizes of 4 or 8 bytes (4.3.9). */
const descriptorSizes: readonly number[] = [0, 12, 16, 20, 24];

/** Bytes that records share, and those that belong to none, up to `end` of the last one's place. */
export function compareExtents(extents: readonly Extent[], end: number, tell: Tell): readonly Gap[] {
  const sorted = extents.slice().sort((a, b) => a.start - b.start);
  const gaps: Gap[] = [];
  let last: Extent | null = null;
  let reached = sorted[0]?.start ?? end;
  const between = (next: number): void => {
    const size = next - reached;
    if (size <= 0 || (last?.hasDescriptor === true && descriptorSizes.includes(size))) return;
    gaps.push({ start: reached, end: next });
  };
  for (const extent of sorted) {
    if (last !== null && extent.start < reached) tell('sharedBytes', extent.name, last.name);
    between(extent.start);
    if (extent.end >= reached) [last, reached] = [extent, extent.end];
  }
  between(end);
  for (const gap of gaps) tell('dataBetween', null, gap.end - gap.start, gap.start);
  return gaps;
}
