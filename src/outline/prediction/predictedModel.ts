import type { SourcePlace } from '../../protocol/messages';

/** A model as its source says it is built: plain data, so that it can pass between threads. */
export interface PredictedModel {
  readonly className: string;
  /** Python text of the constructor's arguments. */
  readonly args: string;
  readonly argumentsFrom: ArgumentsOrigin;
  /** Where the class is defined. */
  readonly place: SourcePlace;
  /** Folders that imports start in: what a file's name is shown without. */
  readonly roots: readonly string[];
  /** Whether `state_dict()` has these keys, in this order, and no others. */
  readonly exact: boolean;
  /** Elements of the parameters, shared ones once; null unless exact. */
  readonly parameters: bigint | null;
  readonly buffers: bigint | null;
  /** A proven lower bound of the parameters' elements; null when there is none. */
  readonly atLeast: bigint | null;
  /** The tree of modules in torch's order, the model itself first. */
  readonly modules: readonly PredictedModule[];
  /** In the order of `state_dict()`. */
  readonly tensors: readonly PredictedTensor[];
  /** The outermost attention blocks; `''` is the path of the model itself. */
  readonly attention: readonly PredictedAttention[];
  readonly obstacles: readonly Obstacle[];
  /** What the construction raises; null when it does not. */
  readonly raises: (SourcePlace & { readonly code: string; readonly message: string }) | null;
}

/** Where the arguments of a construction come from: its defaults, a call, or what the user set for the class. */
export type ArgumentsOrigin =
  | { readonly kind: 'defaults' }
  | { readonly kind: 'user' }
  | { readonly kind: 'call'; readonly at: SourcePlace };

export interface PredictedModule {
  /** `''` for the model itself, `layer1.0.conv1`. */
  readonly path: string;
  readonly className: string;
  /** Its simple attributes: `kernel_size=(3, 3) stride=(1, 1)`. */
  readonly settings: string;
  /** The line that builds it; null for what has none. */
  readonly place: SourcePlace | null;
}

export interface PredictedTensor {
  readonly key: string;
  /** Null where it is not known. */
  readonly shape: readonly bigint[] | null;
  readonly dtype: string | null;
  readonly kind: 'parameter' | 'buffer' | 'extraState';
  readonly place: SourcePlace | null;
  /** The row of the table that it is built from; null for models that are built by code alone. */
  readonly row: SourcePlace | null;
  /** Equal for keys of one and the same tensor; null where it is not known. */
  readonly tensor: number | null;
}

export interface PredictedAttention {
  readonly path: string;
  /** `SE`, `CBAM`, … */
  readonly kind: string;
  /** Elements of its parameters; null where they are not known. */
  readonly parameters: bigint | null;
}

/** Why something is not known, and where. */
export interface Obstacle extends SourcePlace {
  readonly code: string;
  readonly detail: string;
}
