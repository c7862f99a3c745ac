/**
 * Names of a zip directory, ASCII case ignored. They are parts of one text, the whole directory's: to make and
 * to hash tens of thousands of texts byte by byte would take longer than all the rest. The engine's own hashing
 * is seeded, so no file can bring names that collide.
 */
export class NameTable {
  private readonly records = new Map<string, number>();
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
    const count = starts.length;
    // Backwards, so that the first of equal names stays.
    for (let i = count - 1; i >= 0; i--) this.records.set(this.name(i), i);
    this.duplicates =
      this.records.size === count
        ? []
        : Array.from(starts, (_, i) => i).filter((i) => this.records.get(this.name(i)) !== i);
  }

  /** The first record named `folder + name`, −1 without one. @param name each character a byte */
  findBelow(folder: string, name: string): number {
    // Storages are mostly asked for in the order in which torch wrote them.
    const hint = this.lastFound + 1;
    if (this.isNamed(hint, folder, name)) return (this.lastFound = hint);
    const record = this.records.get(asciiLower(folder + name)) ?? -1;
    this.lastFound = record;
    return record;
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

const upperCase = /[A-Z]/;

export function asciiLower(text: string): string {
  return upperCase.test(text) ? text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase()) : text;
}
