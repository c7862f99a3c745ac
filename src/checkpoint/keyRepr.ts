import { isTuple, PyList, PyObject, PySet, type Value } from '../pickle/values';
import type { Content } from './content';
import { pythonRepr, stringRepr } from './pythonRepr';

/** Characters of a key that stand in a path; longer ones are cut with `…`. */
const textLimit = 120;

/**
 * Python's `repr` of a dict's key, cut at {@link textLimit}. A key that Python would build by a call reads as
 * what it then is, as far as that is known: `frozenset({1})`, `device(type='cuda', index=0)`.
 *
 * @param meaning what the key is; asked only of keys that are objects.
 */
export function keyRepr(key: Value, meaning: (object: PyObject) => Content): string {
  if (!(key instanceof PyObject)) return pythonRepr(key, textLimit);
  const content = meaning(key);
  const known =
    content.type === 'scalar'
      ? scalarRepr(content.pythonType, content.text)
      : content.type === 'sequence'
        ? collectionRepr(content.pythonType, key)
        : null;
  if (known === null) return pythonRepr(key, textLimit);
  return known.length > textLimit ? `${known.slice(0, textLimit)}…` : known;
}

/** `text` is how a row shows the value: a path as its parts, a device as torch writes it in a setting. */
function scalarRepr(pythonType: string, text: string): string | null {
  if (pythonType === 'torch.device') {
    const [type = '', index] = text.split(':');
    return `device(type=${stringRepr(type)}${index === undefined ? '' : `, index=${index}`})`;
  }
  if (pythonType === 'numpy.dtype') return `dtype(${stringRepr(text)})`;
  if (pythonType === 'numpy.bool') return `np.${text}_`;
  // Texts and half floats are not decoded as numpy prints them.
  if (/^numpy\.(u?int\d+|float32|float64)$/.test(pythonType)) return `np.${pythonType.slice(6)}(${text})`;
  if (pythonType.startsWith('pathlib.')) {
    const name = pythonType.slice('pathlib.'.length);
    // Windows' paths, too, are printed with slashes.
    return `${name}(${stringRepr(name.includes('Windows') ? text.replaceAll('\\', '/') : text)})`;
  }
  return bareTypes.has(pythonType) || pythonType.startsWith('datetime.') ? text : null;
}

/** Types whose `repr` is the text of their rows. */
const bareTypes: ReadonlySet<string> = new Set([
  'complex',
  'range',
  'slice',
  'torch.layout',
  'torch.dtype',
  'bytes',
  'decimal.Decimal',
  'fractions.Fraction',
  'uuid.UUID',
]);

function collectionRepr(pythonType: string, object: PyObject): string | null {
  const [items] = isTuple(object.args) ? object.args : [];
  if (items !== undefined && !(items instanceof PyList) && !isTuple(items)) return null;
  const values = items === undefined ? [] : isTuple(items) ? items : items.items;
  if (pythonType === 'frozenset') {
    return pythonRepr(new PySet([...values], true), textLimit);
  }
  if (pythonType === 'torch.Size')
    return `torch.Size([${values.map((size) => pythonRepr(size)).join(', ')}])`;
  return null;
}
