import type { Integer, StorageSpec, TensorSpec } from '../stateDict/tensorSpec';

/**
 * What a checkpoint holds, once torch's meaning is given to the inert values of a file.
 * A graph, not a tree: shared objects are one object here (compare by identity), and cycles exist.
 * `children` are made on demand, so that nothing recurses on the depth of the input.
 */
export type Content =
  TensorContent | DictContent | SequenceContent | ModuleContent | ScalarContent | ObjectContent;

/** A dict key or an index: strings and integers as they are, other keys as Python's `repr`. */
export type PathElement = string | number;

/** A child under its place in the parent. */
export interface Child {
  readonly name: PathElement;
  /** How Python reaches it from the parent: `["model"]`, `[0]`, `.conv1`; null when it cannot. */
  readonly access: string | null;
  readonly content: Content;
  /** The kind that a module's registration gives a tensor; `tensor` elsewhere. */
  readonly role: 'item' | 'attribute' | 'parameter' | 'buffer' | 'nonPersistentBuffer' | 'module';
}

/** Children made one by one; arrays are such lists too. */
export interface ChildList {
  readonly length: number;
  at(index: number): Child | undefined;
}

export interface TensorContent {
  readonly type: 'tensor';
  /** True where it can have no children, so that none need be made to know. */
  readonly isLeaf?: boolean;
  /** The walk that met it last; a set of tens of thousands of objects takes longer than walking them. */
  stamp?: object;
  /** Where the last survey of the outline met it first. */
  firstPlace?: object;
  readonly tensor: TensorSpec;
  /** Python attributes that were saved with it (`param.tag = …`). */
  children(): readonly Child[];
}

export interface DictContent {
  readonly type: 'dict';
  /** `dict`, `collections.OrderedDict`, `collections.defaultdict`, a subclass … */
  readonly pythonType: string;
  readonly length: number;
  /** Items, then attributes set on the dict object (`_metadata`). */
  children(): readonly Child[];
  /** The same for a single walk, where they need not be kept. */
  passing?(): ChildList;
}

export interface SequenceContent {
  readonly type: 'sequence';
  /** `list`, `tuple`, `set`, `frozenset`, `torch.Size`, a named tuple's class … */
  readonly pythonType: string;
  readonly length: number;
  children(): readonly Child[];
  /** @see DictContent.passing */
  passing?(): ChildList;
}

/** An object with `_parameters`, `_buffers` and `_modules`: an `nn.Module`, or TorchScript's. */
export interface ModuleContent {
  readonly type: 'module';
  /** Dotted class name, `torch.nn.modules.conv.Conv2d`. */
  readonly pythonType: string;
  /** What `print(model)` shows for it without its children: `Conv2d(3, 64, kernel_size=(3, 3))`. */
  readonly repr: string;
  /** Parameters, buffers, modules (in `print`'s order), then other attributes. */
  children(): readonly Child[];
}

/** None, bool, int, float, complex, str, bytes, and torch's small values (dtype, device, Size …). */
export interface ScalarContent {
  readonly type: 'scalar';
  /** `int`, `float`, `str`, `bool`, `NoneType`, `bytes`, `torch.dtype`, `torch.device` … */
  readonly pythonType: string;
  /** JSON's value where it has one (integers above 2^53 − 1 stay `bigint`), else Python's `repr`. */
  readonly value: null | boolean | Integer | string;
  /** Python's `repr`, shortened to a limit; what a person reads. */
  readonly text: string;
}

/** Anything else: never built, its arguments, state, items and entries kept as children. */
export interface ObjectContent {
  readonly type: 'object';
  readonly pythonType: string;
  /** A one-line summary, shortened: `ndarray(shape=(3, 4), dtype=float32)`. */
  readonly text: string;
  /** A storage that was saved as an object of its own. */
  readonly storage?: StorageSpec;
  children(): readonly Child[];
  /** @see DictContent.passing */
  passing?(): ChildList;
}
