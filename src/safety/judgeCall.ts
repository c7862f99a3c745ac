import type { Note } from '../checkpoint/checkpoint';
import { Op } from '../pickle/opcodes';
import { isTuple, PyGlobal, PyObject, type Value } from '../pickle/values';
import { argumentsOf, attributeOf, calleeOf, keptOn, pathOf, type Callee, type Kept } from './callees';
import type { ExtensionRegistry, NamedGlobal } from './extensionRegistry';
import { safetyLimits } from './limits';
import type { CallTier } from './report';
import { classify, dangerNote, type Classification } from './vocabulary/classify';

/** How bad a call is, and why. */
export interface Judgement {
  readonly tier: CallTier;
  readonly reason: Note | null;
  /** The name that is called, or whose class is built; null where there is none. */
  readonly named: NamedGlobal | null;
}

/** Judges what a REDUCE, OBJ, INST, NEWOBJ or NEWOBJ_EX does. */
export function judgeCall(call: PyObject, registry: ExtensionRegistry, depth = 0): Judgement {
  const known = (call.meaning as Kept | null)?.judgement ?? null;
  return known === null ? judge(call, registry, depth) : (known as Judgement);
}

function judge(call: PyObject, registry: ExtensionRegistry, depth: number): Judgement {
  const callee = calleeOf(call.callee, registry);
  const isBuilt = call.opcode === Op.NEWOBJ || call.opcode === Op.NEWOBJ_EX;
  if (callee.type !== 'name') return judgeUnnamed(callee, isBuilt);
  const classification = classify(callee.module, callee.name);
  const byArguments = isBuilt ? null : judgeArguments(pathOf(callee), call, registry, depth);
  // What arguments decide is asked for again by who is given the result.
  if (byArguments !== null) keptOn(call).judgement = byArguments;
  return byArguments ?? judgeNamed(callee, classification, isBuilt);
}

/** Whether nothing more is to be said of a call than that it happens. */
export function isSummedUp({ tier }: Pick<Judgement, 'tier'>): boolean {
  return tier === 'torch' || tier === 'library' || tier === 'unknown';
}

/** Whether a call of this name may be judged without its arguments. */
export function isJudgedByName(path: string): boolean {
  return !argumentRules.has(path);
}

export function judgeNamed(named: NamedGlobal, found: Classification, isBuilt: boolean): Judgement {
  const tier = isBuilt ? found.built : found.called;
  const reason = tier === 'suspicious' ? unexpected(found) : found.reason;
  return { tier, reason, named };
}

function unexpected({ tier }: Classification): Note {
  if (tier === 'unknown') return { code: 'suspicious.unknownFunction', args: [] };
  return { code: 'suspicious.unusualFunction', args: [] };
}

function judgeUnnamed(callee: Exclude<Callee, { type: 'name' }>, isBuilt: boolean): Judgement {
  switch (callee.type) {
    case 'computed':
      return { tier: 'dangerous', reason: { code: 'danger.computedName', args: [] }, named: null };
    case 'result': {
      const found = callee.root === null ? null : classify(callee.root.module, callee.root.name);
      if (found?.tier === 'dangerous') return { tier: 'dangerous', reason: found.reason, named: null };
      // A class that a call made; only calling one runs what it likes.
      return isBuilt
        ? { tier: 'unknown', reason: null, named: null }
        : { tier: 'suspicious', reason: { code: 'suspicious.computedCallee', args: [] }, named: null };
    }
    case 'extension':
      return {
        tier: 'suspicious',
        reason: { code: 'suspicious.extension', args: [callee.code] },
        named: null,
      };
    case 'persistent':
      return { tier: 'suspicious', reason: { code: 'suspicious.persistentCallee', args: [] }, named: null };
    case 'data':
      return { tier: 'unknown', reason: { code: 'note.notCallable', args: [] }, named: null };
  }
}

type ArgumentRule = (call: PyObject, registry: ExtensionRegistry, depth: number) => Judgement | null;

