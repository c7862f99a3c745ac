import { checkCompatibility } from '../../../src/compatibility/checkCompatibility';
import type { ModelDescription } from '../../../src/compatibility/model';
import { modelFromPrediction } from '../../../src/compatibility/modelFromPrediction';
import type { CompatibilityReport } from '../../../src/compatibility/report';
import type { CandidateStateDict } from '../../../src/stateDict/candidate';
import type { StateDict, StateDictEntry } from '../../../src/stateDict/stateDict';
import type { TensorSpec } from '../../../src/stateDict/tensorSpec';
import { analyzerOf } from '../architecture/memoryTree';

/** The model of a class of one module text. */
export async function modelOf(
  source: string,
  name = 'Net',
  args: string | null = null,
): Promise<ModelDescription> {
  const analyzer = await analyzerOf({ 'model.py': `import torch\nfrom torch import nn\n${source}` });
  const prediction = analyzer.predict('model', name, args);
  if (prediction === null) throw new Error(`${name} is not defined`);
  return modelFromPrediction(prediction);
}

/** Keys with shapes (and dtypes other than float32) as a file's state_dict. */
export function fileOf(
  shapes: Readonly<Record<string, readonly number[] | null>>,
  metadata: StateDict['metadata'] = null,
): StateDict {
  const entries = new Map<string, StateDictEntry>();
  for (const [key, shape] of Object.entries(shapes)) {
    entries.set(key, { key, tensor: shape === null ? null : tensorOf(shape), origin: null });
  }
  return { entries, metadata };
}

/** What saving the model would write. */
export function savedBy(model: ModelDescription): StateDict {
  const entries = new Map<string, StateDictEntry>();
  for (const { key, shape, dtype } of model.entries) {
    entries.set(key, { key, tensor: tensorOf((shape ?? []).map(Number), dtype ?? 'float32'), origin: null });
  }
  return { entries, metadata: null };
}

export function tensorOf(shape: readonly number[], dtype = 'float32'): TensorSpec {
  return {
    dtype,
    shape,
    stride: null,
    layout: 'strided',
    storage: null,
    storageOffset: 0,
    device: 'cpu',
    kind: 'tensor',
    requiresGrad: false,
    pythonType: 'torch.Tensor',
    parts: [],
  };
}

export function partOf(stateDict: StateDict, path: CandidateStateDict['path'] = []): CandidateStateDict {
  return { path, access: '', reader: 'torch', stateDict, ordered: true, classes: null };
}

/** The check of a model against one state_dict, with a base source if there is one. */
export function check(
  model: ModelDescription,
  stateDict: StateDict,
  baseline: ModelDescription | null = null,
): CompatibilityReport {
  const report = checkCompatibility({
    model,
    weights: { file: 'weights.pth', candidates: [partOf(stateDict)], key: null },
    baseline,
    torch: null,
  });
  if (report === null) throw new Error('no part was chosen');
  return report;
}
