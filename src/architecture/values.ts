import type { FunctionDefinition } from '../python/syntax';
import { Mutable, PyObject } from './heap';
import type { Polynomial } from './polynomial';
import type { Reads } from './reads';
import type { SymbolicCondition, SymbolicReal } from './symbolicValues';

/**
 * Python values of the abstract interpreter. None is null, bool boolean, int bigint, float number and
 * str string; everything else is an object with identity.
 */
export type Value = null | boolean | bigint | number | string | PyObject;

/** Where and why something is not known. */
export interface UnknownReason {
  /** A code of the table of texts. */
  readonly code: string;
  /** For a person: the name, module or construct that was not understood. */
  readonly detail: string;
  readonly file: string;
  readonly line: number;
  /** The row of the table that was being built there. */
  readonly row?: TableRow;
}

/** A line of source that led to something. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** The row of the table that was being built there. */
  readonly row?: TableRow;
}

/** A row of a table of layers: in a YAML file, or of a list literal in Python. */
export interface TableRow {
  readonly file: string;
  readonly line: number;
}

/**
 * What calling a value that is not known may do: anything; nothing but raise (a profiler that runs the model it is
 * given, a file that is read); nothing at all (the time).
 */
export type Effect = 'any' | 'raises' | 'none';

/** A value that is not known. `upper` is a class that it is certainly an instance of. */
export class PyUnknown extends PyObject {
  constructor(
    readonly reason: UnknownReason,
    readonly upper: PyClass | null = null,
    /** Of a call of it, or of what is read from it. */
    readonly effect: Effect = 'any',
  ) {
    super();
  }
}

/** What a call of one of the values may do at most: a call of None, of a number or a text raises. */
export function effectOf(values: readonly Value[]): Effect {
  const isPlain = (value: Value): boolean =>
    value instanceof PyUnknown ? value.effect !== 'any' : !(value instanceof PyObject);
  return values.every(isPlain) ? 'raises' : 'any';
}

/** An attribute that is there or not, according to a condition that is not known. */
export class PyMaybeAbsent extends PyUnknown {}

/** One of several objects, according to a condition that is not known. */
export class PyChoice extends PyObject {
  constructor(
    readonly options: readonly Value[],
    readonly reason: UnknownReason,
    /** All options are new modules of the same structure: any of them stands for the others. */
    readonly interchangeable: boolean,
  ) {
    super();
  }
}

/** An integer as a polynomial in the constructor's arguments. */
export class PySymbol extends PyObject {
  constructor(readonly polynomial: Polynomial) {
    super();
  }
}

/** A float that depends on symbolic integers, kept as the expression that computes it. */
export class PySymbolicReal extends PyObject {
  constructor(readonly real: SymbolicReal) {
    super();
  }
}

export class PySymbolicCondition extends PyObject {
  constructor(readonly condition: SymbolicCondition) {
    super();
  }
}

export class PyBytes extends PyObject {
  constructor(readonly data: string) {
    super();
  }
}

/** `Ellipsis` and `NotImplemented`. */
export class PySingleton extends PyObject {
  constructor(readonly name: string) {
    super();
  }
}
export const ELLIPSIS = new PySingleton('Ellipsis');
export const NOT_IMPLEMENTED = new PySingleton('NotImplemented');

export class PyTuple extends PyObject {
  /** Where it is written, if it is a row of a table. */
  row: TableRow | null = null;
  constructor(
    readonly items: readonly Value[],
    /** A named tuple's class, `torch.Size`; null for `tuple`. */
    readonly cls: PyClass | null = null,
  ) {
    super();
  }
}

export class PyList extends Mutable {
  /** Where it is written, if it is a row of a table. */
  row: TableRow | null = null;
  attributes: PyDict | null = null;
  constructor(
    public items: Value[],
    readonly cls: PyClass | null = null,
  ) {
    super();
  }
  override saveState(): unknown {
    return this.items.slice();
  }
  override restoreState(state: unknown): void {
    this.items = state as Value[];
  }
}

export interface DictEntry {
  readonly key: Value;
  value: Value;
}

/** Keys are the strings of `hashKey`: a Python str is itself. */
export class PyDict extends Mutable {
  /** Where it is written, if it is a row of a table. */
  row: TableRow | null = null;
  map = new Map<string, DictEntry>();
  attributes: PyDict | null = null;
  /**
   * Set when code that was not evaluated may add entries (a registry): then a miss, a length and an
   * iteration are not known, while a hit is.
   */
  open: UnknownReason | null = null;
  constructor(
    readonly cls: PyClass | null = null,
    /** The attributes of an instance: their order says nothing. */
    readonly isAttributes = false,
  ) {
    super();
  }
  override saveState(): unknown {
    const copy = new Map<string, DictEntry>();
    for (const [key, entry] of this.map) copy.set(key, { key: entry.key, value: entry.value });
    return copy;
  }
  override restoreState(state: unknown): void {
    this.map = state as Map<string, DictEntry>;
  }
  /** For keys that are Python strings. */
  get(name: string): Value | undefined {
    return this.map.get(name)?.value;
  }
  /** For keys that are Python strings; keeps the place of an existing key. The caller has touched it. */
  set(name: string, value: Value): void {
    const entry = this.map.get(name);
    if (entry === undefined) this.map.set(name, { key: name, value });
    else entry.value = value;
  }
}

