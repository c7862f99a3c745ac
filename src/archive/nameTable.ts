/** Offset from a central header's start to its name, and from there back to the name's length. */
const nameOffset = 46;
const lengthOffset = 28;

/**
 * Names of a zip directory by their bytes, ASCII case ignored: a hash table of record numbers. No text is made
 * of a name that nobody asks for; tens of thousands of them would take longer than all the rest.
 */
export class NameTable {
  /** Records whose name an earlier record has. */
  readonly duplicates: number[] = [];
  private readonly slots: Int32Array;
  private readonly mask: number;
  private lastFound = -1;
  private lastFolder = '';
  private lastHash = 0x811c9dc5;

  /** @param starts where each record's central header starts in `bytes`; filled while names are added */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly starts: Int32Array,
  ) {
    let size = 16;
    while (size < starts.length * 2) size *= 2;
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
  }

  add(record: number, start: number, length: number): void {
    const { bytes, slots, mask } = this;
    let hash = 0x811c9dc5;
    for (let i = start; i < start + length; i++)
      hash = Math.imul(hash ^ lower(bytes[i] as number), 0x01000193);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const other = slots[slot] as number;
      if (other < 0) {
        slots[slot] = record;
        return;
      }
      if (this.sameBytes(other, start, length)) {
        this.duplicates.push(record);
        return;
      }
    }
  }

  /** The first record named `folder + name`, −1 without one; that text is not made. @param name each character a byte */
  findBelow(folder: string, name: string): number {
    // Storages are mostly asked for in the order in which torch wrote them.
    const hint = this.lastFound + 1;
    if (hint < this.starts.length && this.isNamed(hint, folder, name)) {
      this.lastFound = hint;
      return hint;
    }
    const { slots, mask } = this;
    let hash = this.hashOf(folder);
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ lower(name.charCodeAt(i)), 0x01000193);
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const record = slots[slot] as number;
      if (record < 0) return -1;
      if (this.isNamed(record, folder, name)) {
        this.lastFound = record;
        return record;
      }
    }
  }

  private sameBytes(record: number, start: number, length: number): boolean {
    const { bytes } = this;
    const header = this.starts[record] as number;
    if (this.lengthAt(header) !== length) return false;
    for (let i = 0; i < length; i++) {
      if (lower(bytes[header + nameOffset + i] as number) !== lower(bytes[start + i] as number)) return false;
    }
    return true;
  }

  /** Of the folder that was asked for last: storages are looked up by the thousand. */
  private hashOf(folder: string): number {
    if (folder !== this.lastFolder) {
      let hash = 0x811c9dc5;
      for (let i = 0; i < folder.length; i++)
        hash = Math.imul(hash ^ lower(folder.charCodeAt(i)), 0x01000193);
      this.lastFolder = folder;
      this.lastHash = hash;
    }
    return this.lastHash;
  }

  private isNamed(record: number, folder: string, name: string): boolean {
    const { bytes } = this;
    const header = this.starts[record] as number;
    if (this.lengthAt(header) !== folder.length + name.length) return false;
    // The end differs between the records of a folder.
    const own = header + nameOffset + folder.length;
    for (let i = 0; i < name.length; i++) {
      if (lower(bytes[own + i] as number) !== lower(name.charCodeAt(i))) return false;
    }
    for (let i = 0; i < folder.length; i++) {
      if (lower(bytes[header + nameOffset + i] as number) !== lower(folder.charCodeAt(i))) return false;
    }
    return true;
  }

  private lengthAt(header: number): number {
    const at = header + lengthOffset;
    return (this.bytes[at] as number) | ((this.bytes[at + 1] as number) << 8);
  }
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 32 : code;
}
