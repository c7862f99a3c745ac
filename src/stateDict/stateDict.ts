import type { TensorSpec } from './tensorSpec';

/** An entry of a state_dict: a tensor, or an `_extra_state` value that is none. */
export interface StateDictEntry {
  readonly key: string;
  readonly tensor: TensorSpec | null;
  /** Where the entry comes from, for a person: a file's path, a source line. */
  readonly origin: string | null;
}

/**
 * What weights a model has: an ordered map from state_dict key to tensor, in torch's order.
 * The one value that files, source code and a running torch are all turned into.
 */
export interface StateDict {
  readonly entries: ReadonlyMap<string, StateDictEntry>;
  /**
   * torch's `_metadata`: the `version` of each submodule by its path (`''` is the root), null where
   * the source keeps none. It lists submodules without parameters too.
   */
  readonly metadata: ReadonlyMap<string, { readonly version: number | null }> | null;
}
