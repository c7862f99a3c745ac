import type { UnpickledStream } from '../pickle/unpickler';
import type { PickledRoot } from './checkpoint';
import type { FileContext } from './fileContext';
import type { Resolver } from './resolver';

export function pickledRoot(
  { value }: UnpickledStream,
  resolver: Resolver,
  context: FileContext,
): PickledRoot {
  return {
    value,
    content: (one) => resolver.content(one),
    persistent: (id) => context.resolve(id),
  };
}
