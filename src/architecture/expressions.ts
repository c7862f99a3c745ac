import type { Call, Expression, FormatPart, FunctionDefinition } from '../python/syntax';
import { assign } from './assignment';
import { getAttribute } from './attributes';
import { call, SELF_VARIABLE, unsupported } from './calls';
import { UnknownOperand } from './errors';
import { formatValue } from './formatting';
import { comprehensionGenerator } from './generatorBodies';
import { hashKey } from './hashing';
import { fork, joinValues } from './join';
import { type Interpreter, unknownReason } from './machine';
import { addItems, advance, iterate, listItems } from './iteration';
import { namespaceOf } from './moduleNamespace';
import { moduleVariable } from './moduleTable';
import { binary, compareValues, unary } from './operators';
import { reprOf, strOf } from './text';
import { getItem } from './subscripts';
import { markRow, withRow } from './tableRows';
import { truth } from './truth';
import {
  ELLIPSIS,
  Environment,
  type Keywords,
  NO_KEYWORDS,
  PyBytes,
  PyDict,
  PyFunction,
  PyList,
  PyNative,
  PySet,
  PySlice,
  PySuper,
  PyClass,
  PyTuple,
  PyUnknown,
  PyInstance,
  type Value,
} from './values';

/** The value of an expression. What is not known is an unknown value; errors of Python are raised. */
export function evaluate(vm: Interpreter, node: Expression, env: Environment): Value {
  switch (node.kind) {
    case 'name':
      return lookUpName(vm, node.name, env);
    case 'constant':
      return node.value;
    case 'attribute':
      return orUnknownOperand(() => getAttribute(vm, evaluate(vm, node.object, env), node.name));
    case 'call':
      return evaluateCall(vm, node, env);
    case 'binary': {
      const left = evaluate(vm, node.left, env);
      const right = evaluate(vm, node.right, env);
      return binary(vm, node.operator, left, right);
    }
    case 'subscript': {
      const object = evaluate(vm, node.object, env);
      const index = evaluate(vm, node.index, env);
      return orUnknownOperand(() => getItem(vm, object, index));
    }
    case 'compare':
      return evaluateComparison(vm, node, env);
    case 'boolean':
      return evaluateBoolean(vm, node, env);
    case 'conditional': {
      const test = truth(vm, evaluate(vm, node.test, env));
      if (test === true) return evaluate(vm, node.then, env);
      if (test === false) return evaluate(vm, node.otherwise, env);
      return fork(
        vm,
        test,
        () => evaluate(vm, node.then, env),
        () => evaluate(vm, node.otherwise, env),
        (a, b) => joinValues(vm, [a, b], test),
      );
    }
    case 'unary': {
      const operand = evaluate(vm, node.operand, env);
      return orUnknownOperand(() => unary(vm, node.operator, operand));
    }
    case 'tuple':
      return new PyTuple(elements(vm, node.elements, env));
    case 'list':
      return listOf(vm, node.elements, env);
    case 'set': {
      const set = new PySet(false);
      for (const item of elements(vm, node.elements, env)) addToSet(vm, set, item);
      return set;
    }
    case 'dict':
      return evaluateDict(vm, node, env);
    case 'comprehension':
      return evaluateComprehension(vm, node, env);
    case 'lambda':
      return makeFunction(vm, node.definition, env);
    case 'format':
      return formatParts(vm, node.parts, env);
    case 'bytes':
      return new PyBytes(node.value);
    case 'slice':
      return new PySlice(
        node.start === null ? null : evaluate(vm, node.start, env),
        node.stop === null ? null : evaluate(vm, node.stop, env),
        node.step === null ? null : evaluate(vm, node.step, env),
      );
    case 'named': {
      const value = evaluate(vm, node.value, env);
      let scope: Environment = env;
      while (scope.locals !== null && !scope.locals.has(node.name) && scope.parent !== null) {
        scope = scope.parent;
      }
      assign(vm, { kind: 'name', line: node.line, name: node.name }, value, scope);
      return value;
    }
    case 'ellipsis':
      return ELLIPSIS;
    case 'complex':
      return vm.unknown('unsupported', 'complex', vm.class('complex'));
    case 'await':
      return vm.unknown('unsupported', 'await');
    case 'starred':
      return unsupported(vm, 'starred expression');
    case 'yield':
    case 'yieldFrom':
      return unsupported(vm, 'yield inside an expression');
    case 'invalid':
      return vm.unknown(node.reason === 'depth' ? 'budgetDepth' : 'syntax', '');
  }
}

