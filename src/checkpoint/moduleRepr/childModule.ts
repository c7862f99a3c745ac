import { PyDict, PyObject, type Value } from '../../pickle/values';
import type { ModuleFacts } from './pieces';

/** What the file says of a submodule; of an absent one, nothing. */
export function childModule(facts: ModuleFacts, name: string): ModuleFacts {
  const child = lookUp(facts.attribute('_modules'), name);
  const state = child instanceof PyObject ? child.state : undefined;
  return {
    attribute: (attribute) => lookUp(state, attribute),
    registered: (tensor) => {
      const parameter = lookUp(lookUp(state, '_parameters'), tensor);
      const found = parameter === undefined ? lookUp(lookUp(state, '_buffers'), tensor) : parameter;
      // Whether it is there is all that a parent prints of it.
      return found === undefined || found === null ? found : [];
    },
  };
}

/** An item of a dict, or of an OrderedDict, which older versions of torch register in. */
function lookUp(container: Value | undefined, key: string): Value | undefined {
  if (container instanceof PyDict) return container.get(key);
  return container instanceof PyObject ? container.entries?.get(key) : undefined;
}
