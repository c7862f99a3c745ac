import type { TensorCall } from '../pickle/tensorCall';
import type { PyObject, PyPersistentId, Value } from '../pickle/values';
import type { PlainTensor } from './plainTensor';
import type { StorageSpec, TensorSpec } from '../stateDict/tensorSpec';

/** What a persistent id stands for; each container has ids of its own. */
export type PersistentMeaning =
  /** `dtype` is that of the id's storage class: one storage may be named under two. Null for an untyped one. */
  | { readonly type: 'storage'; readonly storage: StorageSpec; readonly dtype: string | null }
  | { readonly type: 'tensor'; readonly tensor: TensorSpec }
  /** A class saved together with its source: the id stands for the class. */
  | { readonly type: 'value'; readonly value: Value };

/** What the values of a stream need to know of the file around it. */
export interface FileContext {
  /** The tensor of a call that was read as one; null where it must be looked at as any other call. */
  plainTensor(call: TensorCall): PlainTensor | null;
  resolve(id: PyPersistentId): PersistentMeaning | null;
  /** `__parameters__` and `__buffers__` of a TorchScript class by its qualified name, null elsewhere. */
  scriptClass(qualifiedName: string): ScriptClass | null;
  /** A TorchScript tensor constant by index (`torch.jit._pickle.build_tensor_from_id`). */
  constant(index: number): Value | null;
  /** An object that should be something known and is not; shown as inert. */
  warn(code: string, args: readonly (string | number)[], object: PyObject): void;
}

export interface ScriptClass {
  readonly isModule: boolean;
  readonly parameters: ReadonlySet<string>;
  readonly buffers: ReadonlySet<string>;
}
