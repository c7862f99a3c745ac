import type { Pattern } from '../python/syntax';
import { assign } from './assignment';
import { evaluate } from './expressions';
import { type Interpreter, unknownReason } from './machine';
import { equals } from './operators';
import { type Environment, PyList, PyTuple, type Value } from './values';

/** Whether a value matches a `case` pattern, binding its names; null when it is not known. */
export function matchPattern(
  vm: Interpreter,
  pattern: Pattern,
  subject: Value,
  env: Environment,
): boolean | null {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'capture':
      assign(vm, { kind: 'name', line: 0, name: pattern.name }, subject, env);
      return true;
    case 'value': {
      if (unknownReason(subject) !== null) return null;
      const answer = equals(vm, subject, evaluate(vm, pattern.value, env));
      return typeof answer === 'boolean' ? answer : null;
    }
    case 'or':
      for (const option of pattern.options) {
        const answer = matchPattern(vm, option, subject, env);
        if (answer !== false) return answer;
      }
      return false;
    case 'as': {
      const answer = matchPattern(vm, pattern.pattern, subject, env);
      if (answer === true) assign(vm, { kind: 'name', line: 0, name: pattern.name }, subject, env);
      return answer;
    }
    case 'sequence': {
      if (unknownReason(subject) !== null) return null;
      if (!(subject instanceof PyList) && !(subject instanceof PyTuple)) return false;
      if (pattern.elements.some((element) => element.kind === 'rest')) return null;
      if (subject.items.length !== pattern.elements.length) return false;
      for (const [i, element] of pattern.elements.entries()) {
        const answer = matchPattern(vm, element, subject.items[i] ?? null, env);
        if (answer !== true) return answer;
      }
      return true;
    }
    case 'rest':
    case 'unsupported':
      return null;
  }
}
