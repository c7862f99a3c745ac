import { PyBuffer, PyBytes, PyExtension, PyFloat, PyGlobal, type Value } from '../pickle/values';
import { canonicalName } from '../torchNames/canonicalName';
import { torchConstantType } from '../torchNames/torchValues';
import type { ScalarContent } from './content';
import { pythonRepr } from './pythonRepr';

/** None, numbers, texts, bytes and names; null for a container or an object. */
export function scalarContent(value: Value): ScalarContent | null {
  if (value === null) return scalar('NoneType', null, value);
  switch (typeof value) {
    case 'boolean':
      return scalar('bool', value, value);
    case 'number':
    case 'bigint':
      return scalar('int', value, value);
    case 'string':
      return scalar('str', value, value);
    default:
      break;
  }
  if (value instanceof PyFloat) {
    return scalar('float', Number.isFinite(value.value) ? value.value : pythonRepr(value), value);
  }
  if (value instanceof PyBytes) {
    const type =
      value.pythonType === 'str2' ? 'bytes' : value.pythonType === 'integer' ? 'int' : value.pythonType;
    return scalar(type, pythonRepr(value), value);
  }
  if (value instanceof PyGlobal) {
    const name = canonicalName(value.module, value.name);
    const constant = pythonConstants.get(name);
    if (constant !== undefined) return namedScalar(constant, name.slice('builtins.'.length));
    // Protocol 4 writes torch's memory formats as (`torch._utils`, `torch.channels_last`).
    const dotted = value.name.startsWith('torch.') ? value.name.slice('torch.'.length) : null;
    if (dotted !== null) return namedScalar(torchConstantType('torch', dotted) ?? 'global', value.name);
    return scalar(torchConstantType(value.module, value.name) ?? 'global', name, value);
  }
  if (value instanceof PyExtension) return scalar('copyreg extension', pythonRepr(value), value);
  if (value instanceof PyBuffer) return scalar('pickle.PickleBuffer', pythonRepr(value), value);
  return null;
}

const pythonConstants: ReadonlyMap<string, string> = new Map([
  ['builtins.Ellipsis', 'ellipsis'],
  ['builtins.NotImplemented', 'NotImplementedType'],
]);

/** A scalar whose `repr` is given. */
export function namedScalar(pythonType: string, text: string): ScalarContent {
  return { type: 'scalar', pythonType, value: text, text };
}

function scalar(pythonType: string, value: ScalarContent['value'], source: Value): ScalarContent {
  return { type: 'scalar', pythonType, value, text: pythonRepr(source) };
}
