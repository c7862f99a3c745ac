/**
 * Whether the whole of `text` matches `pattern`, in which `*` stands for any characters (dots too) and `?` for
 * one. Takes at most pattern × text steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let starText = 0;
  while (t < text.length) {
    const unit = pattern.charCodeAt(p);
    if (unit === asterisk) {
      star = p++;
      starText = t;
    } else if (p < pattern.length && (unit === questionMark || unit === text.charCodeAt(t))) {
      p++;
      t++;
    } else if (star >= 0) {
      // Let the last star take one more.
      p = star + 1;
      t = ++starText;
    } else return false;
  }
  while (pattern.charCodeAt(p) === asterisk) p++;
  return p === pattern.length;
}

/** A pattern that many names are held against: what it starts and ends with is looked at first. */
export class Glob {
  private readonly start: string;
  private readonly end: string;
  /** The pieces between stars, in order; null for a pattern with question marks. */
  private readonly pieces: readonly string[] | null;

  constructor(private readonly pattern: string) {
    const parts = pattern.split('*');
    const literal = !pattern.includes('?');
    this.start = literal ? (parts[0] ?? '') : (/^[^*?]*/.exec(pattern)?.[0] ?? '');
    this.end = literal ? (parts[parts.length - 1] ?? '') : (/[^*?]*$/.exec(pattern)?.[0] ?? '');
    this.pieces = literal && parts.length > 1 ? parts.slice(1, -1).filter((piece) => piece !== '') : null;
  }

  /** As `matchesGlob`. */
  matches(text: string): boolean {
    if (!text.startsWith(this.start) || !text.endsWith(this.end)) return false;
    if (this.pieces === null) return matchesGlob(this.pattern, text);
    const last = text.length - this.end.length;
    let at = this.start.length;
    for (const piece of this.pieces) {
      // The first place is as good as any later one: it leaves the most for the rest.
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= last;
  }
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

const asterisk = 0x2a;
const questionMark = 0x3f;
