import { outlineLimits } from './limits';

/**
 * Parts of a node's key: a tag that says what kind of place it is, and its name. A key is `/` and the segments
 * from the root down; it stays the same when a file is read again.
 */
export class KeySegments {
  private readonly used = new Map<string, number>();

  /** `'weight`, `#0`, `.training`, `~layer1`; slashes escaped, long names cut and told apart by a hash. */
  static of(tag: string, name: string): string {
    if (name.length > outlineLimits.keySegment) {
      return `${tag}${escapeSlash(name.slice(0, outlineLimits.keySegment))}%${name.length}-${hash(name)}`;
    }
    return tag + escapeSlash(name);
  }

  /** The same, unlike every other one that this object gave: a dict may hold the keys `(1, 2)` and `"(1, 2)"`. */
  unique(tag: string, name: string): string {
    const segment = KeySegments.of(tag, name);
    const count = this.used.get(segment);
    if (count === undefined) {
      this.used.set(segment, 1);
      return segment;
    }
    this.used.set(segment, count + 1);
    return this.unique(`${tag}%${count}`, name);
  }
}

function escapeSlash(name: string): string {
  return name.includes('/') || name.includes('%') ? name.replaceAll('%', '%25').replaceAll('/', '%2f') : name;
}

/** FNV-1a over UTF-16 units, 32 bits: long names with equal starts and lengths rarely collide by chance. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(36);
}
