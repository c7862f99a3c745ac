/** The beginning and the end of a text that may never end. */
export class BoundedText {
  private head = '';
  private tail = '';
  private left = 0;

  /** `size`: characters kept of the beginning, and again of the end. */
  constructor(private readonly size: number) {}

  add(text: string): void {
    const room = this.size - this.head.length;
    if (room > 0) this.head += text.slice(0, room);
    if (text.length <= room) return;
    const rest = this.tail + text.slice(Math.max(0, room));
    // Shortened when it is twice as long as needed: to copy the end for each piece would be quadratic.
    if (rest.length > 2 * this.size) {
      this.left += rest.length - this.size;
      this.tail = rest.slice(-this.size);
    } else this.tail = rest;
  }

  /** The beginning alone. */
  get start(): string {
    return this.head;
  }

  /** Both ends, with a line between them that says how much is left out. */
  toString(): string {
    if (this.left === 0) return this.head + this.tail;
    return `${this.head}\n[… ${this.left} …]\n${this.tail}`;
  }
}
