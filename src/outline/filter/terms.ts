import type { Message } from '../../protocol/messages';
import { dtypeNames } from '../../stateDict/dtypes';
import { outlineLimits } from '../limits';
import { isGlob, matchesGlob } from './glob';
import { regexDanger } from './regexGuard';
import type { Token } from './tokens';
import { tokenize } from './tokens';

/** One condition of a filter; all of them must hold. Texts to compare with are in lower case. */
export type Term =
  | { readonly type: 'text'; readonly lower: string }
  | { readonly type: 'glob'; readonly pattern: string }
  | { readonly type: 'regex'; readonly regex: RegExp }
  | { readonly type: 'dtype'; readonly names: ReadonlySet<string> }
  | { readonly type: 'shape'; readonly sizes: readonly SizePattern[] }
  | {
      readonly type: 'size';
      readonly of: 'elements' | 'bytes';
      readonly compare: Comparison;
      readonly value: number;
    }
  | { readonly type: 'class'; readonly pattern: string };

/** One dimension: its size, any one, or any number of any. */
export type SizePattern = number | 'any' | 'rest';
export type Comparison = '<' | '<=' | '>' | '>=' | '=';

export type ParsedFilter =
  | { readonly terms: readonly Term[]; readonly error: null }
  | { readonly terms: null; readonly error: Message };

/**
 * Reads a filter. Terms are separated by spaces and must all hold:
 * `conv1` and `"two words"` (part of the path), `*.weight` (the whole key), `/bn\d/` (`/…/i` ignores case),
 * `dtype:fp16`, `shape:[64,*,3,3]`, `shape:[…,3,3]`, `>1M`, `<=10K` (elements), `bytes:>1M` (K, M, G of 1,024),
 * `type:Conv2d`.
 */
export function parseFilter(filter: string): ParsedFilter {
  if (filter.length > outlineLimits.filterLength) {
    return fail('filter.tooLong', filter.length, outlineLimits.filterLength);
  }
  const split = tokenize(filter);
  if ('unclosed' in split) {
    const codes = {
      quote: 'filter.unclosedQuote',
      regex: 'filter.unclosedRegex',
      bracket: 'filter.unclosedShape',
    };
    return fail(codes[split.unclosed], split.text);
  }
  if (split.tokens.length > outlineLimits.filterTerms) {
    return fail('filter.tooManyTerms', split.tokens.length, outlineLimits.filterTerms);
  }
  const terms: Term[] = [];
  for (const token of split.tokens) {
    const term = parseTerm(token);
    if (term === null) continue;
    if ('code' in term) return { terms: null, error: term };
    terms.push(term);
  }
  return { terms, error: null };
}

/** Null for a term that is not finished yet (`dtype:`), which holds for everything. */
function parseTerm(token: Token): Term | Message | null {
  if (token.kind === 'quoted') return { type: 'text', lower: token.text.toLowerCase() };
  if (token.kind === 'regex') return parseRegex(token.text, token.flags);
  const word = token.text;
  const colon = /^(dtype|shape|type|bytes|elements):(.*)$/is.exec(word);
  if (colon !== null) {
    const value = colon[2] ?? '';
    if (value === '') return null;
    switch (colon[1]?.toLowerCase()) {
      case 'dtype':
        return parseDtype(value);
      case 'shape':
        return parseShape(value);
      case 'type':
        return { type: 'class', pattern: value.toLowerCase() };
      case 'bytes':
        return parseSize('bytes', value, word);
      default:
        return parseSize('elements', value, word);
    }
  }
  if (/^[<>=]/.test(word)) return parseSize('elements', word, word);
  if (isGlob(word)) return { type: 'glob', pattern: word.toLowerCase() };
  return { type: 'text', lower: word.toLowerCase() };
}

function parseRegex(pattern: string, flags: string): Term | Message {
  if (!/^i?$/.test(flags)) return message('filter.regexFlags', flags);
  const danger = regexDanger(pattern);
  if (danger !== null) return message('filter.regexTooSlow', pattern);
  try {
    return { type: 'regex', regex: new RegExp(pattern, `u${flags}`) };
  } catch {
    // Without `u` more patterns are allowed (`\_`), as people type them elsewhere.
  }
  try {
    return { type: 'regex', regex: new RegExp(pattern, flags) };
  } catch {
    return message('filter.regexInvalid', pattern);
  }
}

