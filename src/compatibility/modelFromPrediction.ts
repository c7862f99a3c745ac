import type { Prediction } from '../architecture/analysis';
import type { PredictedEntry } from '../architecture/construct';
import type { PredictedModule } from '../architecture/predictedModules';
import { normalizeInteger } from '../stateDict/tensorSpec';
import type { ModelDescription, ModelEntry, ModelModule } from './model';

/** A model as its source describes it. */
export function modelFromPrediction({
  name,
  file,
  line,
  args,
  construction,
  modules,
}: Prediction): ModelDescription {
  const { raises } = construction;
  return {
    name,
    args,
    file,
    line: line === 0 ? null : line,
    exact: construction.exact,
    entries: construction.stateDict.map(modelEntry),
    modules: modules?.map(modelModule) ?? null,
    raises:
      raises === null
        ? null
        : { code: raises.code, message: raises.message, file: raises.file, line: raises.line },
  };
}

function modelEntry({ key, shape, dtype, kind, place, tensor }: PredictedEntry): ModelEntry {
  return {
    key,
    shape: shape?.map(normalizeInteger) ?? null,
    dtype,
    kind,
    tensor,
    file: place?.file ?? null,
    line: place?.line ?? null,
  };
}

function modelModule({ place, ...module }: PredictedModule): ModelModule {
  return { ...module, file: place?.file ?? null, line: place?.line ?? null };
}
