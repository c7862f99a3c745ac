import { builtinCalls } from './builtinCalls';
import type { Context } from './context';
import { badCall, Refused } from './outcome';
import { iterate } from './python';
import { rebuildCalls } from './rebuildCalls';
import { torchCalls } from './torchCalls';
import { Named, Opaque, typeName, type Value } from './values';

/**
 * What an allowed global does with its arguments.
 * @throws Refused where it raises
 */
export type Call = (args: readonly Value[], context: Context, callee: Named) => Value;

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...builtinCalls,
  ...torchCalls,
  ...rebuildCalls,
]);

/** REDUCE: `callee(*args)`. */
export function call(callee: Value, args: Value, context: Context): Value {
  const named = requireAllowed(callee, context, 'weightsOnly.reduce');
  if (named === null) return new Opaque();
  const { kind } = named.global;
  const given = iterate(args, context, named.path);
  if (kind === 'dtype' || kind === 'qscheme' || kind === 'storageType') {
    throw badCall(named.path, 'notCallable');
  }
  return given === null ? new Opaque() : callNamed(named, given, context);
}

/** Calls a global whose arguments are known. */
export function callNamed(callee: Named, args: readonly Value[], context: Context): Value {
  const { path, global } = callee;
  if (global.arity !== undefined && (args.length < global.arity[0] || args.length > global.arity[1])) {
    throw badCall(path, 'arguments', args.length);
  }
  const implementation = calls.get(global.kind === 'tensorType' ? 'tensorType' : path);
  if (implementation !== undefined) return implementation(args, context, callee);
  context.unsure('weightsOnly.notFollowed', path);
  return new Opaque();
}

/** NEWOBJ: `cls.__new__(cls, *args)`, and `Parameter(*args)`. */
export function create(callee: Value, args: Value, context: Context): Value {
  if (callee instanceof Opaque) {
    context.unsure('weightsOnly.opaque', 'NEWOBJ');
    return new Opaque();
  }
  const isParameter = callee instanceof Named && callee.path === 'torch.nn.parameter.Parameter';
  if (!isParameter && context.rule('creates') === 'parameters') {
    throw new Refused('weightsOnly.create', [described(callee)]);
  }
  const named = requireAllowed(callee, context, 'weightsOnly.create');
  if (named === null) return new Opaque();
  const { path, global } = named;
  const given = iterate(args, context, path);
  if (global.kind !== 'class' && global.kind !== 'tensorType' && global.kind !== 'storageClass') {
    throw badCall(path, 'notClass');
  }
  if (given === null) return new Opaque();
  // These ignore what `__new__` is given; `__init__`, which would look at it, is not called.
  if (ignoresArguments.has(path)) return callNamed(named, [], context);
  if (path === 'torch.storage.TypedStorage') {
    // Without `__init__` it is a storage with neither dtype nor bytes.
    if (given.length > 0) context.unsure('weightsOnly.notFollowed', path);
    return new Opaque(path);
  }
  return callNamed(named, given, context);
}

const ignoresArguments = new Set([
  'collections.OrderedDict',
  'collections.Counter',
  'builtins.set',
  'builtins.bytearray',
]);

/** The global that a callee is; null where it is not known. Nothing else is ever equal to an allowed one. */
function requireAllowed(callee: Value, context: Context, code: string): Named | null {
  if (callee instanceof Named) return callee;
  if (!(callee instanceof Opaque)) throw new Refused(code, [described(callee)]);
  context.unsure('weightsOnly.opaque', 'REDUCE');
  return null;
}

function described(callee: Value): string {
  return callee instanceof Named ? callee.path : (typeName(callee) ?? '?');
}
