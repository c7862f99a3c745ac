import type { TensorForm } from '../stateDict/tensorForm';
import type { Integer, Layout, StorageSpec, TensorKind, TensorSpec } from '../stateDict/tensorSpec';
import type { Child, TensorContent } from './content';

/**
 * A strided tensor without attributes of its own: almost all are. It is its own content, and what such tensors
 * have in common is in their form or on the prototype; a checkpoint can hold very many.
 */
export class PlainTensor implements TensorSpec, TensorContent {
  stamp: object = noWalk;

  constructor(
    readonly form: TensorForm,
    readonly storage: StorageSpec,
    readonly storageOffset: Integer,
  ) {}

  get dtype(): string {
    return this.form.dtype;
  }

  get shape(): readonly Integer[] {
    return this.form.shape;
  }

  get stride(): readonly Integer[] {
    return this.form.stride;
  }

  get requiresGrad(): boolean {
    return this.form.requiresGrad;
  }

  get type(): 'tensor' {
    return 'tensor';
  }

  get isLeaf(): boolean {
    return true;
  }

  get tensor(): TensorSpec {
    return this;
  }

  get layout(): Layout {
    return 'strided';
  }

  get device(): string | null {
    return this.storage.device;
  }

  get kind(): TensorKind {
    return 'tensor';
  }

  get pythonType(): string {
    return 'torch.Tensor';
  }

  get parts(): TensorSpec['parts'] {
    return noParts;
  }

  children(): readonly Child[] {
    return noChildren;
  }
}

const noWalk = {};
const noParts: TensorSpec['parts'] = [];
const noChildren: readonly Child[] = [];
