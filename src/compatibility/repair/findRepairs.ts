import type { CandidateStateDict } from '../../stateDict/candidate';
import type { Integer } from '../../stateDict/tensorSpec';
import type { Alignment } from '../alignment';
import { jsonInteger, totalElements } from '../integers';
import type { Loading } from '../loading';
import type { ModelDescription } from '../model';
import type { Certainty, Repair, RepairKind } from '../report';
import type { PackedProjections } from '../align/packedProjections';
import { changesOf, type Mapping, mappingOf } from './mapping';
import { packedRules, repackedKeys, withRepacked } from './repacking';
import { pythonCode } from './pythonCode';
import { type PrefixRule, prefixRules, shownRules } from './rules';

/**
 * What makes the file load into the layers that its tensors belong to: one complete mapping, with its rivals
 * where alignments that are equally good disagree. Empty where nothing has to change.
 */
export function findRepairs(
  file: string,
  model: ModelDescription,
  part: CandidateStateDict,
  loading: Loading,
  alignment: Alignment,
): Repair[] {
  if (!model.exact) return [];
  const { packed } = alignment;
  const variants = alignment.variants.length === 0 ? [new Map<string, null>()] : alignment.variants;
  const options = distinct(
    variants.map((variant) =>
      optionOf(part, packed, mappingOf(model, part.stateDict, loading, alignment, variant)),
    ),
  );
  // What changes least comes first: it keeps what may well be right.
  options.sort((a, b) => Object.keys(a.changes).length - Object.keys(b.changes).length);
  const [best, ...rivals] = options;
  if (best === undefined) return [];
  const repacked = repackedKeys(packed);
  const changed = Object.keys(best.changes).length + repacked.size;
  const actual = changed > 0;
  if (!actual && rivals.length === 0) return [];
  const recovered = [...best.mapping].filter(([from, to]) => to !== null && loading.loads.get(to) !== from);
  const kind = kindOf(best.rules, repacked.size > 0);
  const targets = packed.splits.reduce((sum, { to }) => sum + to.length, packed.joins.length);
  const shape = (key: string): readonly Integer[] | null =>
    part.stateDict.entries.get(key)?.tensor?.shape ?? null;
  return [
    {
      kind,
      code: pythonCode(file, part, best, packed),
      message: { code: `check.repair.${kind}`, args: [changed] },
      rules: [...shownRules(best.rules), ...packedRules(packed)],
      mapping: withRepacked(best.changes, repacked),
      ...packed,
      recovers: {
        keys: recovered.length + repacked.size,
        elements: jsonInteger(
          totalElements([...recovered.map(([from]) => from), ...repacked].map((key) => shape(key))),
        ),
      },
      loads: [...best.mapping.values()].filter((to) => to !== null).length + targets,
      proof: null,
      certainty: rivals.length > 0 ? 'ambiguous' : certaintyOf(best.changes, alignment),
      alternatives: rivals.map(({ changes, rules }) => ({
        mapping: withRepacked(changes, repacked),
        rules: [...shownRules(rules), ...packedRules(packed)],
      })),
    },
  ];
}

interface Option {
  readonly mapping: Mapping;
  readonly changes: Readonly<Record<string, string | null>>;
  readonly rules: readonly PrefixRule[];
}

function optionOf(part: CandidateStateDict, packed: PackedProjections, mapping: Mapping): Option {
  const changes = changesOf(mapping, part.stateDict, repackedKeys(packed));
  return { mapping, changes, rules: prefixRules(changes, part.stateDict.entries.keys()) };
}

/** Alignments may differ in layers without tensors alone, which no mapping shows. */
function distinct(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [JSON.stringify(option.changes), option])).values()];
}

function certaintyOf(changes: Option['changes'], alignment: Alignment): Certainty {
  const repacks = alignment.packed.splits.length + alignment.packed.joins.length > 0;
  // That three layers in one are in this order is what everyone does, and no proof.
  if (repacks) return 'likely';
  const certain = Object.keys(changes).every(
    (key) => (alignment.belongs.get(key)?.certainty ?? 'certain') === 'certain',
  );
  return certain && alignment.belongs.size > 0 ? 'certain' : 'likely';
}

function kindOf(rules: readonly PrefixRule[], repacks: boolean): RepairKind {
  const moved = rules.filter(({ to }) => to !== null);
  if (moved.length === 0) return repacks ? 'repack' : 'drop';
  const [only] = moved;
  if (moved.length === 1 && only !== undefined && (only.from === '' || only.to === '')) return 'prefix';
  return moved.every(({ from, to }) => differsInNumbers(from, to ?? '')) ? 'renumber' : 'rename';
}

function differsInNumbers(from: string, to: string): boolean {
  return from !== to && from.replace(/(^|\.)\d+(?=\.|$)/g, '$1#') === to.replace(/(^|\.)\d+(?=\.|$)/g, '$1#');
}
