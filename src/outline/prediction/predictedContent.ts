import { ContentChild } from '../../checkpoint/children';
import type { Child, ModuleContent, ObjectContent, TensorContent } from '../../checkpoint/content';
import { normalizeInteger, type TensorSpec } from '../../stateDict/tensorSpec';
import type { PredictedModel, PredictedModule, PredictedTensor } from './predictedModel';

/** A module of a predicted model, as the outline shows modules that were read from a file. */
export class PredictedModuleContent implements ModuleContent {
  readonly type = 'module';
  readonly tensors: Child[] = [];
  readonly modules: Child[] = [];

  constructor(
    readonly module: PredictedModule,
    /** The kind of attention block that it is; null for other modules. */
    readonly attention: string | null,
  ) {}

  get pythonType(): string {
    return this.module.className;
  }

  get repr(): string {
    const { className, path } = this.module;
    // The row of the model itself has its class for a name.
    if (path === '') return this.attention ?? '';
    return this.attention === null ? className : `${className} · ${this.attention}`;
  }

  children(): readonly Child[] {
    return [...this.tensors, ...this.modules];
  }
}

export class PredictedTensorContent implements TensorContent {
  readonly type = 'tensor';
  readonly tensor: TensorSpec;

  constructor(readonly predicted: PredictedTensor) {
    this.tensor = specOf(predicted);
  }

  children(): readonly Child[] {
    return [];
  }
}

/** An `_extra_state` entry: what it holds is known when the model runs. */
class ExtraState implements ObjectContent {
  readonly type = 'object';
  readonly pythonType = 'object';
  readonly text = '?';

  children(): readonly Child[] {
    return [];
  }
}

/**
 * The tree of a predicted model. An entry is put below the module whose path its key starts with; keys that
 * a class makes up itself stay whole, below the nearest module.
 */
export function predictedContent(model: PredictedModel): PredictedModuleContent {
  const { modules, tensors, className, place } = model;
  const kinds = new Map(model.attention.map(({ path, kind }) => [path, kind]));
  const made = (module: PredictedModule): PredictedModuleContent =>
    new PredictedModuleContent(module, kinds.get(module.path) ?? null);
  const known = new Map<string, PredictedModuleContent>();
  const root = made(modules[0] ?? { path: '', className, settings: '', place });
  known.set('', root);
  for (const module of modules.slice(1)) {
    const [parent, name] = nearest(known, module.path);
    const content = made(module);
    parent.modules.push(new ContentChild(name, content, 'module'));
    known.set(module.path, content);
  }
  const shared = new Map<number, PredictedTensorContent>();
  for (const entry of tensors) {
    const [parent, name] = nearest(known, entry.key);
    if (entry.kind === 'extraState') {
      parent.tensors.push(new ContentChild(name, new ExtraState(), 'attribute'));
      continue;
    }
    const content =
      (entry.tensor === null ? undefined : shared.get(entry.tensor)) ?? new PredictedTensorContent(entry);
    if (entry.tensor !== null) shared.set(entry.tensor, content);
    parent.tensors.push(new ContentChild(name, content, entry.kind));
  }
  return root;
}

/** The module that holds a dotted path, and the path from there. */
function nearest(
  known: ReadonlyMap<string, PredictedModuleContent>,
  path: string,
): [PredictedModuleContent, string] {
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const module = known.get(path.slice(0, dot));
    if (module !== undefined) return [module, path.slice(dot + 1)];
  }
  const root = known.get('');
  if (root === undefined) throw new Error('A predicted model has a root.');
  return [root, path];
}

function specOf({ shape, dtype, kind }: PredictedTensor): TensorSpec {
  return {
    dtype: dtype ?? '?',
    shape: shape === null ? null : shape.map(normalizeInteger),
    stride: null,
    layout: 'strided',
    storage: null,
    storageOffset: null,
    device: null,
    kind: kind === 'parameter' ? 'parameter' : 'buffer',
    requiresGrad: null,
    pythonType: kind === 'parameter' ? 'torch.nn.parameter.Parameter' : 'torch.Tensor',
    parts: [],
  };
}
