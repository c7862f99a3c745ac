import { outlineLimits } from '../limits';

/**
 * Why a regular expression is not run, null when it is: JavaScript's engine goes back and forth, and takes
 * time that doubles with every character for a repetition around a choice, `(a|a)*`, or around another
 * repetition, `(a+)+`. What is let through takes at most a fixed power of the length, which is limited too.
 * Simpler than exact: it refuses some harmless patterns.
 */
export function regexDanger(pattern: string): 'nested' | 'backreference' | 'repetitions' | null {
  /** Per open group: whether it holds a choice or a repetition. */
  const groups: { risky: boolean }[] = [];
  let repetitions = 0;
  let inClass = false;
  /** The atom that a quantifier would repeat was a group with a choice or repetition. */
  let riskyAtom = false;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '\\') {
      const escaped = pattern.charAt(++i);
      if (!inClass && /[1-9k]/.test(escaped)) return 'backreference';
      riskyAtom = false;
    } else if (inClass) {
      inClass = character !== ']';
      riskyAtom = false;
    } else if (character === '[') {
      inClass = true;
    } else if (character === '(') {
      groups.push({ risky: false });
      riskyAtom = false;
      // `(?:`, `(?=`, `(?<name>` …: this question mark repeats nothing.
      i += /^\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(pattern.slice(i + 1, i + 80))?.[0].length ?? 0;
    } else if (character === ')') {
      riskyAtom = groups.pop()?.risky ?? false;
      const outer = groups[groups.length - 1];
      if (outer !== undefined && riskyAtom) outer.risky = true;
    } else if (character === '|') {
      const group = groups[groups.length - 1];
      if (group !== undefined) group.risky = true;
      riskyAtom = false;
    } else {
      const quantifier = /^(?:[*+]|\{\d+(?:,\d*)?\}|\?)/.exec(pattern.slice(i, i + 24))?.[0];
      if (quantifier === undefined) {
        riskyAtom = false;
        continue;
      }
      i += quantifier.length - 1;
      if (quantifier !== '?' && riskyAtom) return 'nested';
      const group = groups[groups.length - 1];
      if (group !== undefined) group.risky = true;
      if (isUnbounded(quantifier) && ++repetitions > outlineLimits.regexRepetitions) return 'repetitions';
      // The `?` behind a quantifier makes it lazy; it repeats nothing.
      if (quantifier !== '?' && pattern.charAt(i + 1) === '?') i++;
      riskyAtom = false;
    }
  }
  return null;
}

/** `{1,1000}` is as bad as `*` on short texts. */
function isUnbounded(quantifier: string): boolean {
  if (quantifier === '?') return false;
  const upper = /\{(\d+)(,?)(\d*)\}/.exec(quantifier);
  if (upper === null) return true;
  if (upper[2] === ',' && upper[3] === '') return true;
  return Number(upper[3] === '' ? upper[1] : upper[3]) > 8;
}