const dtypeAliases = new Map<string, string>([
  ['fp64', 'float64'],
  ['f64', 'float64'],
  ['double', 'float64'],
  ['fp32', 'float32'],
  ['f32', 'float32'],
  ['float', 'float32'],
  ['fp16', 'float16'],
  ['f16', 'float16'],
  ['half', 'float16'],
  ['bf16', 'bfloat16'],
  ['i64', 'int64'],
  ['long', 'int64'],
  ['i32', 'int32'],
  ['int', 'int32'],
  ['i16', 'int16'],
  ['short', 'int16'],
  ['i8', 'int8'],
  ['char', 'int8'],
  ['u8', 'uint8'],
  ['byte', 'uint8'],
  ['u16', 'uint16'],
  ['u32', 'uint32'],
  ['u64', 'uint64'],
  ['cfloat', 'complex64'],
  ['cdouble', 'complex128'],
  ['chalf', 'complex32'],
]);

/** A dtype's name or alias, a glob (`float8*`), or the start of names while it is typed; `fp8` is any float8. */
function parseDtype(value: string): Term | Message {
  const name = value.toLowerCase().replace(/^torch\./, '');
  const exact = dtypeAliases.get(name) ?? name;
  const names = [...dtypeNames()];
  if (names.includes(exact)) return { type: 'dtype', names: new Set([exact]) };
  const start = name.replace(/^fp8/, 'float8').replace(/\*$/, '');
  if (isGlob(start)) return { type: 'dtype', names: new Set(names.filter((one) => matchesGlob(start, one))) };
  const starting = names.filter((one) => one.startsWith(start));
  const byAlias = [...dtypeAliases].filter(([alias]) => alias.startsWith(start)).map(([, target]) => target);
  if (starting.length + byAlias.length === 0) return message('filter.unknownDtype', value);
  return { type: 'dtype', names: new Set(starting.length > 0 ? starting : byAlias) };
}

function parseShape(value: string): Term | Message {
  const inner = /^\[(.*)\]$/s.exec(value)?.[1] ?? value;
  const sizes: SizePattern[] = [];
  const parts = inner.trim() === '' ? [] : inner.split(/[,×x]/i).map((part) => part.trim());
  // `[64,]` as Python writes a tuple of one.
  if (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
  for (const part of parts) {
    if (part === '*' || part === '?' || part === '_') sizes.push('any');
    else if (part === '…' || part === '...') sizes.push('rest');
    else if (/^\d{1,15}$/.test(part)) sizes.push(Number(part));
    else return message('filter.shape', value);
  }
  if (sizes.filter((size) => size === 'rest').length > 1) return message('filter.shape', value);
  return { type: 'shape', sizes };
}

const decimal = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
  ['b', 1e9],
  ['t', 1e12],
]);
const binary = new Map([
  ['', 1],
  ['b', 1],
  ...['k', 'm', 'g', 't'].flatMap((unit, index): [string, number][] => [
    [unit, 1024 ** (index + 1)],
    [`${unit}ib`, 1024 ** (index + 1)],
    [`${unit}b`, 1000 ** (index + 1)],
  ]),
]);

/** `>1M`, `<=10K`, `=64`, `1.5M`; no sign means equal. Null while only the sign is typed. */
function parseSize(of: 'elements' | 'bytes', text: string, word: string): Term | Message | null {
  const match = /^(<=|>=|<|>|=|)(\d[\d,_]*(?:\.\d+)?|)([a-z]*)$/i.exec(text);
  const unit = (of === 'bytes' ? binary : decimal).get(match?.[3]?.toLowerCase() ?? '');
  if (match === null || unit === undefined) return message('filter.size', word);
  if (match[2] === '') return match[3] === '' ? null : message('filter.size', word);
  const number = Number(match[2]?.replace(/[,_]/g, ''));
  return {
    type: 'size',
    of,
    compare: (match[1] === '' ? '=' : match[1]) as Comparison,
    // Rounded: 0.1 K would otherwise be 100.00000000000001.
    value: Math.round(number * unit),
  };
}

function message(code: string, ...args: (string | number)[]): Message {
  return { code, args };
}

function fail(code: string, ...args: (string | number)[]): ParsedFilter {
  return { terms: null, error: message(code, ...args) };
}
