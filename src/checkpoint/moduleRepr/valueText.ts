import { isTuple, PyGlobal, PyList, PyObject, type Value } from '../../pickle/values';
import { canonicalName } from '../../torchNames/canonicalName';
import type { FileContext } from '../fileContext';
import { numpyScalar } from '../numpyValues';
import { defaultTextLimit, pythonRepr } from '../pythonRepr';

/** numpy's numbers hold nothing that only the file could explain. */
const noContext: FileContext = {
  resolve: () => null,
  plainTensor: () => null,
  scriptClass: () => null,
  constant: () => null,
  warn: () => undefined,
};

/** Python's `str` of an attribute's value, bounded; `…` where only the value's own class could say. */
export function strText(value: Value): string {
  if (typeof value === 'string') return cut(value);
  const number = value instanceof PyObject ? numpyScalar(value, noContext) : null;
  return number === null ? reprText(value) : number.text;
}

/** Python's `repr` of an attribute's value, bounded; `…` where only the value's own class could say. */
export function reprText(value: Value): string {
  const size = sizeItems(value);
  if (size !== null) return `torch.Size(${pythonRepr(size).replace(/^\(/, '[').replace(/,?\)$/, ']')})`;
  if (!(value instanceof PyObject)) return pythonRepr(value);
  const number = numpyScalar(value, noContext);
  // As numpy 2 writes it.
  return number === null ? '…' : `${number.pythonType.replace('numpy', 'np')}(${number.text})`;
}

/** The items of a `torch.Size`, null for anything else. */
export function sizeItems(value: Value): Value | null {
  if (!(value instanceof PyObject) || !(value.callee instanceof PyGlobal)) return null;
  if (canonicalName(value.callee.module, value.callee.name) !== 'torch.Size') return null;
  const items = isTuple(value.args) ? (value.args[0] ?? []) : null;
  return isTuple(items ?? undefined) ? items : null;
}

/** An object whose state is the list of its fields, as a dataclass with slots is saved. */
export function fieldsText(value: Value, className: string, fields: readonly string[]): string {
  if (!(value instanceof PyObject)) return reprText(value);
  const state = value.state;
  if (!(state instanceof PyList) || state.items.length !== fields.length) return '…';
  return `${className}(${state.items.map((item, i) => `${fields[i] ?? ''}=${reprText(item)}`).join(', ')})`;
}

function cut(text: string): string {
  return text.length > defaultTextLimit ? `${text.slice(0, defaultTextLimit)}…` : text;
}