/** Calls that are as harmless as what they are given; null leaves it to the name. */
const argumentRules: ReadonlyMap<string, ArgumentRule> = new Map<string, ArgumentRule>([
  ['builtins.getattr', judgeGetattr],
  ['functools.reduce', judgeReduce],
  ['_functools.reduce', judgeReduce],
  ['copyreg._reconstructor', judgeBuiltClass],
  ['copyreg.__newobj__', judgeBuiltClass],
  ['copyreg.__newobj_ex__', judgeBuiltClass],
  ['torch._tensor._rebuild_from_type_v2', judgeInnerCall],
  ['torch._tensor._rebuild_from_type', judgeInnerCall],
  ['torch.tensor._rebuild_from_type_v2', judgeInnerCall],
  ['torch.tensor._rebuild_from_type', judgeInnerCall],
  ['numpy.core._ufunc_reconstruct', judgeLookup],
  ['numpy._core._ufunc_reconstruct', judgeLookup],
  ['builtins.type', judgeType],
  ['builtins.iter', judgeIterator],
  ['operator.getitem', judgeItem],
  ['_operator.getitem', judgeItem],
]);

function judgeArguments(
  path: string,
  call: PyObject,
  registry: ExtensionRegistry,
  depth: number,
): Judgement | null {
  if (depth > safetyLimits.namesThroughNames) return null;
  return argumentRules.get(path)?.(call, registry, depth) ?? null;
}

/** A nested class or a member of an enum: `getattr(Outer, "Inner")`. Anything else reaches for more. */
function judgeGetattr(call: PyObject, registry: ExtensionRegistry, depth: number): Judgement | null {
  const attribute = attributeOf(call, registry);
  const [owner] = argumentsOf(call);
  if (attribute === null) {
    // A method of an object that the file holds.
    const name = argumentsOf(call)[1];
    const isMethod = typeof name === 'string' && (/^_?[a-z]\w*$/i.test(name) || methods.has(name));
    if (!isMethod || owner === undefined) return null;
    if (!(owner instanceof PyObject)) {
      const isData = calleeOf(owner, registry).type === 'data';
      return isData ? { tier: 'library', reason: null, named: null } : null;
    }
    const made = judgeCall(owner, registry, depth + 1);
    return made.tier === 'dangerous' || made.tier === 'suspicious'
      ? null
      : { tier: 'unknown', reason: null, named: null };
  }
  const found = classify(attribute.module, attribute.name);
  if (found.tier === 'dangerous') return { tier: 'dangerous', reason: found.reason, named: attribute };
  const parts = attribute.name.split('.');
  const ownerName = parts[parts.length - 2] ?? '';
  const last = parts[parts.length - 1] ?? '';
  if (last.startsWith('__') && last !== '__new__') return null;
  // Python pickles a method of a class the same way, and some libraries name classes like functions.
  if (!/^_*\p{Lu}/u.test(ownerName) && found.tier === 'unknown') return null;
  return { tier: found.tier === 'torch' ? 'torch' : found.tier, reason: found.reason, named: attribute };
}

/** Methods with underscores that are bound to an object like any other. */
const methods = new Set([
  '__call__',
  '__getitem__',
  '__getstate__',
  '__len__',
  '__iter__',
  '__eq__',
  '__contains__',
]);

/** `copyreg._reconstructor(cls, base, state)` and `__newobj__(cls, …)` make an instance without calling it. */
function judgeBuiltClass(call: PyObject, registry: ExtensionRegistry): Judgement | null {
  const [classValue] = argumentsOf(call);
  if (classValue === undefined) return null;
  const built = calleeOf(classValue, registry);
  if (built.type !== 'name') return judgeUnnamed(built, true);
  return judgeNamed(built, classify(built.module, built.name), true);
}

/** `_rebuild_from_type_v2(func, type, args, state)` calls `func(*args)`. */
function judgeInnerCall(call: PyObject, registry: ExtensionRegistry, depth: number): Judgement | null {
  const [functionValue, , args] = argumentsOf(call);
  if (functionValue === undefined) return null;
  const inner = new PyObject(functionValue, args ?? [], Op.REDUCE, call.offset);
  // One level: a function that calls its first argument, as its first argument, is never written.
  const innerCallee = calleeOf(functionValue, registry);
  if (innerCallee.type === 'name' && argumentRules.get(pathOf(innerCallee)) === judgeInnerCall) {
    return { tier: 'dangerous', reason: dangerNote('callsArguments'), named: innerCallee };
  }
  return judgeCall(inner, registry, depth + 1);
}

