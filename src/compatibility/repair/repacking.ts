import type { PackedProjections } from '../align/packedProjections';
import type { ShownRule } from './rules';

/** The keys of the file that are split or put together. */
export function repackedKeys({ splits, joins }: PackedProjections): Set<string> {
  return new Set([...splits.map(({ from }) => from), ...joins.flatMap(({ from }) => from)]);
}

/** A mapping that leaves these keys out, for whoever knows only mappings. */
export function withRepacked(
  changes: Readonly<Record<string, string | null>>,
  repacked: ReadonlySet<string>,
): Record<string, string | null> {
  const mapping = { ...changes };
  for (const key of repacked) Object.defineProperty(mapping, key, { value: null, enumerable: true });
  return mapping;
}

/** What a person reads: `attn.in_proj_weight → attn.q_proj.weight + attn.k_proj.weight + attn.v_proj.weight`. */
export function packedRules({ splits, joins }: PackedProjections): ShownRule[] {
  return [
    ...splits.map(({ from, to }) => ({ from, to: to.map(({ key }) => key).join(' + '), keys: 1 })),
    ...joins.map(({ from, to }) => ({ from: from.join(' + '), to, keys: from.length })),
  ];
}
