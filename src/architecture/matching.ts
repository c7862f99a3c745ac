import type { Expression, Pattern } from '../python/syntax';
import { assign } from './assignment';
import { findAttribute } from './attributes';
import { UnknownOperand, PyRaise } from './errors';
import { evaluate } from './expressions';
import { hashKey } from './hashing';
import { listItems } from './iteration';
import { type Interpreter, unknownReason } from './machine';
import { equals } from './operators';
import { isInstance, lookup } from './types';
import {
  type Environment,
  PyClass,
  PyDict,
  PyInstance,
  PyList,
  PyRange,
  PyTuple,
  type Value,
} from './values';

/** Whether a value matches a `case` pattern; then its names are bound. Null when it is not known. */
export function matchPattern(
  vm: Interpreter,
  pattern: Pattern,
  subject: Value,
  env: Environment,
): boolean | null {
  const captures: Capture[] = [];
  let answer: boolean | null;
  try {
    answer = matches(vm, pattern, subject, env, captures);
  } catch (error) {
    if (error instanceof UnknownOperand) return null;
    throw error;
  }
  // Names are bound only when all of the pattern has matched.
  if (answer === true) {
    for (const { name, value } of captures) assign(vm, { kind: 'name', line: 0, name }, value, env);
  }
  return answer;
}

interface Capture {
  readonly name: string;
  readonly value: Value;
}

function matches(
  vm: Interpreter,
  pattern: Pattern,
  subject: Value,
  env: Environment,
  captures: Capture[],
): boolean | null {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'capture':
      captures.push({ name: pattern.name, value: subject });
      return true;
    case 'value':
      return matchesValue(vm, pattern.value, subject, env);
    case 'or':
      for (const option of pattern.options) {
        const answer = matches(vm, option, subject, env, captures);
        if (answer !== false) return answer;
      }
      return false;
    case 'as': {
      const answer = matches(vm, pattern.pattern, subject, env, captures);
      if (answer === true) captures.push({ name: pattern.name, value: subject });
      return answer;
    }
    case 'sequence':
      return matchesSequence(vm, pattern.elements, subject, env, captures);
    case 'class':
      return matchesClass(vm, pattern, subject, env, captures);
    case 'mapping':
      return matchesMapping(vm, pattern, subject, env, captures);
    case 'rest':
    case 'unsupported':
      return null;
  }
}

function matchesValue(vm: Interpreter, value: Expression, subject: Value, env: Environment): boolean | null {
  if (unknownReason(subject) !== null) return null;
  const wanted = evaluate(vm, value, env);
  // None, True and False are compared by identity.
  if (value.kind === 'constant' && (wanted === null || typeof wanted === 'boolean'))
    return subject === wanted;
  const answer = equals(vm, subject, wanted);
  return typeof answer === 'boolean' ? answer : null;
}

function matchesSequence(
  vm: Interpreter,
  patterns: readonly Pattern[],
  subject: Value,
  env: Environment,
  captures: Capture[],
): boolean | null {
  if (unknownReason(subject) !== null) return null;
  if (!(subject instanceof PyList) && !(subject instanceof PyTuple) && !(subject instanceof PyRange)) {
    return subject instanceof PyInstance && mayBe(subject, 'Sequence', 'deque') ? null : false;
  }
  const items = listItems(vm, subject);
  const rest = patterns.findIndex(({ kind }) => kind === 'rest');
  if (rest < 0 ? items.length !== patterns.length : items.length < patterns.length - 1) return false;
  const after = rest < 0 ? 0 : patterns.length - rest - 1;
  for (const [i, pattern] of patterns.entries()) {
    if (pattern.kind === 'rest') {
      const value = new PyList(items.slice(rest, items.length - after));
      if (pattern.name !== null && pattern.name !== '_') captures.push({ name: pattern.name, value });
      continue;
    }
    const at = rest >= 0 && i > rest ? items.length - patterns.length + i : i;
    const answer = matches(vm, pattern, items[at] ?? null, env, captures);
    if (answer !== true) return answer;
  }
  return true;
}