function orUnknownOperand(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
    throw error;
  }
}

/** A name, by Python's rule: local, enclosing functions, module, builtins. */
export function lookUpName(vm: Interpreter, name: string, env: Environment): Value {
  let scope: Environment | null = env;
  while (scope !== null) {
    if (!scope.globalNames.has(name)) {
      const value = scope.variables.get(name);
      if (value !== undefined) return value;
      if (scope.locals?.has(name) === true && !scope.isClass && scope === env) {
        vm.raise('UnboundLocalError', `cannot access local variable '${name}'`);
      }
    } else break;
    scope = scope.parent;
  }
  // None is a value: `??` would look past it.
  const global = moduleVariable(vm, env.globals, name);
  const value = global === undefined ? vm.builtins.get(name) : global;
  if (value !== undefined) return value;
  vm.raise('NameError', `name '${name}' is not defined`);
}

export function makeFunction(vm: Interpreter, definition: FunctionDefinition, env: Environment): PyFunction {
  const defaults = definition.parameters.map((parameter) =>
    parameter.default === null ? undefined : evaluate(vm, parameter.default, env),
  );
  let closure: Environment | null = env;
  // Class bodies and the module itself are no scopes of the functions in them.
  while (closure !== null && (closure.isClass || closure.locals === null)) closure = closure.parent;
  const prefix = env.isClass ? env.variables.get('__qualname__') : undefined;
  const name = typeof prefix === 'string' ? `${prefix}.${definition.name}` : definition.name;
  const made = new PyFunction(definition, closure, env.globals, defaults, name);
  if (env.isClass) (env.methods ??= []).push(made);
  return made;
}

function elements(vm: Interpreter, nodes: readonly Expression[], env: Environment): Value[] {
  const items: Value[] = [];
  for (const node of nodes) {
    if (node.kind === 'starred') addItems(vm, items, listItems(vm, evaluate(vm, node.value, env)));
    else {
      const item = evaluate(vm, node, env);
      markRow(item, node, env.globals.file);
      items.push(item);
    }
  }
  return items;
}

function listOf(vm: Interpreter, nodes: readonly Expression[], env: Environment): Value {
  return orUnknownOperand(() => new PyList(elements(vm, nodes, env)));
}

export function addToSet(vm: Interpreter, set: PySet, item: Value): void {
  vm.touch(set);
  const key = hashKey(vm, item);
  if (!set.map.has(key)) set.map.set(key, item);
}

function evaluateDict(vm: Interpreter, node: Extract<Expression, { kind: 'dict' }>, env: Environment): Value {
  const dict = new PyDict();
  for (const { key, value } of node.entries) {
    if (key === null) {
      const other = evaluate(vm, value, env);
      if (other instanceof PyDict && other.taint === null && other.open === null) {
        for (const [hash, entry] of other.map) {
          dict.map.set(hash, { key: dict.map.get(hash)?.key ?? entry.key, value: entry.value });
        }
      } else {
        dict.taint ??=
          unknownReason(other) ??
          (other instanceof PyDict ? (other.taint ?? other.open) : null) ??
          vm.reason('unsupported', '**');
      }
      continue;
    }
    const keyValue = evaluate(vm, key, env);
    const item = evaluate(vm, value, env);
    const reason = unknownReason(keyValue);
    if (reason !== null) dict.taint ??= reason;
    else {
      const hash = hashKey(vm, keyValue);
      const present = dict.map.get(hash);
      if (present === undefined) dict.map.set(hash, { key: keyValue, value: item });
      else present.value = item;
    }
  }
  return dict;
}

function evaluateComparison(
  vm: Interpreter,
  node: Extract<Expression, { kind: 'compare' }>,
  env: Environment,
): Value {
  let left = evaluate(vm, node.first, env);
  let result: Value = true;
  for (const [i, { operator, operand }] of node.rest.entries()) {
    const right = evaluate(vm, operand, env);
    result = compareValues(vm, operator, left, right);
    if (i === node.rest.length - 1) return result;
    const test = truth(vm, result);
    if (test === false) return result;
    if (test !== true) return new PyUnknown(test, vm.class('bool'));
    left = right;
  }
  return result;
}

