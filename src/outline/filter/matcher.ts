import type { Message } from '../../protocol/messages';
import type { Integer } from '../../stateDict/tensorSpec';
import { outlineLimits } from '../limits';
import type { ContentNode } from '../nodes';
import type { Outline } from '../outline';
import { typeOf } from '../rowTexts';
import { tensorBytes, tensorElements } from '../../stateDict/tensorSize';
import { Glob, matchesGlob } from './glob';
import type { SearchIndex } from './searchIndex';
import type { Comparison, SizePattern, Term } from './terms';

export type SearchResult =
  | {
      readonly error: null;
      /** Positions in the index that match, ascending. */ readonly matches: readonly number[];
    }
  | { readonly error: Message; readonly matches: null };

/**
 * The nodes of an index for which all terms hold. Names of tensors match anywhere in their path, so that
 * `layer1.conv` finds what is below; of other nodes the match must touch the own name, or every attribute
 * of every module below a name would be found with it.
 */
export function search(index: SearchIndex, terms: readonly Term[], outline: Outline): SearchResult {
  let found: number[] | null = null;
  for (const term of terms) {
    const check = checkOf(term, index, outline, terms);
    const candidates: readonly number[] | null = found;
    const count: number = candidates === null ? index.nodes.length : candidates.length;
    const deadline = term.type === 'regex' ? Date.now() + outlineLimits.regexMilliseconds : null;
    const kept: number[] = [];
    for (let i = 0; i < count; i++) {
      const position = candidates === null ? i : (candidates[i] ?? 0);
      const node = index.nodes[position];
      if (node !== undefined && check(node, position)) kept.push(position);
      // Looking at the clock costs more than most names.
      if (deadline !== null && i % 64 === 63 && Date.now() > deadline) {
        return {
          error: { code: 'filter.tooSlow', args: [outlineLimits.regexMilliseconds / 1000] },
          matches: null,
        };
      }
    }
    found = kept;
  }
  return { error: null, matches: found ?? index.nodes.map((_, position) => position) };
}

