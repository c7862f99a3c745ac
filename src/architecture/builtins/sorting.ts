import { call } from '../calls';
import { UnknownOperand } from '../errors';
import type { Interpreter } from '../machine';
import { compareValues } from '../operators';
import { truth } from '../truth';
import type { Value } from '../values';

/** `sorted(items, key=…, reverse=…)`: stable, by `<` alone. */
export function sortValues(vm: Interpreter, items: readonly Value[], key: Value, reverse: Value): Value[] {
  const keyed = items.map((item) => ({ item, key: key === null ? item : call(vm, key, [item]) }));
  const descending = truth(vm, reverse);
  if (typeof descending !== 'boolean') throw new UnknownOperand(descending);
  if (descending) keyed.reverse();
  const less = (a: Value, b: Value): boolean => {
    const answer = truth(vm, compareValues(vm, '<', a, b));
    if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
    return answer;
  };
  // JavaScript's sort is stable and asks for both directions where neither is less.
  keyed.sort((a, b) => (less(a.key, b.key) ? -1 : less(b.key, a.key) ? 1 : 0));
  if (descending) keyed.reverse();
  return keyed.map(({ item }) => item);
}