export class PySet extends Mutable {
  map = new Map<string, Value>();
  open: UnknownReason | null = null;
  constructor(
    readonly frozen: boolean,
    readonly cls: PyClass | null = null,
  ) {
    super();
  }
  override saveState(): unknown {
    return new Map(this.map);
  }
  override restoreState(state: unknown): void {
    this.map = state as Map<string, Value>;
  }
}

export class PyRange extends PyObject {
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {
    super();
  }
  get length(): bigint {
    const { start, stop, step } = this;
    if (step > 0n) return start < stop ? (stop - start + step - 1n) / step : 0n;
    return start > stop ? (start - stop - step - 1n) / -step : 0n;
  }
}

export class PySlice extends PyObject {
  constructor(
    readonly start: Value,
    readonly stop: Value,
    readonly step: Value,
  ) {
    super();
  }
}

/** The variables of a running function or class body. Closures keep it alive: Python's cells. */
export class Environment extends Mutable {
  variables = new Map<string, Value>();
  /** Of a class body: the functions defined in it, which learn their class when it exists. */
  methods: PyFunction[] | null = null;
  constructor(
    /** The enclosing function's, for free variables. */
    readonly parent: Environment | null,
    readonly locals: ReadonlySet<string> | null,
    readonly globals: PyModule,
    readonly globalNames: ReadonlySet<string>,
    readonly nonlocalNames: ReadonlySet<string>,
    readonly isClass = false,
  ) {
    super();
  }
  override saveState(): unknown {
    return new Map(this.variables);
  }
  override restoreState(state: unknown): void {
    this.variables = state as Map<string, Value>;
  }
}

export class PyFunction extends Mutable {
  attributes: PyDict | null = null;
  /** The class whose body defined it: what `super()` and `__class__` refer to. */
  owner: PyClass | null = null;
  name: string;
  constructor(
    readonly definition: FunctionDefinition,
    readonly environment: Environment | null,
    readonly globals: PyModule,
    /** By parameter index; undefined where there is none. */
    readonly defaults: readonly (Value | undefined)[],
    readonly qualifiedName: string,
  ) {
    super();
    this.name = definition.name;
  }
  override saveState(): unknown {
    return [this.attributes, this.name];
  }
  override restoreState(state: unknown): void {
    [this.attributes, this.name] = state as [PyDict | null, string];
  }
}

export type Keywords = ReadonlyMap<string, Value>;
export const NO_KEYWORDS: Keywords = new Map();

/** A function that the interpreter brings. The context is the interpreter itself. */
export class PyNative<Context = never> extends PyObject {
  attributes: PyDict | null = null;
  constructor(
    readonly name: string,
    readonly call: (context: Context, args: readonly Value[], keywords: Keywords) => Value,
    /** It gives sense to unknown arguments itself; otherwise one makes the result unknown. */
    readonly acceptsUnknown: boolean,
    readonly owner: string | null = null,
  ) {
    super();
  }
}

export class PyBound extends PyObject {
  constructor(
    readonly callee: Value,
    readonly self: Value,
  ) {
    super();
  }
}

export class PyProperty extends PyObject {
  constructor(
    readonly get: Value,
    readonly set: Value,
    readonly del: Value,
  ) {
    super();
  }
}

export class PyStaticMethod extends PyObject {
  constructor(readonly callee: Value) {
    super();
  }
}

export class PyClassMethod extends PyObject {
  constructor(readonly callee: Value) {
    super();
  }
}

export class PySuper extends PyObject {
  constructor(
    /** Looked up after this class in the resolution order of `self`'s class. */
    readonly after: PyClass,
    readonly self: Value,
  ) {
    super();
  }
}

export class PyClass extends Mutable {
  dict = new PyDict();
  mro: readonly PyClass[] = [this];
  metaclass: PyClass | null = null;
  /** Bases that are not known: then attribute misses and instance checks are not known either. */
  unknownBase: UnknownReason | null = null;
  cache: Map<string, Value | undefined> | null = null;
  cacheVersion = -1;
  constructor(
    public name: string,
    public bases: readonly PyClass[],
    /** Dotted name of the module that defines it. */
    public module: string,
    readonly place: Place | null,
    /** How a builtin class makes an instance; inherited along the resolution order. */
    readonly construct:
      ((context: never, cls: PyClass, args: readonly Value[], keywords: Keywords) => Value) | null = null,
  ) {
    super();
  }
  override saveState(): unknown {
    return [this.name, this.bases, this.mro];
  }
  override restoreState(state: unknown): void {
    [this.name, this.bases, this.mro] = state as [string, readonly PyClass[], readonly PyClass[]];
  }
  isSubclassOf(other: PyClass): boolean {
    return this === other || this.mro.includes(other);
  }
}

