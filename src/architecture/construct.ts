import type { Argument, Expression } from '../python/syntax';
import { call } from './calls';
import { Abandon, PyRaise, UnknownOperand } from './errors';
import { evaluate } from './expressions';
import { type Interpreter, unknownReason } from './machine';
import { addItems, listItems } from './iteration';
import { moduleAttribute } from './moduleTable';
import { flatten, type FlatState, hasPlainState, isModule, moduleTaint } from './moduleStructure';
import { chosenRow } from './tableRows';
import { strOf } from './text';
import {
  type CreationStep,
  Environment,
  type Place,
  PyClass,
  PyDict,
  PyInstance,
  type PyModule,
  PySymbol,
  PyTensor,
  type TableRow,
  type UnknownReason,
  type Value,
} from './values';
import { getAttribute } from './attributes';

/** One entry of the predicted state_dict. */
export interface PredictedEntry {
  readonly key: string;
  /** Null where it is not known. */
  readonly shape: readonly bigint[] | null;
  readonly dtype: string | null;
  readonly kind: 'parameter' | 'buffer' | 'extraState';
  /** The innermost line of code that made it. */
  readonly place: Place | null;
  /** Equal for entries that are one tensor; null where it is not known. */
  readonly tensor: number | null;
  /** The row of the table that it was built from, where a person must look; null where there is none. */
  readonly row: TableRow | null;
}

export interface RaisedError extends Place {
  readonly code: string;
  readonly message: string;
}

/** What a construction makes, as far as it is understood. */
export interface Construction {
  readonly exact: boolean;
  /** Elements of all parameters, shared ones once; null unless exact. */
  readonly parameters: bigint | null;
  readonly buffers: bigint | null;
  /** A proven lower bound of the parameters' elements; null when there is none. */
  readonly atLeast: bigint | null;
  readonly stateDict: readonly PredictedEntry[];
  readonly unknowns: readonly UnknownReason[];
  readonly assumptions: readonly string[];
  readonly raises: RaisedError | null;
  /** The module itself, for what looks further; null when there is none. */
  readonly state: FlatState | null;
  readonly root: PyInstance | null;
}

/** Arguments of a construction: Python's argument text, or values by name. */
export interface GivenArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/**
 * Builds `name(*args)` of a module in the abstract. Never throws for what a program does: errors of
 * Python are `raises`, what is not understood is in `unknowns`. The modules are left as they were.
 */
export function construct(
  vm: Interpreter,
  module: PyModule,
  name: string,
  args: string | GivenArguments,
): Construction {
  const depth = vm.frames.length;
  const before = vm.mayRaise.length;
  const branches = vm.trail.depth;
  const { tryDepth, stepLimit, gradMode } = vm;
  // What it changes of its modules (counters, registries) is undone: the next one starts afresh.
  vm.trail.begin();
  try {
    vm.frames.push({ name: '<call>', file: module.file, internal: true, line: 0 });
    const callee = resolve(vm, module, name);
    const given = typeof args === 'string' ? evaluateArguments(vm, module, args) : args;
    const made = call(vm, callee, given.positional, given.named);
    return describe(vm, made, vm.mayRaise.slice(before));
  } catch (error) {
    if (error instanceof PyRaise) return raised(vm, error, vm.mayRaise.slice(before));
    if (error instanceof Abandon || error instanceof UnknownOperand) {
      return nothing(vm, [error.reason]);
    }
    if (error instanceof RangeError) return nothing(vm, [vm.reason('budgetDepth', '')]);
    throw error;
  } finally {
    vm.frames.length = depth;
    vm.trail.unwind(branches);
    vm.classVersion++;
    vm.tryDepth = tryDepth;
    vm.stepLimit = stepLimit;
    vm.gradMode = gradMode;
  }
}

function resolve(vm: Interpreter, module: PyModule, name: string): Value {
  const [first = '', ...rest] = name.split('.');
  const found = moduleAttribute(vm, module, first);
  if (found === undefined) vm.raise('AttributeError', `module has no attribute '${first}'`);
  return rest.reduce<Value>((object, part) => getAttribute(vm, object, part), found);
}

