import { UnknownOperand } from './errors';
import type { Interpreter } from './machine';
import type { PySet, Value } from './values';

/** A set's elements, for uses to which their order is all one. */
export function setItems(vm: Interpreter, set: PySet): Value[] {
  const reason = set.taint ?? set.open;
  if (reason !== null) throw new UnknownOperand(reason);
  vm.step();
  return [...set.map.values()];
}