/** Builtin classes whose one positional pattern is matched by the value itself. */
const WHOLE: ReadonlySet<string> = new Set(
  'bool bytearray bytes dict float frozenset int list set str tuple'.split(' '),
);

function matchesClass(
  vm: Interpreter,
  pattern: Extract<Pattern, { kind: 'class' }>,
  subject: Value,
  env: Environment,
  captures: Capture[],
): boolean | null {
  const cls = evaluate(vm, pattern.cls, env);
  if (unknownReason(cls) !== null) return null;
  if (!(cls instanceof PyClass)) vm.raise('TypeError', 'called match pattern must be a class');
  const instance = isInstance(vm, subject, cls);
  if (instance === false) return false;
  if (instance !== true) return null;
  const { positional, named } = pattern;
  let names: Value[] = [];
  if (positional.length > 0) {
    const builtin = cls.mro.find(({ name, module }) => module === 'builtins' && WHOLE.has(name));
    const given = lookup(vm, cls, '__match_args__');
    if (given === undefined && builtin !== undefined) {
      const [only] = positional;
      if (positional.length > 1 || only === undefined) {
        vm.raise('TypeError', `${cls.name}() accepts 1 positional sub-pattern (${positional.length} given)`);
      }
      const answer = matches(vm, only, subject, env, captures);
      if (answer !== true) return answer;
    } else {
      names = given === undefined ? [] : listItems(vm, given);
      if (names.length < positional.length) {
        const count = `${names.length} positional sub-patterns (${positional.length} given)`;
        vm.raise('TypeError', `${cls.name}() accepts ${count}`);
      }
    }
  }
  const parts = [
    ...(names.length === 0 ? [] : positional.map((part, i) => ({ name: names[i] ?? null, pattern: part }))),
    ...named,
  ];
  for (const { name, pattern: part } of parts) {
    if (typeof name !== 'string') return null;
    const value = attributeOf(vm, subject, name);
    if (value === undefined) return false;
    const answer = matches(vm, part, value, env, captures);
    if (answer !== true) return answer;
  }
  return true;
}

function attributeOf(vm: Interpreter, subject: Value, name: string): Value | undefined {
  try {
    return findAttribute(vm, subject, name);
  } catch (error) {
    if (error instanceof PyRaise && error.exception.cls.isSubclassOf(vm.class('AttributeError'))) {
      return undefined;
    }
    throw error;
  }
}

function matchesMapping(
  vm: Interpreter,
  pattern: Extract<Pattern, { kind: 'mapping' }>,
  subject: Value,
  env: Environment,
  captures: Capture[],
): boolean | null {
  if (unknownReason(subject) !== null) return null;
  if (!(subject instanceof PyDict)) {
    return subject instanceof PyInstance && mayBe(subject, 'Mapping') ? null : false;
  }
  if (subject.taint !== null || subject.open !== null) return null;
  const used = new Set<string>();
  for (const { key, pattern: part } of pattern.entries) {
    const hash = hashKey(vm, evaluate(vm, key, env));
    const entry = subject.map.get(hash);
    if (entry === undefined) return false;
    used.add(hash);
    const answer = matches(vm, part, entry.value, env, captures);
    if (answer !== true) return answer;
  }
  if (pattern.rest !== null) {
    const rest = new PyDict();
    for (const [hash, { key, value }] of subject.map) if (!used.has(hash)) rest.map.set(hash, { key, value });
    captures.push({ name: pattern.rest, value: rest });
  }
  return true;
}

/** Whether an instance may count as one of these kinds of collections. */
function mayBe(subject: PyInstance, ...names: string[]): boolean {
  return subject.cls.mro.some((base) => names.some((name) => base.name.endsWith(name)));
}
