/** Where a tensor of a rearranged state_dict comes from. Slices and joins are along the first dimension. */
export type TensorOrigin =
  | { readonly type: 'entry'; readonly key: string }
  /** Rows [start, start + length) of a tensor. */
  | { readonly type: 'slice'; readonly key: string; readonly start: number; readonly length: number }
  | { readonly type: 'join'; readonly keys: readonly string[] };

/** A state_dict made of the tensors of another one, under keys and in an order of its own. */
export interface Rearrangement {
  readonly entries: readonly { readonly key: string; readonly from: TensorOrigin }[];
  /** Path of a module → the path under which the other state_dict's `_metadata` has it. */
  readonly modules: ReadonlyMap<string, string>;
}
