import { formatInteger } from './numbers';

/**
 * Strings of a file as a person may safely see them: control, bidi, invisible and invalid characters become
 * visible escapes in Python's notation, so that no key can hide, reorder or end a line. The rest is untouched.
 */

/** A text cut for show. */
export interface VisibleText {
  readonly text: string;
  /** Length of the whole text in UTF-16 units when it was cut, null when it is complete. */
  readonly fullLength: number | null;
}

/**
 * A Python `repr` (whose escapes stand for themselves), cut like `visibleText`. What `repr` left readable but
 * misleads here is escaped too.
 */
export function visibleRepr(repr: string, limit: number): VisibleText {
  return shorten(repr, limit, (text) =>
    misleadingRepr.test(text) ? text.replace(misleadingReprAll, escapeOf) : text,
  );
}

/**
 * `text` with escapes, cut after about `limit` UTF-16 units of the original; a cut one ends with `…` and the
 * full length, `aaaa… (1,000,000)`.
 */
export function visibleText(text: string, limit: number): VisibleText {
  return shorten(text, limit, escapeInvisible);
}

/**
 * `text` as it is where nothing in it misleads, else with escapes: a backslash alone does nothing to who pastes it,
 * but a line end, an escape code or a change of direction does.
 */
export function pastable(text: string): string {
  return misleadingRepr.test(text) ? escapeInvisible(text) : text;
}

/** `text` with every misleading character as an escape: `\n`, `\x1b`, `\u202e`, `\U000e0041`, `\ud800`. */
export function escapeInvisible(text: string): string {
  return misleading.test(text) ? text.replace(misleadingAll, escapeOf) : text;
}

/**
 * Where offset `offset` of `text` is in `escapeInvisible(text)`, for highlights.
 * An offset inside a surrogate pair counts as before the pair.
 */
export function escapedOffset(text: string, offset: number): number {
  return escapeInvisible(text.slice(0, cutAt(text, offset))).length;
}

function shorten(text: string, limit: number, escape: (text: string) => string): VisibleText {
  if (text.length <= limit) return { text: escape(text), fullLength: null };
  const start = escape(text.slice(0, cutAt(text, limit)));
  return { text: `${start}… (${formatInteger(text.length)})`, fullLength: text.length };
}

/** `offset`, or one less where it would split a surrogate pair. */
function cutAt(text: string, offset: number): number {
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  const splits = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
  return splits ? offset - 1 : offset;
}

/*
 * Cc controls and DEL, the backslash (so that escapes are unambiguous), soft hyphen, Arabic letter mark,
 * Hangul and Mongolian fillers, zero-width and bidi marks, line and paragraph separators, interlinear
 * annotations, variation selectors' supplement and tags, byte order mark, noncharacters, private use,
 * lone surrogates (a regular expression with the `u` flag sees only those as U+D800–DFFF), every space
 * that is no U+0020.
 */
const misleadingClass =
  '[\\0-\\x1f\\x7f-\\xa0\\\\\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f' +
  '\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ud800-\\udfff\\ue000-\\uf8ff\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uffa0' +
  '\\ufff0-\\uffff\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}]';
const misleading = new RegExp(misleadingClass, 'u');
const misleadingAll = new RegExp(misleadingClass, 'gu');
const reprClass = misleadingClass.replace('\\\\', '');
const misleadingRepr = new RegExp(reprClass, 'u');
const misleadingReprAll = new RegExp(reprClass, 'gu');

const named = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escapeOf(character: string): string {
  const short = named.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