/** Ranges [start, end) of `text` (a path) that the terms name, sorted, not overlapping. */
export function highlightsIn(text: string, terms: readonly Term[], labelStart: number): [number, number][] {
  const ranges: [number, number][] = [];
  const lower = text.toLowerCase();
  for (const term of terms) {
    if (term.type === 'text' && term.lower !== '') {
      for (
        let at = lower.indexOf(term.lower);
        at >= 0;
        at = lower.indexOf(term.lower, at + term.lower.length)
      ) {
        ranges.push([at, at + term.lower.length]);
        if (ranges.length >= MAX_HIGHLIGHTS) break;
      }
    } else if (term.type === 'regex') {
      const match = term.regex.exec(text.slice(0, outlineLimits.regexSubject));
      if (match !== null && match[0].length > 0) ranges.push([match.index, match.index + match[0].length]);
    } else if (term.type === 'glob' && matchesGlob(term.pattern, lower)) {
      ranges.push([labelStart, text.length]);
    }
  }
  ranges.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = merged[merged.length - 1];
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** More marks in one name help nobody. */
const MAX_HIGHLIGHTS = 100;

type Check = (node: ContentNode, position: number) => boolean;

function checkOf(term: Term, index: SearchIndex, outline: Outline, all: readonly Term[]): Check {
  switch (term.type) {
    case 'text': {
      const wanted = term.lower;
      return (node, i) => {
        const lower = index.lowers[i] ?? '';
        if (!lower.includes(wanted)) return false;
        if (node.content.type === 'tensor' || wanted === '') return true;
        return lower.lastIndexOf(wanted) + wanted.length > (index.labelStarts[i] ?? 0);
      };
    }
    case 'glob': {
      const glob = new Glob(term.pattern);
      return (_, i) => {
        const lower = index.lowers[i] ?? '';
        const keyStart = index.keyStarts[i] ?? 0;
        return glob.matches(lower) || (keyStart > 0 && glob.matches(lower.slice(keyStart)));
      };
    }
    case 'regex': {
      const all = new RegExp(term.regex.source, `${term.regex.flags}g`);
      return (node, i) => {
        const text = index.texts[i] ?? '';
        const subject =
          text.length > outlineLimits.regexSubject ? text.slice(0, outlineLimits.regexSubject) : text;
        // Most names do not match at all.
        if (term.regex.test(subject)) {
          if (node.content.type === 'tensor' || reaches(all, subject, index.labelStarts[i] ?? 0)) return true;
        }
        // So that `^` is useful: the key alone, without what is above the state_dict.
        const keyStart = index.keyStarts[i] ?? 0;
        return keyStart > 0 && term.regex.test(text.slice(keyStart, keyStart + outlineLimits.regexSubject));
      };
    }
    case 'dtype':
      return (node) => node.content.type === 'tensor' && term.names.has(node.content.tensor.dtype);
    case 'shape':
      return (node) =>
        node.content.type === 'tensor' &&
        node.content.tensor.shape !== null &&
        matchesShape(term.sizes, node.content.tensor.shape);
    case 'size': {
      // Modules have sizes only when the filter asks for their type: `>1M` alone is about tensors.
      const modulesToo = all.some((other) => other.type === 'class');
      return (node) => {
        const size = sizeOf(node, term.of, modulesToo, outline);
        return size !== null && holds(size, term.compare, term.value);
      };
    }
    case 'class':
      return (node) => matchesClass(term.pattern, typeOf(node.content));
  }
}

/** Whether a match ends behind `reach`. */
function reaches(all: RegExp, text: string, reach: number): boolean {
  let tries = 0;
  for (const match of text.matchAll(all)) {
    if (reach === 0 || match.index + match[0].length > reach) return true;
    if (++tries >= MAX_HIGHLIGHTS) return false;
  }
  return false;
}

function matchesShape(pattern: readonly SizePattern[], shape: readonly Integer[]): boolean {
  const rest = pattern.indexOf('rest');
  if (rest < 0) return pattern.length === shape.length && matchesSizes(pattern, shape, 0, 0, pattern.length);
  const behind = pattern.length - rest - 1;
  if (shape.length < rest + behind) return false;
  return (
    matchesSizes(pattern, shape, 0, 0, rest) &&
    matchesSizes(pattern, shape, rest + 1, shape.length - behind, behind)
  );
}

function matchesSizes(
  pattern: readonly SizePattern[],
  shape: readonly Integer[],
  patternStart: number,
  shapeStart: number,
  count: number,
): boolean {
  for (let i = 0; i < count; i++) {
    const size = pattern[patternStart + i];
    if (size !== 'any' && size !== shape[shapeStart + i]) return false;
  }
  return true;
}

function sizeOf(
  node: ContentNode,
  of: 'elements' | 'bytes',
  modulesToo: boolean,
  outline: Outline,
): Integer | null {
  const content = node.content;
  if (content.type === 'tensor') {
    return of === 'elements' ? tensorElements(content.tensor) : tensorBytes(content.tensor);
  }
  if (!modulesToo || content.type === 'scalar') return null;
  return outline.sumOf(node)[of];
}

/** `<` and the like compare numbers and bigints with each other exactly. */
function holds(size: Integer, compare: Comparison, value: number): boolean {
  switch (compare) {
    case '<':
      return size < value;
    case '<=':
      return size <= value;
    case '>':
      return size > value;
    case '>=':
      return size >= value;
    case '=':
      // Not `===`: a bigint is never identical to a number.
      return !(size < value) && !(size > value);
  }
}

/** The class's own name, or with modules in front when the pattern has dots. */
function matchesClass(pattern: string, pythonType: string): boolean {
  const lower = pythonType.toLowerCase();
  return matchesGlob(pattern, lower) || matchesGlob(pattern, lower.slice(lower.lastIndexOf('.') + 1));
}
