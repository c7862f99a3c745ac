import { decimalAt } from './decimal';

/** Records named `prefix0`, `prefix1` and so on, one after the other, as torch names storages. */
interface NumberedRecords {
  /** In lower case. */
  readonly prefix: string;
  readonly first: number;
  readonly count: number;
}

/**
 * Names of a zip directory, ASCII case ignored. They are parts of one text, the whole directory's: to make and
 * to hash tens of thousands of texts byte by byte would take longer than all the rest. The engine's own hashing
 * is seeded, so no file can bring names that collide.
 */
export class NameTable {
  private readonly records = new Map<string, number>();
  private readonly numbered: NumberedRecords | null;
  /** Records whose name an earlier record has. */
  readonly duplicates: readonly number[];
  private lastFound = -1;

  /**
   * @param text the directory's bytes as characters
   * @param starts where each record's name starts in it
   * @param ends where it ends
   */
  constructor(
    private readonly text: string,
    private readonly starts: Int32Array,
    private readonly ends: Int32Array,
  ) {
    this.numbered = this.findNumbered();
    if (this.addOthers(this.numbered)) this.duplicates = [];
    else {
      this.numbered = null;
      this.addOthers(null);
      this.duplicates = Array.from(starts, (_, i) => i).filter((i) => this.records.get(this.name(i)) !== i);
    }
  }

  /** The first record named `folder + name`, −1 without one. @param name each character a byte */
  findBelow(folder: string, name: string): number {
    // Storages are mostly asked for in the order in which torch wrote them.
    const hint = this.lastFound + 1;
    if (this.isNamed(hint, folder, name)) return (this.lastFound = hint);
    const record = this.lookUp(asciiLower(folder + name));
    this.lastFound = record;
    return record;
  }

  /** @param name in lower case */
  private lookUp(name: string): number {
    const number = this.numbered === null ? -1 : numberIn(this.numbered, name);
    return number < 0 ? (this.records.get(name) ?? -1) : (this.numbered as NumberedRecords).first + number;
  }

  /** Adds all records but the numbered; false if a name came twice. */
  private addOthers(numbered: NumberedRecords | null): boolean {
    const { records } = this;
    const count = this.starts.length;
    const first = numbered?.first ?? count;
    const after = numbered === null ? count : first + numbered.count;
    let isDistinct = true;
    // Backwards, so that the first of equal names stays.
    for (let i = count - 1; i >= 0; i--) {
      if (i >= first && i < after) continue;
      const name = this.name(i);
      if (records.has(name) || (numbered !== null && numberIn(numbered, name) >= 0)) isDistinct = false;
      records.set(name, i);
    }
    return isDistinct;
  }

  private findNumbered(): NumberedRecords | null {
    const { starts, ends, text } = this;
    for (let i = 0; i < starts.length; i++) {
      const end = ends[i] as number;
      if (text.charCodeAt(end - 1) !== 0x30 || text.charCodeAt(end - 2) !== 0x2f) continue;
      const prefix = text.substring(starts[i] as number, end - 1);
      let count = 1;
      while (i + count < starts.length) {
        const start = starts[i + count] as number;
        const number = decimalAt(text, start + prefix.length, ends[i + count] as number);
        if (number !== count || !text.startsWith(prefix, start)) break;
        count += 1;
      }
      if (count > 1) return { prefix: asciiLower(prefix), first: i, count };
    }
    return null;
  }

  private isNamed(record: number, folder: string, name: string): boolean {
    const { starts, ends, text } = this;
    if (record >= starts.length) return false;
    const start = starts[record] as number;
    if ((ends[record] as number) - start !== folder.length + name.length) return false;
    return text.startsWith(name, start + folder.length) && text.startsWith(folder, start);
  }

  private name(record: number): string {
    return asciiLower(this.text.substring(this.starts[record] as number, this.ends[record] as number));
  }
}

/** The number of a record, −1 for names of others. @param name in lower case */
function numberIn({ prefix, count }: NumberedRecords, name: string): number {
  if (!name.startsWith(prefix)) return -1;
  const number = decimalAt(name, prefix.length, name.length);
  return number < count ? number : -1;
}

const upperCase = /[A-Z]/;

export function asciiLower(text: string): string {
  return upperCase.test(text) ? text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase()) : text;
}