/** Arguments as Python text, in the module's namespace: `512, r=16`. */
export function evaluateArguments(vm: Interpreter, module: PyModule, text: string): GivenArguments {
  const syntax = vm.modules.sources.text('<arguments>', `f(${text}\n)`);
  const [statement] = syntax.body;
  if (
    syntax.errors.length > 0 ||
    syntax.body.length !== 1 ||
    statement?.kind !== 'expression' ||
    statement.value.kind !== 'call'
  ) {
    vm.raise('SyntaxError', `invalid arguments: ${text}`);
  }
  const env = new Environment(null, null, module, new Set(), new Set());
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  const value = (expression: Expression): Value => evaluate(vm, expression, env);
  const add = (argument: Argument): void => {
    const given = value(argument.value);
    if (argument.unpack === 1) addItems(vm, positional, listItems(vm, given));
    else if (argument.unpack === 2) {
      if (!(given instanceof PyDict)) vm.raise('TypeError', 'argument after ** must be a mapping');
      for (const { key, value: item } of given.map.values()) named.set(String(key), item);
    } else if (argument.name !== null) named.set(argument.name, given);
    else positional.push(given);
  };
  statement.value.args.forEach(add);
  return { positional, named };
}

function nothing(vm: Interpreter, unknowns: readonly UnknownReason[]): Construction {
  return {
    exact: false,
    parameters: null,
    buffers: null,
    atLeast: null,
    stateDict: [],
    unknowns: distinct(unknowns),
    assumptions: [...vm.assumptions],
    raises: null,
    state: null,
    root: null,
  };
}

function raised(vm: Interpreter, error: PyRaise, mayRaise: readonly UnknownReason[]): Construction {
  let message = '';
  try {
    message = strOf(vm, error.exception);
  } catch {
    // The text depends on something that is not known.
  }
  const unknown = error.exception.taint;
  if (unknown !== null) return nothing(vm, [unknown, ...mayRaise]);
  return {
    ...nothing(vm, mayRaise),
    raises: { code: error.exception.cls.name, message, ...error.place },
  };
}

/** The prediction for a value that a construction gave. */
export function describe(vm: Interpreter, made: Value, mayRaise: readonly UnknownReason[]): Construction {
  if (!isModule(vm, made)) {
    const reason =
      unknownReason(made) ?? vm.reason('noModule', made instanceof PyInstance ? made.cls.name : '');
    return nothing(vm, [reason, ...mayRaise]);
  }
  const state = flatten(vm, made);
  const bare = state.modules.find(({ module }) => isWithoutState(module));
  if (bare !== undefined) {
    const message = `'${bare.module.cls.name}' object has no attribute '_parameters'`;
    const place = bare.module.created?.[0] ?? vm.place;
    return { ...nothing(vm, mayRaise), raises: { code: 'AttributeError', message, ...place } };
  }
  const unknowns: UnknownReason[] = [...state.unknowns, ...mayRaise];
  const plain = state.modules.every(({ module }) => hasPlainState(vm, module));
  let stateDict = entriesOf(state);
  if (!plain && unknowns.length === 0) {
    const asked = askStateDict(vm, made);
    if (asked instanceof Array) stateDict = asked;
    else unknowns.push(asked);
  }
  const parameters = count(state, 'parameter');
  const buffers = count(state, 'buffer');
  // A tensor of unknown shape has said why itself.
  if ((parameters === null || buffers === null) && unknowns.length === 0) {
    unknowns.push(vm.reason('symbolicShape', ''));
  }
  const overridden = state.modules.find(({ module }) => !hasPlainParameters(vm, module));
  if (overridden !== undefined) unknowns.push(vm.reason('unsupported', 'named_parameters'));
  const exact = unknowns.length === 0;
  return {
    exact,
    parameters: exact && typeof parameters === 'bigint' ? parameters : null,
    buffers: exact && typeof buffers === 'bigint' ? buffers : null,
    atLeast: exact ? parameters : lowerBound(state, made, overridden !== undefined),
    stateDict,
    unknowns: distinct(unknowns),
    assumptions: [...vm.assumptions],
    raises: null,
    state,
    root: made,
  };
}

/** A module whose constructor did not call its base's: whoever asks it for its parameters gets an AttributeError. */
function isWithoutState(module: PyInstance): boolean {
  return module.taint === null && module.dict.taint === null && !module.dict.map.has('_parameters');
}

function hasPlainParameters(vm: Interpreter, module: PyInstance): boolean {
  const base = vm.classes.get('Module');
  for (const cls of module.cls.mro) {
    if (cls === base) return true;
    if (
      ['parameters', 'named_parameters', 'named_modules', 'modules', '_named_members'].some((name) =>
        cls.dict.map.has(name),
      )
    ) {
      return false;
    }
  }
  return true;
}

function entriesOf(state: FlatState): PredictedEntry[] {
  const numbers = new Numbering();
  return state.entries
    .filter((entry) => entry.persistent)
    .map((entry) => ({
      key: entry.key,
      shape: concrete(entry.shape),
      dtype: entry.unknown === null ? entry.dtype : null,
      kind: entry.kind,
      ...origin(entry.created ?? entry.owner.created),
      tensor: entry.tensor === null ? null : numbers.of(entry.tensor),
    }));
}

