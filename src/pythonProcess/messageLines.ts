import { StringDecoder } from 'node:string_decoder';

/**
 * Parts a stream into messages (lines that begin with a token) and the rest. A line that is no message is
 * passed on in pieces, so that one without an end takes no memory.
 */
export class MessageLines {
  private readonly decoder = new StringDecoder('utf8');
  /** The pieces of a line that is a message, or may still become one. */
  private pieces: string[] = [];
  private length = 0;
  private kind: 'undecided' | 'message' | 'other' = 'undecided';

  /**
   * @param limit the longest message in characters; a longer one calls `onTooLong`
   */
  constructor(
    private readonly token: string,
    private readonly limit: number,
    private readonly on: { message(text: string): void; other(text: string): void; tooLong(): void },
  ) {}

  add(data: Buffer): void {
    const text = this.decoder.write(data);
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      this.piece(end < 0 ? text.slice(start) : text.slice(start, end));
      if (end < 0) return;
      this.endLine();
      start = end + 1;
    }
  }

  private piece(text: string): void {
    if (this.kind === 'other') {
      this.on.other(text);
      return;
    }
    this.pieces.push(text);
    this.length += text.length;
    if (this.kind === 'undecided' && this.length >= this.token.length) {
      const line = this.pieces.join('');
      this.pieces = [line];
      this.kind = line.startsWith(this.token) ? 'message' : 'other';
      if (this.kind === 'other') this.flush();
    }
    if (this.length > this.limit) {
      this.on.tooLong();
      this.pieces = [];
      this.length = 0;
    }
  }

  private endLine(): void {
    if (this.kind === 'message') this.on.message(this.pieces.join('').slice(this.token.length));
    else {
      this.flush();
      this.on.other('\n');
    }
    this.pieces = [];
    this.length = 0;
    this.kind = 'undecided';
  }

  private flush(): void {
    if (this.pieces.length > 0) this.on.other(this.pieces.join(''));
    this.pieces = [];
    this.length = 0;
  }
}