function evaluateBoolean(
  vm: Interpreter,
  node: Extract<Expression, { kind: 'boolean' }>,
  env: Environment,
): Value {
  const left = evaluate(vm, node.left, env);
  const test = truth(vm, left);
  const stops = node.operator === 'or';
  if (test === stops) return left;
  if (typeof test === 'boolean') return evaluate(vm, node.right, env);
  return fork(
    vm,
    test,
    () => left,
    () => evaluate(vm, node.right, env),
    (a, b) => {
      // `unknown and False` is false whichever way; other mixtures stay unknown.
      const right = truth(vm, b);
      if (right === stops && unknownReason(a) !== null && typeof b === 'boolean') return b;
      return joinValues(vm, [a, b], test);
    },
  );
}

// Calls -------------------------------------------------------------------------------------------

function evaluateCall(vm: Interpreter, node: Call, env: Environment): Value {
  const callee = evaluate(vm, node.callee, env);
  let args: Value[];
  let keywords: Map<string, Value> | null = null;
  try {
    args = [];
    for (const argument of node.args) {
      const value = evaluate(vm, argument.value, env);
      if (argument.unpack === 1) addItems(vm, args, listItems(vm, value));
      else if (argument.unpack === 2) {
        keywords ??= new Map();
        unpackKeywords(vm, value, keywords);
      } else if (argument.name !== null) {
        keywords ??= new Map();
        keywords.set(argument.name, value);
      } else args.push(value);
    }
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    // Which arguments there are is not known: as if the callee were not.
    const given = node.args.map((argument) => evaluateQuietly(vm, argument.value, env));
    return call(vm, new PyUnknown(error.reason), [callee, ...given]);
  }
  const frame = vm.frames[vm.frames.length - 1];
  if (frame !== undefined) frame.line = node.line;
  if (callee instanceof PyClass && callee === vm.classes.get('super') && args.length === 0) {
    return zeroArgumentSuper(vm, env);
  }
  if (callee instanceof PyNative && SCOPE_READERS.has(callee.name) && args.length === 0) {
    return scopeOf(vm, callee.name, env);
  }
  if (callee instanceof PyNative && callee.name === 'eval') {
    return call(vm, callee, [...args, new PyScope(vm, env)], keywords ?? NO_KEYWORDS);
  }
  return orUnknownOperand(() => call(vm, callee, args, keywords ?? NO_KEYWORDS));
}

function evaluateQuietly(vm: Interpreter, node: Expression, env: Environment): Value {
  return node.kind === 'name' || node.kind === 'attribute' ? evaluate(vm, node, env) : null;
}

const SCOPE_READERS: ReadonlySet<string> = new Set(['locals', 'globals', 'vars', 'dir']);

/** The scope of a call to `eval`, passed as a hidden last argument. */
export class PyScope extends PyInstance {
  constructor(
    vm: Interpreter,
    readonly environment: Environment,
  ) {
    super(vm.class('object'));
  }
}

function scopeOf(vm: Interpreter, name: string, env: Environment): Value {
  if (name === 'globals' || env.locals === null) {
    return name === 'dir' ? vm.unknown('unsupported', 'dir()') : namespaceOf(vm, env.globals);
  }
  const dict = new PyDict();
  for (const [key, value] of env.variables) {
    if (!key.startsWith('\0') && key !== '__class__') dict.set(key, value);
  }
  if (name === 'dir') return new PyList([...dict.map.keys()].sort());
  return dict;
}

function unpackKeywords(vm: Interpreter, value: Value, keywords: Map<string, Value>): void {
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  if (!(value instanceof PyDict)) {
    if (value instanceof PyInstance) {
      const keys = listItems(vm, call(vm, getAttribute(vm, value, 'keys'), []));
      for (const key of keys) keywords.set(String(key), getItem(vm, value, key));
      return;
    }
    vm.raise('TypeError', 'argument after ** must be a mapping');
  }
  if (value.taint !== null) throw new UnknownOperand(value.taint);
  if (value.open !== null) throw new UnknownOperand(value.open);
  for (const { key, value: item } of value.map.values()) {
    if (typeof key !== 'string') vm.raise('TypeError', 'keywords must be strings');
    if (keywords.has(key)) vm.raise('TypeError', `got multiple values for keyword argument '${key}'`);
    keywords.set(key, item);
  }
}

