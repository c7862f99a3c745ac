/** What test/torch/checkpoints/truth.py writes: the facts of one file, as torch tells them. */

/** `{ any: true }` stands for a key whose `repr` depends on tensor contents or on memory addresses. */
export type TruthPathElement = string | number | { readonly any: true };
export type TruthPath = readonly TruthPathElement[];

/** An integer above 2^53 − 1 is a decimal string. */
export type JsonInteger = number | string;

export interface TruthTensor {
  readonly path: TruthPath;
  readonly dtype: string;
  readonly shape: readonly JsonInteger[] | null;
  readonly stride?: readonly JsonInteger[] | null;
  readonly layout?: string;
  readonly elements?: JsonInteger | null;
  readonly bytes?: JsonInteger | null;
  readonly requiresGrad?: boolean;
  readonly device?: string;
  readonly storageOffset?: number | null;
  readonly kind?: string;
  /** Tensors of one Python object have one number; likewise tensors of one storage. */
  readonly object?: number;
  readonly storage?: number | null;
  /** Hexadecimal of the first bytes from the first element on, as they lie in the file. */
  readonly head?: string | null;
  readonly source?: string | null;
  readonly uninitialized?: boolean;
  /** In stated files: the number of the pattern that the file has where the tensor's data begin. */
  readonly markAt?: number;
}

export interface TruthValue {
  readonly path: TruthPath;
  readonly type?: string;
  readonly exact?: unknown;
  readonly number?: unknown;
  readonly text?: string;
  readonly shape?: readonly number[];
  readonly numpyDtype?: string;
  readonly present?: boolean;
}

export interface TruthTotals {
  readonly tensors?: number;
  readonly elements?: JsonInteger | null;
  readonly bytes?: JsonInteger | null;
  readonly storageBytes?: JsonInteger | null;
  readonly unusedStorageBytes?: JsonInteger | null;
}

/** One module of a module tree, and the line that `print` shows for it. */
export interface TruthModuleLine {
  readonly path: string;
  readonly name: string;
  /** Null where the class's own code makes it. */
  readonly extra: string | null;
  readonly children: readonly string[];
  readonly printed: string | null;
}

export interface TruthModule {
  readonly path: TruthPath;
  readonly keys: readonly string[];
  readonly tree: readonly TruthModuleLine[];
  /** TorchScript, whose attributes torch does not list. */
  readonly script: boolean;
}

export interface Truth {
  readonly tensors: readonly TruthTensor[];
  readonly values: readonly TruthValue[];
  readonly containers: readonly { path: TruthPath; type: string; length: number }[];
  readonly modules: readonly TruthModule[];
  /** Objects and composite tensors below which a reader may show more than torch has names for. */
  readonly open: readonly TruthPath[];
  readonly complete: boolean;
  readonly cyclic: boolean;
  readonly totals: TruthTotals;
}

/** What the generator states about a file that torch itself does not open, with the reason. */
export interface Stated {
  readonly why: string;
  readonly tensors?: readonly TruthTensor[];
  readonly values?: readonly TruthValue[];
  readonly totals?: TruthTotals;
  readonly warning?: boolean;
  readonly mayFail?: boolean;
  readonly atMostPaths?: number;
}

export interface TruthEntry {
  readonly file: string;
  readonly loader: string;
  readonly format?: string;
  readonly truth?: Truth;
  readonly stated?: Stated;
  /** No checkpoint at all. */
  readonly foreign?: boolean;
  /** A file with the same content, whose truth this one's is. */
  readonly truthOf?: string;
  /** A cut file; `complete` says whether the whole description survived. */
  readonly partial?: boolean;
  readonly complete?: boolean;
  /** Packages and exports: their tensors are known, where a reader shows them is not. */
  readonly loose?: boolean;
  /** TorchScript whose code holds tensors that its modules do not. */
  readonly constants?: boolean;
  /** Tensors that torch hides in an object and a reader shows, wherever. */
  readonly also?: readonly { readonly dtype: string; readonly shape: readonly number[] }[];
  /** torch makes the tensor from bytes of another dtype, or from an array: it has no storage in the file. */
  readonly converted?: boolean;
  /** Tensor data are compressed and have no place in the file. */
  readonly deflated?: boolean;
  /** A text that the file embeds and a reader should show. */
  readonly source?: string;
  /** Several pickles: each value is one item of a list here. */
  readonly several?: boolean;
}