/** One call on the way to the creation of an object, innermost first. */
export interface CreationStep extends Place {
  /** Name of the function whose line it is. */
  readonly function: string;
}

export class PyInstance extends Mutable {
  cls: PyClass;
  dict = new PyDict(null, true);
  /** The builtin value inside an instance of a subclass of int, str, float … */
  payload: Value | undefined = undefined;
  /** Where it was made, innermost line of the user's code first. */
  created: readonly CreationStep[] | null = null;
  /** What the constructor of a module was given. */
  given: { readonly args: readonly Value[]; readonly keywords: Keywords } | null = null;
  constructor(cls: PyClass) {
    super();
    this.cls = cls;
  }
  override saveState(): unknown {
    return this.cls;
  }
  override restoreState(state: unknown): void {
    this.cls = state as PyClass;
  }
}

/** A dimension of a shape, or any integer that may be symbolic. */
export type Dimension = bigint | PySymbol;

export class PyTensor extends Mutable {
  attributes: PyDict | null = null;
  created: readonly CreationStep[] | null = null;
  /** Why the shape is not known. */
  shapeReason: UnknownReason | null = null;
  /** False for the result of an operation on tensors that require gradients: it cannot be deep-copied. */
  leaf: boolean | UnknownReason = true;
  /** A view of a leaf that requires gradients: changing it raises, as changing the leaf does. */
  leafView = false;
  /** Whether its elements may lie in another order than a new tensor's: then not every view of it is possible. */
  strided = false;
  /** Whether several of its places may be one element: torch refuses to change those in place. */
  expanded = false;
  /** Values in row-major order when the tensor is small and they are known. */
  data: readonly (number | bigint | boolean)[] | null = null;
  /** All tensors over the same elements (views, detached ones, parameters made of it), this one included. */
  sharing: PyTensor[] | null = null;
  constructor(
    public cls: PyClass | null,
    /** Null when not known. */
    public shape: readonly Dimension[] | null,

    public dtype: string | null,
    public requiresGrad: boolean = false,
    public device: string = 'cpu',
  ) {
    super();
  }
  override saveState(): unknown {
    return [this.cls, this.shape, this.dtype, this.requiresGrad, this.device, this.data, this.leaf];
  }
  override restoreState(state: unknown): void {
    [this.cls, this.shape, this.dtype, this.requiresGrad, this.device, this.data, this.leaf] = state as [
      PyClass | null,
      readonly Dimension[] | null,
      string | null,
      boolean,
      string,
      readonly (number | bigint | boolean)[] | null,
      boolean | UnknownReason,
    ];
  }
}

/** Anything that `next` works on. `advance` gives undefined at the end. */
export class PyIterator extends Mutable {
  finished = false;
  constructor(
    readonly advance: () => Value | undefined,
    readonly typeName: string = 'iterator',
    /** A generator's own `send`; null for other iterators. */
    readonly send: ((value: Value) => Value | undefined) | null = null,
  ) {
    super();
  }
  override saveState(): unknown {
    return this.finished;
  }
  override restoreState(state: unknown): void {
    this.finished = state as boolean;
  }
}

/** A name of a module that is computed when it is first read. */
export class Deferred {
  /** What it gave when it was read. */
  result: Value | undefined = undefined;
  constructor(readonly force: () => Value) {}
}

export class PyModule extends Mutable {
  /** Older than every branch, those of its own code included. */
  override readonly born = -Infinity;
  variables = new Map<string, Value | Deferred>();
  /** Modules whose public names this one has through `import *`, last first. */
  stars: (() => PyModule | PyUnknown)[] = [];
  state: 'new' | 'running' | 'done' = 'new';
  /** What computing a variable read, by its name, and what running the module read, by the empty name. */
  readonly reads = new Map<string, Reads>();
  /** Evaluations of its code: what they made is the module's own. */
  readonly evaluations = new Set<number>();
  /** Computes an attribute that is neither bound nor a submodule: native modules. */
  fallback: ((name: string) => Value | undefined) | null = null;
  constructor(
    readonly name: string,
    readonly file: string,
    readonly isPackage: boolean,
    /** Part of the catalogue or the interpreter's own library: its lines are not shown to a person. */
    readonly isInternal: boolean,
  ) {
    super();
  }
  override saveState(): unknown {
    return new Map(this.variables);
  }
  override restoreState(state: unknown): void {
    const saved = state as Map<string, Value | Deferred>;
    for (const [name, value] of saved) {
      // A computed name stays computed.
      if (value instanceof Deferred && value.result !== undefined) saved.set(name, value.result);
    }
    this.variables = saved;
  }
}

export class PyGenericAlias extends PyObject {
  constructor(
    readonly origin: Value,
    readonly args: Value,
  ) {
    super();
  }
}
