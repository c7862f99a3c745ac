import { normalizeInteger, type TensorSpec } from '../stateDict/tensorSpec';
import { ContentChild } from './children';
import type { Child, Content, DictContent, ScalarContent, TensorContent } from './content';
import { defaultTextLimit, floatRepr, stringRepr } from './pythonRepr';

/** Contents that come from no pickle: headers, indexes, JSON. */

export function tensorOf(tensor: TensorSpec): TensorContent {
  return { type: 'tensor', tensor, children: () => [] };
}

export function dictOf(
  entries: readonly (readonly [string | number, Content])[],
  pythonType = 'dict',
): DictContent {
  const children: readonly Child[] = entries.map(
    ([name, content]) => new ContentChild(name, content, 'item'),
  );
  return { type: 'dict', pythonType, length: children.length, children: () => children };
}

export function textOf(text: string): ScalarContent {
  const shown = stringRepr(text.length > defaultTextLimit ? `${text.slice(0, defaultTextLimit)}…` : text);
  return { type: 'scalar', pythonType: 'str', value: text, text: shown };
}

/** A JSON value, opened level by level on demand. */
export function jsonContent(value: unknown): Content {
  if (value === null) return { type: 'scalar', pythonType: 'NoneType', value: null, text: 'None' };
  if (typeof value === 'boolean') {
    return { type: 'scalar', pythonType: 'bool', value, text: value ? 'True' : 'False' };
  }
  if (typeof value === 'number') {
    if (!Number.isInteger(value))
      return { type: 'scalar', pythonType: 'float', value, text: floatRepr(value) };
    const integer = normalizeInteger(BigInt(value));
    return { type: 'scalar', pythonType: 'int', value: integer, text: String(integer) };
  }
  if (typeof value === 'string') return textOf(value);
  let made: readonly Child[] | null = null;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return {
      type: 'sequence',
      pythonType: 'list',
      length: items.length,
      children: () => (made ??= items.map((item, i) => new ContentChild(i, jsonContent(item), 'item'))),
    };
  }
  const entries = Object.entries(value as object);
  return {
    type: 'dict',
    pythonType: 'dict',
    length: entries.length,
    children: () => (made ??= entries.map(([key, item]) => new ContentChild(key, jsonContent(item), 'item'))),
  };
}
