import type { CandidateStateDict } from '../stateDict/candidate';
import type { Alignment } from './alignment';
import { alignByNames } from './alignByNames';
import { alignStateDicts } from './align/alignStateDicts';
import { unitsOfModel, unitsOfPart } from './align/units';
import { shapesLoad } from './loading';
import type { ModelDescription } from './model';
import type { CompatibilityReport } from './report';

export interface Found {
  readonly alignment: Alignment;
  readonly baseline: CompatibilityReport['baseline'];
}

/**
 * Where the file's tensors belong, by the strongest evidence there is: a base source that predicts exactly the
 * file's keys, class names in the file, `_metadata`, the order of keys and shapes. A model that is not known
 * completely is compared by names only.
 */
export function findAlignment(
  model: ModelDescription,
  part: CandidateStateDict,
  base: ModelDescription | null,
): Found {
  const equals = base !== null && base.exact && predicts(base, part);
  const baseline = base === null ? null : { name: base.name, file: base.file, line: base.line, equals };
  return { alignment: align(model, part, equals ? base : null), baseline };
}

function align(model: ModelDescription, part: CandidateStateDict, base: ModelDescription | null): Alignment {
  if (!model.exact) return alignByNames(model, part.stateDict);
  if (base !== null) {
    // The base's keys are the file's.
    return alignStateDicts(unitsOfModel(base, true), unitsOfModel(model, true), 'baseline', true);
  }
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

/** Whether a model has exactly the keys and shapes of a part of a file. */
function predicts(model: ModelDescription, { stateDict }: CandidateStateDict): boolean {
  const keys = new Set<string>();
  for (const { key, shape, kind } of model.entries) {
    keys.add(key);
    const entry = stateDict.entries.get(key);
    if (entry === undefined) {
      if (isOptional(key)) continue;
      return false;
    }
    if (kind !== 'extraState' && !shapesLoad(shape, entry.tensor?.shape ?? null)) return false;
  }
  return [...stateDict.entries.keys()].every((key) => keys.has(key));
}
