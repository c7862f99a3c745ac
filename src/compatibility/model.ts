import type { Integer } from '../stateDict/tensorSpec';

/** A line of the user's source; both null where none is known. */
export interface SourcePlace {
  readonly file: string | null;
  readonly line: number | null;
}

/** One entry of a model's `state_dict()`. */
export interface ModelEntry extends SourcePlace {
  readonly key: string;
  /** Null where it is not known, for extra state, and for a lazy module's uninitialized parameter. */
  readonly shape: readonly Integer[] | null;
  readonly dtype: string | null;
  readonly kind: 'parameter' | 'buffer' | 'extraState';
  /** Equal for entries that are one tensor (tied weights); null where nothing is known of it. */
  readonly tensor: number | null;
}

/**
 * How a module takes its part of a state_dict: as `nn.Module` does, with one of the additions that torch's
 * own layers make, or in a way that only running it shows.
 */
export type LoadRule =
  | 'plain'
  /** `_NormBase`: a missing `num_batches_tracked` is made up where the metadata is older than version 2. */
  | 'batchNorm'
  /** `torchvision.ops.FrozenBatchNorm2d`: drops a `num_batches_tracked`. */
  | 'frozenBatchNorm'
  /** `_InstanceNorm` without running statistics: refuses them where there is no metadata. */
  | 'instanceNorm'
  /** A lazy layer takes the shape of what it is given. */
  | 'lazy'
  /** `parametrizations.weight_norm`: takes `weight_g` and `weight_v` as well. */
  | 'weightNorm'
  | 'unknown';

/** A submodule, parameterless ones included. */
export interface ModelModule extends SourcePlace {
  /** `''` is the model itself. */
  readonly path: string;
  /** Class name without its module: `Conv2d`. */
  readonly type: string;
  readonly load: LoadRule;
  /** Names in its `_modules`, in order; those that are registered as None too. */
  readonly children: readonly string[];
  /** Whether its class takes `_extra_state`. */
  readonly extraState: boolean;
  /** Simple attributes as text: `kernel_size=(3, 3) stride=(1, 1)`; null where nothing is known of them. */
  readonly settings: string | null;
  /**
   * The calls that made it, innermost first, as texts that stay the same when lines are inserted; null where
   * nothing is known of them.
   */
  readonly created: readonly string[] | null;
}

/** A model that was read from its source or built by the user's torch. */
export interface ModelDescription extends SourcePlace {
  readonly name: string;
  /** Python text of the constructor's arguments. */
  readonly args: string;
  /** Whether the entries are all there are, in torch's order. */
  readonly exact: boolean;
  readonly entries: readonly ModelEntry[];
  /** In the order of `named_modules(remove_duplicate=False)`; null where it is not known. */
  readonly modules: readonly ModelModule[] | null;
  /** The error that its construction ends with, null where there is none. */
  readonly raises: ModelError | null;
}

export interface ModelError extends SourcePlace {
  /** Name of the exception's class. */
  readonly code: string;
  readonly message: string;
}