/** Numbers of objects, in the order in which they are met. */
class Numbering {
  private readonly known = new Map<object, number>();

  of(object: object): number {
    const number = this.known.get(object) ?? this.known.size;
    this.known.set(object, number);
    return number;
  }
}

function origin(created: readonly CreationStep[] | null): Pick<PredictedEntry, 'place' | 'row'> {
  return { place: created?.[0] ?? null, row: chosenRow((created ?? []).map((step) => step.row)) };
}

function concrete(shape: PyTensor['shape']): bigint[] | null {
  if (shape === null) return null;
  const sizes: bigint[] = [];
  for (const size of shape) {
    if (size instanceof PySymbol) return null;
    sizes.push(size);
  }
  return sizes;
}

/** Elements of all tensors of a kind, each object once; null where one is symbolic or not known. */
function count(state: FlatState, kind: 'parameter' | 'buffer'): bigint | null {
  const seen = new Set<PyTensor>();
  let total = 0n;
  for (const entry of state.entries) {
    if (entry.kind !== kind) continue;
    const size = concrete(entry.shape);
    if (entry.tensor === null || size === null) return null;
    if (seen.has(entry.tensor)) continue;
    seen.add(entry.tensor);
    total += size.reduce((a, b) => a * b, 1n);
  }
  return total;
}

/**
 * What is registered in modules that no code had which was not understood. If such code had the root,
 * or a module on the way to a tensor, it could have deleted or tied it: then it is not counted.
 */
function lowerBound(state: FlatState, root: PyInstance, overridden: boolean): bigint | null {
  if (moduleTaint(root) !== null || overridden) return null;
  const tainted = new Set(
    state.modules.filter(({ module }) => moduleTaint(module) !== null).map(({ path }) => path),
  );
  const seen = new Set<PyTensor>();
  let total = 0n;
  for (const entry of state.entries) {
    if (entry.kind !== 'parameter' || entry.tensor === null || entry.unknown !== null) continue;
    const parts = entry.key.split('.').slice(0, -1);
    const inside = parts.some((_part, i) => tainted.has(parts.slice(0, i + 1).join('.')));
    const size = concrete(entry.shape);
    if (inside || size === null || seen.has(entry.tensor)) continue;
    seen.add(entry.tensor);
    total += size.reduce((a, b) => a * b, 1n);
  }
  return total > 0n ? total : null;
}

/** Where classes have their own say: what their `state_dict()` gives. */
function askStateDict(vm: Interpreter, root: PyInstance): PredictedEntry[] | UnknownReason {
  let result: Value;
  try {
    result = call(
      vm,
      getAttribute(vm, root, 'state_dict'),
      [],
      new Map<string, Value>([['keep_vars', true]]),
    );
  } catch (error) {
    if (error instanceof UnknownOperand || error instanceof Abandon) return error.reason;
    if (error instanceof PyRaise)
      return { code: 'stateDictRaises', detail: error.exception.cls.name, ...error.place };
    throw error;
  }
  if (!(result instanceof PyDict)) return unknownReason(result) ?? vm.reason('unsupported', 'state_dict');
  if (result.taint !== null) return result.taint;
  const entries: PredictedEntry[] = [];
  const numbers = new Numbering();
  for (const { key, value } of result.map.values()) {
    if (typeof key !== 'string') return vm.reason('unsupported', 'state_dict');
    if (value instanceof PyTensor) {
      if (value.taint !== null) return value.taint;
      const shape = concrete(value.shape);
      if (shape === null || value.dtype === null) return value.shapeReason ?? vm.reason('symbolicShape', key);
      const parameter = value.cls !== null && value.requiresGrad;
      entries.push({
        key,
        shape,
        dtype: value.dtype,
        kind: parameter ? 'parameter' : 'buffer',
        ...origin(value.created),
        tensor: numbers.of(value),
      });
    } else {
      const reason = unknownReason(value);
      if (reason !== null && !key.endsWith('_extra_state')) return reason;
      entries.push({ key, shape: null, dtype: null, kind: 'extraState', ...origin(null), tensor: null });
    }
  }
  return entries;
}

function distinct(reasons: readonly UnknownReason[]): UnknownReason[] {
  const seen = new Map<string, UnknownReason>();
  for (const reason of reasons) {
    const key = `${reason.code}\0${reason.detail}\0${reason.file}\0${reason.line}\0${reason.row?.file ?? ''}\0${reason.row?.line ?? ''}`;
    if (!seen.has(key)) seen.set(key, reason);
  }
  return [...seen.values()];
}

export function isClass(value: Value | undefined): value is PyClass {
  return value instanceof PyClass;
}
