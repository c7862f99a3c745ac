import type { Prediction } from '../architecture/analysis';
import type { PredictedModel } from '../outline/prediction/predictedModel';

/**
 * What the analysis found, as plain data for another thread.
 *
 * @param roots folders that imports start in
 */
export function predictedModel(
  prediction: Prediction,
  roots: readonly string[],
): Omit<PredictedModel, 'argumentsFrom'> {
  const { name, file, line, args, construction, modules, attention } = prediction;
  const { exact, parameters, buffers, atLeast, stateDict, unknowns, raises } = construction;
  return {
    className: name,
    args,
    place: { file, line },
    roots,
    exact,
    parameters,
    buffers,
    atLeast,
    modules: (modules ?? []).map(({ path, type, settings, place }) => ({
      path,
      className: type,
      settings,
      place: placeOf(place),
    })),
    tensors: stateDict.map(({ key, shape, dtype, kind, place, row, tensor }) => ({
      key,
      shape,
      dtype,
      kind,
      place: placeOf(place),
      row: placeOf(row),
      tensor,
    })),
    attention,
    obstacles: unknowns.map(({ code, detail, file: where, line: at }) => ({
      code,
      detail,
      file: where,
      line: at,
    })),
    raises:
      raises === null
        ? null
        : { code: raises.code, message: raises.message, file: raises.file, line: raises.line },
  };
}

/** A place has more to it inside the analysis. */
function placeOf(place: { readonly file: string; readonly line: number } | null) {
  return place === null ? null : { file: place.file, line: place.line };
}