/** `_ufunc_reconstruct(module, name)` imports what it is told. */
function judgeLookup(call: PyObject): Judgement | null {
  const [module, name] = argumentsOf(call);
  if (typeof module !== 'string' || typeof name !== 'string') {
    return { tier: 'dangerous', reason: dangerNote('imports'), named: null };
  }
  const found = classify(module, name);
  const isUfunc = /^(?:numpy|scipy)(?:\.|$)/.test(module) && found.tier !== 'dangerous';
  if (isUfunc) return null;
  return { tier: 'dangerous', reason: found.reason ?? dangerNote('imports'), named: { module, name } };
}

/** `typing.List[int]` is pickled as `getitem(typing.List, int)`; a module's names can be reached with it, too. */
function judgeItem(call: PyObject, registry: ExtensionRegistry): Judgement | null {
  const [owner] = argumentsOf(call);
  const named = owner === undefined ? null : calleeOf(owner, registry);
  if (named?.type !== 'name' || !/^(?:typing|collections\.abc)$/.test(named.module)) return null;
  const { tier, reason } = classify(named.module, named.name);
  return tier === 'dangerous' ? null : { tier, reason, named };
}

/** `int | None` is pickled as `reduce(operator.or_, (int, type(None)))`. */
function judgeReduce(call: PyObject, registry: ExtensionRegistry, depth: number): Judgement | null {
  const [operation, types, ...more] = argumentsOf(call);
  if (operation === undefined || !isTuple(types) || more.length > 0) return null;
  const named = calleeOf(operation, registry);
  if (named.type !== 'name' || !/^_?operator\.or_$/.test(pathOf(named))) return null;
  const areTypes = types.every((type) => isType(type, registry, depth));
  return areTypes ? { tier: 'torch', reason: null, named: null } : null;
}

/** A class by its name, `type(None)`, or another type of such. */
function isType(value: Value, registry: ExtensionRegistry, depth: number): boolean {
  if (value instanceof PyObject) return isSummedUp(judgeCall(value, registry, depth + 1));
  const named = calleeOf(value, registry);
  return named.type === 'name' && classify(named.module, named.name).tier !== 'dangerous';
}

/** `type(x)` tells a class, `type(name, bases, dict)` makes one. */
function judgeType(call: PyObject): Judgement | null {
  return argumentsOf(call).length > 1
    ? { tier: 'suspicious', reason: { code: 'suspicious.makesClass', args: [] }, named: null }
    : null;
}

/** `iter(callable, sentinel)` calls. */
function judgeIterator(call: PyObject): Judgement | null {
  return argumentsOf(call).length > 1
    ? { tier: 'dangerous', reason: dangerNote('callsArguments'), named: null }
    : null;
}

/** Judges BUILD and what adds items: a method of the target runs. */
export function judgeEffect(target: Value, registry: ExtensionRegistry): Judgement {
  const callee = calleeOf(target instanceof PyObject ? target.callee : target, registry);
  if (target instanceof PyObject) {
    const made = judgeCall(target, registry);
    // A call that is suspicious has been reported as one.
    return made.tier === 'suspicious' ? { ...made, tier: 'unknown', reason: null } : made;
  }
  if (target instanceof PyGlobal || callee.type === 'name') {
    const named = callee.type === 'name' ? callee : null;
    // TorchScript's old streams give a class its state.
    if (named !== null && named.module.startsWith('__torch__')) {
      return judgeNamed(named, classify(named.module, named.name), true);
    }
    return { tier: 'dangerous', reason: { code: 'danger.changesImported', args: [] }, named };
  }
  return callee.type === 'data'
    ? { tier: 'unknown', reason: null, named: null }
    : { tier: 'suspicious', reason: { code: 'suspicious.changesOutside', args: [] }, named: null };
}
