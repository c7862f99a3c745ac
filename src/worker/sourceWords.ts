import { readFileSync, statSync } from 'node:fs';

/** Bytes of a file that is looked at. */
const MAX_SIZE = 1 << 20;
/** Files whose words are kept: as many as a workspace's list holds. */
const MAX_FILES = 2_000;

interface Known {
  readonly stamp: string;
  readonly words: ReadonlySet<string>;
}

/**
 * Which Python files mention what: words that are called, and words of imports. Files are read when they are asked
 * about, and again when they have changed.
 */
export class SourceWords {
  private readonly known = new Map<string, Known>();

  /** The words of a file; none of what cannot be read, or is too large. */
  of(path: string): ReadonlySet<string> {
    const stamp = stampOf(path);
    if (stamp === null) return new Set();
    const known = this.known.get(path);
    if (known?.stamp === stamp) return known.words;
    const words = wordsIn(path);
    this.known.delete(path);
    this.known.set(path, { stamp, words });
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_FILES && oldest !== undefined) this.known.delete(oldest);
    return words;
  }
}

function wordsIn(path: string): ReadonlySet<string> {
  try {
    const text = readFileSync(path, 'utf8');
    const words = new Set<string>();
    for (const [, word = ''] of text.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)) words.add(word);
    for (const [line] of text.matchAll(/^[ \t]*(?:from|import)\b(?:[^\n(]*\([^)]*\)|[^\n]*)/gm)) {
      for (const word of line.match(/[A-Za-z_]\w*/g) ?? []) words.add(word);
    }
    return words;
  } catch {
    // What cannot be read mentions nothing.
    return new Set();
  }
}

function stampOf(path: string): string | null {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= MAX_SIZE ? `${stats.mtimeMs}:${stats.size}` : null;
  } catch {
    return null;
  }
}