function zeroArgumentSuper(vm: Interpreter, env: Environment): Value {
  for (let scope: Environment | null = env; scope !== null; scope = scope.parent) {
    const owner = scope.variables.get('__class__');
    if (!(owner instanceof PyClass)) continue;
    const first = scope.variables.get(SELF_VARIABLE);
    if (first === undefined) continue;
    return new PySuper(owner, first);
  }
  vm.raise('RuntimeError', 'super(): no arguments');
}

// Comprehensions ----------------------------------------------------------------------------------

type Comprehension = Extract<Expression, { kind: 'comprehension' }>;

function evaluateComprehension(vm: Interpreter, node: Comprehension, env: Environment): Value {
  const [first] = node.clauses;
  if (first === undefined) return unsupported(vm, 'comprehension');
  const source = evaluate(vm, first.iterable, env);
  const scope = comprehensionScope(node, env);
  if (node.result === 'generator') return comprehensionGenerator(vm, node, source, scope);
  try {
    if (node.result === 'list') {
      const items: Value[] = [];
      runClauses(vm, node, 0, source, scope, () => {
        items.push(evaluate(vm, node.element, scope));
        vm.checkSize(items.length);
      });
      return new PyList(items);
    }
    if (node.result === 'set') {
      const set = new PySet(false);
      runClauses(vm, node, 0, source, scope, () => {
        addToSet(vm, set, evaluate(vm, node.element, scope));
      });
      return set;
    }
    const dict = new PyDict();
    runClauses(vm, node, 0, source, scope, () => {
      const key = evaluate(vm, node.element, scope);
      const hash = hashKey(vm, key);
      const value = node.value === null ? null : evaluate(vm, node.value, scope);
      const present = dict.map.get(hash);
      if (present === undefined) dict.map.set(hash, { key, value });
      else present.value = value;
    });
    return dict;
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
    throw error;
  }
}

export function comprehensionScope(node: Comprehension, env: Environment): Environment {
  let parent: Environment | null = env;
  while (parent !== null && (parent.isClass || parent.locals === null)) parent = parent.parent;
  return new Environment(parent, node.scope.locals, env.globals, new Set(), new Set());
}

function runClauses(
  vm: Interpreter,
  node: Comprehension,
  index: number,
  source: Value,
  scope: Environment,
  body: () => void,
): void {
  const clause = node.clauses[index];
  if (clause === undefined) return;
  const iterator = iterate(vm, source);
  for (;;) {
    const item = advance(vm, iterator);
    if (item === undefined) return;
    withRow(vm, item, () => {
      assign(vm, clause.target, item, scope);
      if (!passes(vm, clause.conditions, scope)) return;
      const next = node.clauses[index + 1];
      if (next === undefined) body();
      else runClauses(vm, node, index + 1, evaluate(vm, next.iterable, scope), scope, body);
    });
  }
}

/** Whether an element passes the conditions; one that is not known makes the whole result unknown. */
export function passes(vm: Interpreter, conditions: readonly Expression[], scope: Environment): boolean {
  for (const condition of conditions) {
    const test = truth(vm, evaluate(vm, condition, scope));
    if (test === false) return false;
    if (test !== true) throw new UnknownOperand(test);
  }
  return true;
}

// Strings -----------------------------------------------------------------------------------------

function formatParts(vm: Interpreter, parts: readonly FormatPart[], env: Environment): Value {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    let value = evaluate(vm, part.value, env);
    const reason = unknownReason(value);
    if (reason !== null) return new PyUnknown(reason, vm.class('str'));
    const specifier = formatParts(vm, part.format, env);
    if (typeof specifier !== 'string') return specifier;
    try {
      if (part.conversion === 'r' || part.conversion === 'a') value = reprOf(vm, value);
      else if (part.conversion === 's') value = strOf(vm, value);
      else if (part.label !== null && specifier === '') value = reprOf(vm, value);
      text += (part.label ?? '') + formatValue(vm, value, specifier);
    } catch (error) {
      if (error instanceof UnknownOperand) return new PyUnknown(error.reason, vm.class('str'));
      throw error;
    }
  }
  vm.checkSize(text.length);
  return text;
}

export type { Keywords };
