import type { Parameter } from '../python/syntax';
import { Abandon, PyRaise } from './errors';
import { havoc } from './havoc';
import { callNative, type Interpreter, unknownReason } from './machine';
import { instantiate } from './classes';
import { isObserver } from './observers';
import { lookup, typeOf } from './types';
import { runBody } from './statements';
import { markResult } from './tensors/gradients';
import { startGenerator } from './generatorBodies';
import {
  Environment,
  type Keywords,
  NO_KEYWORDS,
  PyBound,
  PyChoice,
  PyClass,
  PyDict,
  PyFunction,
  PyGenericAlias,
  PyList,
  PyNative,
  PySet,
  PyStaticMethod,
  PyTuple,
  PyUnknown,
  type Value,
} from './values';

/** `callee(*args, **keywords)`. */
export function call(
  vm: Interpreter,
  callee: Value,
  args: readonly Value[],
  keywords: Keywords = NO_KEYWORDS,
): Value {
  if (callee instanceof PyFunction) {
    return entersForeignCode(vm, callee)
      ? callForeign(vm, callee, args, keywords)
      : callFunction(vm, callee, args, keywords);
  }
  if (callee instanceof PyBound) return call(vm, callee.callee, [callee.self, ...args], keywords);
  if (callee instanceof PyNative) {
    vm.step();
    const result = callNative(vm, callee, args, keywords);
    if (typeof result === 'string') vm.checkSize(result.length);
    return result;
  }
  if (callee instanceof PyClass) {
    vm.step();
    return instantiate(vm, callee, args, keywords);
  }
  if (callee instanceof PyUnknown || callee instanceof PyChoice) {
    return callUnknown(vm, callee, args, keywords);
  }
  if (callee instanceof PyStaticMethod) return call(vm, callee.callee, args, keywords);
  if (callee instanceof PyGenericAlias) return call(vm, callee.origin, args, keywords);
  const method = lookup(vm, typeOf(vm, callee), '__call__');
  if (method !== undefined && method !== null) return call(vm, method, [callee, ...args], keywords);
  for (const base of typeOf(vm, callee).mro) {
    if (base.unknownBase !== null) {
      return callUnknown(vm, new PyUnknown(base.unknownBase), [callee, ...args], keywords);
    }
  }
  vm.raise('TypeError', `'${typeOf(vm, callee).name}' object is not callable`);
}

/** What is not understood may do anything to what it is given, and may raise. */
export function callUnknown(
  vm: Interpreter,
  callee: PyUnknown | PyChoice,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  const { reason } = callee;
  const effect = callee instanceof PyUnknown ? callee.effect : 'any';
  if (effect !== 'none') vm.unknownCalls = reason;
  if (effect !== 'any') {
    if (isObserver(reason.detail)) vm.assumptions.add(`observer:${reason.detail.split('.')[0] ?? ''}`);
    return new PyUnknown(vm.reason(reason.code, reason.detail), null, effect);
  }
  havoc(vm, [...args, ...keywords.values(), ...(callee instanceof PyChoice ? callee.options : [])], reason);
  return new PyUnknown(reason);
}

/** Whether the workspace's own code calls a function of an installed package. */
function entersForeignCode(vm: Interpreter, callee: PyFunction): boolean {
  if (callee.globals.isInternal || !vm.modules.isForeign(callee.globals.file)) return false;
  const caller = vm.frames[vm.frames.length - 1];
  return caller !== undefined && !vm.modules.isForeign(caller.file);
}

/**
 * A function of an installed package: where it is not understood to its end, it is as one whose source is not
 * there. What it did is undone, and what it was given, and the containers of its package, are not known any more.
 */
function callForeign(vm: Interpreter, callee: PyFunction, args: readonly Value[], keywords: Keywords): Value {
  const frames = vm.frames.length;
  const branches = vm.trail.depth;
  const { tryDepth, forkDepth, gradMode, stepLimit } = vm;
  const raised = vm.mayRaise.length;
  vm.trail.begin();
  try {
    const value = callFunction(vm, callee, args, keywords);
    vm.trail.commit();
    return value;
  } catch (error) {
    if (error instanceof PyRaise) vm.trail.commit();
    if (!(error instanceof Abandon) || /^budget(Time|Steps|Items|Files)$/.test(error.reason.code))
      throw error;
    vm.frames.length = frames;
    vm.trail.unwind(branches);
    vm.classVersion++;
    Object.assign(vm, { tryDepth, forkDepth, gradMode, stepLimit });
    vm.mayRaise.length = raised;
    havoc(vm, containersOfPackage(vm, callee.globals.name), error.reason);
    return callUnknown(vm, new PyUnknown(error.reason), args, keywords);
  }
}

function containersOfPackage(vm: Interpreter, moduleName: string): Value[] {
  const top = moduleName.split('.')[0] ?? moduleName;
  const found: Value[] = [];
  for (const module of vm.modules.loaded.values()) {
    if (module.name !== top && !module.name.startsWith(`${top}.`)) continue;
    for (const value of module.variables.values()) {
      if (value instanceof PyDict || value instanceof PyList || value instanceof PySet) found.push(value);
    }
  }
  return found;
}

/** The first argument of a method, for `super()`: a variable that no program can name. */
export const SELF_VARIABLE = '\0self';

