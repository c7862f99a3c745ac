import type { CandidateStateDict } from '../stateDict/candidate';
import type { Alignment } from './alignment';
import { alignByNames } from './alignByNames';
import { alignStateDicts } from './align/alignStateDicts';
import { type Unit, unitsOfModel, unitsOfPart } from './align/units';
import { shapesLoad } from './loading';
import type { ModelDescription } from './model';
import type { CompatibilityReport } from './report';

export interface Found {
  readonly alignment: Alignment;
  readonly baseline: CompatibilityReport['baseline'];
}

/**
 * Where the file's tensors belong, by the strongest evidence there is: a base source that predicts exactly the
 * file's keys but for a prefix, class names in the file, `_metadata`, the order of keys and shapes. A model that
 * is not known completely is compared by names only.
 */
export function findAlignment(
  model: ModelDescription,
  part: CandidateStateDict,
  base: ModelDescription | null,
): Found {
  const prefix = base !== null && base.exact ? prefixOf(base, part) : null;
  const equals = prefix !== null;
  const baseline = base === null ? null : { name: base.name, file: base.file, line: base.line, equals };
  const units = base === null || prefix === null ? null : withPrefix(unitsOfModel(base, true), prefix);
  return { alignment: align(model, part, units), baseline };
}

/** `base`: the units of a base source whose keys are the file's. */
function align(model: ModelDescription, part: CandidateStateDict, base: readonly Unit[] | null): Alignment {
  if (!model.exact) return alignByNames(model, part.stateDict);
  if (base !== null) return alignStateDicts(base, unitsOfModel(model, true), 'baseline', true);
  const file = unitsOfPart(part);
  const units = unitsOfModel(model, part.ordered);
  if (part.classes !== null) return alignStateDicts(file, units, 'classNames', true);
  // Without more than keys, keys that are all the same say that nothing moved.
  if (predicts(model, part)) return alignByNames(model, part.stateDict);
  const evidence = part.stateDict.metadata === null ? 'alignment' : 'metadata';
  return alignStateDicts(file, units, evidence, false);
}

/** Buffers that old files lack and torch makes up. */
function isOptional(key: string): boolean {
  return key.endsWith('num_batches_tracked');
}

/**
 * What stands before every key of a file whose keys are otherwise a model's: `module.` of DataParallel, the
 * attribute of whatever the model was trained in; mostly nothing. Null where the keys are others.
 */
function prefixOf(model: ModelDescription, part: CandidateStateDict): string | null {
  const first = model.entries.find(({ key }) => !isOptional(key));
  if (first === undefined) return predicts(model, part) ? '' : null;
  for (const key of part.stateDict.entries.keys()) {
    if (key !== first.key && !key.endsWith(`.${first.key}`)) continue;
    const prefix = key.slice(0, key.length - first.key.length);
    if (predicts(model, part, prefix)) return prefix;
  }
  return null;
}

/** Units of a model under the file's keys. Their paths stay the model's: a prefix says nothing of a layer. */
function withPrefix(units: readonly Unit[], prefix: string): readonly Unit[] {
  if (prefix === '') return units;
  return units.map((unit) => ({
    ...unit,
    tensors: unit.tensors.map((tensor) => ({ ...tensor, key: prefix + tensor.key })),
  }));
}

/** Whether a model, with a prefix before its keys, has exactly the keys and shapes of a part of a file. */
function predicts(model: ModelDescription, { stateDict }: CandidateStateDict, prefix = ''): boolean {
  const keys = new Set<string>();
  for (const entry of model.entries) {
    const { shape, kind } = entry;
    const key = prefix + entry.key;
    keys.add(key);
    const found = stateDict.entries.get(key);
    if (found === undefined) {
      if (isOptional(key)) continue;
      return false;
    }
    if (kind !== 'extraState' && !shapesLoad(shape, found.tensor?.shape ?? null)) return false;
  }
  return [...stateDict.entries.keys()].every((key) => keys.has(key));
}
