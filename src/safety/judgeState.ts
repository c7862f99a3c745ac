import { isTuple, PyDict, type Value } from '../pickle/values';
import type { Judgement } from './judgeCall';
import { dangerNote } from './vocabulary/classify';

/**
 * Judges the state that BUILD hands to a `__setstate__` which runs a part of it; null for every other state.
 * It depends on the key and not on the class: classes of projects inherit from those of libraries.
 */
export function judgeState(state: Value | undefined): Judgement | null {
  const [first] = isTuple(state) ? state : [state];
  if (!(first instanceof PyDict)) return null;
  const source = first.get(argumentParsers);
  if (source === undefined) return null;
  if (typeof source === 'string' && ownArgumentParsers.test(source)) return null;
  return { tier: 'dangerous', reason: dangerNote('runsCode'), named: null };
}

/**
 * scipy 1.17.1, `scipy.stats._distn_infrastructure.rv_generic.__setstate__`: the methods that take a
 * distribution's arguments are kept as source text, which `exec` runs.
 */
const argumentParsers = '_parse_arg_template';

/** What scipy makes of the names of a distribution's shapes: three functions that hand on their arguments. */
const ownArgumentParsers = (() => {
  const shapes = '(?:[A-Za-z_]\\w*, )*';
  const location = 'loc=0(?:, scale=1)?';
  const given = 'loc(?:, scale)?|loc, 1';
  const head = (name: string, more: string): string =>
    `def ${name}\\(self, ${shapes} ?${location}${more}\\):\\n`;
  return new RegExp(
    `^\\s*${head('_parse_args', '')} {4}return \\(${shapes}\\), (?:${given})\\s+` +
      `${head('_parse_args_rvs', ', size=None')} {4}return self\\._argcheck_rvs\\(${shapes} ?(?:${given}), size=size\\)\\s+` +
      `${head('_parse_args_stats', ", moments='mv'")} {4}return \\(${shapes}\\), (?:${given}), moments\\s*$`,
  );
})();
