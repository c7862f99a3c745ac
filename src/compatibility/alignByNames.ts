import type { StateDict } from '../stateDict/stateDict';
import type { Alignment, Belonging } from './alignment';
import { shapesLoad } from './loading';
import type { ModelDescription } from './model';

/** Every tensor where its name says. Names prove nothing: this is what is left without other evidence. */
export function alignByNames(model: ModelDescription, file: StateDict): Alignment {
  const belongs = new Map<string, Belonging>();
  for (const entry of model.entries) {
    const found = file.entries.get(entry.key);
    if (found === undefined) continue;
    const reshaped = found.tensor !== null && !shapesLoad(entry.shape, found.tensor.shape);
    belongs.set(entry.key, { key: entry.key, certainty: 'likely', alternatives: [], reshaped });
  }
  return { evidence: 'names', belongs, variants: [], packed: { splits: [], joins: [] } };
}