function callFunction(
  vm: Interpreter,
  callee: PyFunction,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  vm.step();
  const { definition } = callee;
  vm.reads.body(callee);
  const environment = new Environment(
    callee.environment,
    definition.scope.locals,
    callee.globals,
    definition.scope.globals,
    definition.scope.nonlocals,
  );
  const variables = environment.variables;
  if (callee.owner !== null) variables.set('__class__', callee.owner);
  bindArguments(vm, callee, args, keywords, variables);
  if (callee.owner !== null) {
    const [first] = definition.parameters;
    const self = first === undefined ? undefined : variables.get(first.name);
    const given = first?.kind === 'star' && self instanceof PyTuple ? self.items[0] : self;
    if (given !== undefined) variables.set(SELF_VARIABLE, given);
  }
  if (definition.isAsync) return vm.unknown('unsupported', 'async def');
  if (definition.isGenerator) return startGenerator(vm, callee, environment);
  vm.enter({
    name: callee.qualifiedName,
    file: callee.globals.file,
    internal: callee.globals.isInternal,
    line: definition.line,
  });
  try {
    const value = runBody(vm, definition.body, environment);
    if (callee.globals.isInternal && callee.globals.name.startsWith('torch.nn._functional')) {
      markResult(vm, value, args, keywords);
    }
    return value;
  } finally {
    vm.leave();
  }
}

/** Gives each parameter its value, or raises TypeError as CPython does. */
function bindArguments(
  vm: Interpreter,
  callee: PyFunction,
  args: readonly Value[],
  keywords: Keywords,
  variables: Map<string, Value>,
): void {
  const { parameters } = callee.definition;
  let position = 0;
  let rest: Map<string, Value> | null = null;
  let extra: string | null = null;
  for (const parameter of parameters) if (parameter.kind === 'doubleStar') extra = parameter.name;
  for (const [name, value] of keywords) {
    const parameter = parameters.find((candidate) => candidate.name === name && isNamed(candidate));
    if (parameter !== undefined) variables.set(name, value);
    else if (extra !== null) (rest ??= new Map<string, Value>()).set(name, value);
    else vm.raise('TypeError', `${callee.name}() got an unexpected keyword argument '${name}'`);
  }
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i];
    if (parameter === undefined) break;
    const { name, kind } = parameter;
    if (kind === 'star') {
      variables.set(name, new PyTuple(args.slice(position)));
      position = args.length;
      continue;
    }
    if (kind === 'doubleStar') {
      const dict = new PyDict();
      for (const [key, value] of rest ?? []) dict.set(key, value);
      variables.set(name, dict);
      continue;
    }
    const positional = kind !== 'keywordOnly' && position < args.length ? args[position] : undefined;
    if (positional !== undefined) {
      position++;
      if (keywords.has(name) && kind !== 'positionalOnly') {
        vm.raise('TypeError', `${callee.name}() got multiple values for argument '${name}'`);
      }
      variables.set(name, positional);
      continue;
    }
    if (keywords.has(name) && kind !== 'positionalOnly') continue;
    const fallback = callee.defaults[i];
    if (fallback === undefined) {
      vm.raise('TypeError', `${callee.name}() missing a required argument: '${name}'`);
    }
    variables.set(name, fallback);
  }
  if (position < args.length) {
    vm.raise('TypeError', `${callee.name}() takes fewer positional arguments (${args.length} given)`);
  }
}

function isNamed(parameter: Parameter): boolean {
  return parameter.kind === 'ordinary' || parameter.kind === 'keywordOnly';
}

/** Arguments of a call to a native function, by the names of its parameters; `?` marks optional ones. */
export function bindNative(
  vm: Interpreter,
  name: string,
  parameters: readonly string[],
  args: readonly Value[],
  keywords: Keywords,
): (Value | undefined)[] {
  if (args.length > parameters.length) {
    vm.raise('TypeError', `${name}() takes at most ${parameters.length} arguments (${args.length} given)`);
  }
  const result: (Value | undefined)[] = args.slice();
  let used = 0;
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] ?? '';
    const optional = parameter.endsWith('?');
    const plain = optional ? parameter.slice(0, -1) : parameter;
    const keyword = keywords.get(plain);
    if (keyword !== undefined) {
      used++;
      if (i < args.length) vm.raise('TypeError', `${name}() got multiple values for argument '${plain}'`);
      result[i] = keyword;
    } else if (i >= args.length) {
      if (!optional) vm.raise('TypeError', `${name}() missing required argument '${plain}'`);
      result[i] = undefined;
    }
  }
  if (used < keywords.size) {
    vm.raise('TypeError', `${name}() got an unexpected keyword argument`);
  }
  return result;
}

/** Calls a method of a value by its name. */
export function callMethod(vm: Interpreter, self: Value, name: string, args: readonly Value[] = []): Value {
  const reason = unknownReason(self);
  if (reason !== null) return callUnknown(vm, new PyUnknown(reason), args, NO_KEYWORDS);
  const method = lookup(vm, typeOf(vm, self), name);
  if (method === undefined) {
    vm.raise('AttributeError', `'${typeOf(vm, self).name}' object has no attribute '${name}'`);
  }
  return call(vm, method, [self, ...args]);
}

/** Guards what this interpreter cannot do yet: ends the analysis there, with the line. */
export function unsupported(vm: Interpreter, what: string): never {
  throw new Abandon(vm.reason('unsupported', what));
}
