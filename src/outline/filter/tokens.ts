/** One term of a filter as it was typed. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'regex';
  /** The word, the text between the quotes, or the pattern between the slashes. */
  readonly text: string;
  /** Letters behind the closing slash. */
  readonly flags: string;
}

export type Tokens =
  | { readonly tokens: readonly Token[] }
  | { readonly unclosed: 'quote' | 'regex' | 'bracket'; readonly text: string };

/** Splits at spaces, except in `"quotes"`, `/patterns/` and `[brackets]` of a shape. */
export function tokenize(filter: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const first = filter.charAt(at);
    if (/\s/.test(first)) {
      at++;
    } else if (first === '"') {
      const end = endOfQuoted(filter, at + 1, '"');
      if (end < 0) return { unclosed: 'quote', text: filter.slice(at) };
      tokens.push({ kind: 'quoted', text: filter.slice(at + 1, end).replace(/\\(["\\])/g, '$1'), flags: '' });
      at = end + 1;
    } else if (first === '/') {
      const end = endOfQuoted(filter, at + 1, '/');
      if (end < 0) return { unclosed: 'regex', text: filter.slice(at) };
      const flags = /^[a-z]*/.exec(filter.slice(end + 1))?.[0] ?? '';
      tokens.push({ kind: 'regex', text: filter.slice(at + 1, end), flags });
      at = end + 1 + flags.length;
    } else {
      const end = endOfWord(filter, at);
      if (end < 0) return { unclosed: 'bracket', text: filter.slice(at) };
      tokens.push({ kind: 'word', text: filter.slice(at, end), flags: '' });
      at = end;
    }
  }
  return { tokens };
}

/** Index of the closing mark, −1 without one; a backslash takes the next character with it. */
function endOfQuoted(text: string, start: number, mark: string): number {
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\') i++;
    else if (character === mark) return i;
  }
  return -1;
}

/** Index behind a word; spaces within the brackets of `shape:[64, *]` belong to it. */
function endOfWord(text: string, start: number): number {
  const bracketed = /^shape:\[/i.test(text.slice(start, start + 7));
  if (bracketed) {
    const close = text.indexOf(']', start);
    return close < 0 ? -1 : close + 1;
  }
  let end = start;
  while (end < text.length && !/\s/.test(text.charAt(end))) end++;
  return end;
}
