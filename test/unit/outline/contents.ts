import type { Child, Content } from '../../../src/checkpoint/content';
import type { Integer, StorageSpec, TensorSpec } from '../../../src/stateDict/tensorSpec';
import { contiguousStride, elementCount, multiplyIntegers } from '../../../src/stateDict/tensorSpec';

/** Hand-made content graphs for the tests of the outline. */

export function storage(key: string, bytes: Integer | null): StorageSpec {
  return { key, dtype: null, bytes, device: 'cpu', source: null };
}

export function spec(shape: readonly Integer[], more: Partial<TensorSpec> = {}): TensorSpec {
  return {
    dtype: 'float32',
    shape,
    stride: contiguousStride(shape),
    layout: 'strided',
    storage: storage('0', multiplyIntegers(elementCount(shape) ?? 0, 4)),
    storageOffset: 0,
    device: 'cpu',
    kind: 'tensor',
    requiresGrad: false,
    pythonType: 'torch.Tensor',
    parts: [],
    ...more,
  };
}

export function tensor(shape: readonly Integer[], more: Partial<TensorSpec> = {}): Content {
  return { type: 'tensor', tensor: spec(shape, more), children: () => [] };
}

export function scalar(value: number | string | boolean | null): Content {
  if (value === null) return { type: 'scalar', pythonType: 'NoneType', value, text: 'None' };
  if (typeof value === 'boolean') {
    return { type: 'scalar', pythonType: 'bool', value, text: value ? 'True' : 'False' };
  }
  if (typeof value === 'string') return { type: 'scalar', pythonType: 'str', value, text: `'${value}'` };
  return { type: 'scalar', pythonType: 'int', value, text: String(value) };
}

/** A dict; numbers as keys through entries. */
export function dict(
  items: Readonly<Record<string, Content>> | readonly (readonly [string | number, Content])[],
  pythonType = 'dict',
): Content {
  const entries = Array.isArray(items)
    ? (items as readonly (readonly [string | number, Content])[])
    : Object.entries(items as Readonly<Record<string, Content>>);
  const children = entries.map(([name, content]): Child => ({
    name,
    access: `[${typeof name === 'number' ? name : JSON.stringify(name)}]`,
    content,
    role: 'item',
  }));
  return { type: 'dict', pythonType, length: children.length, children: () => children };
}

export function list(items: readonly Content[], pythonType = 'list'): Content {
  const children = items.map((content, name): Child => ({
    name,
    access: `[${name}]`,
    content,
    role: 'item',
  }));
  return { type: 'sequence', pythonType, length: children.length, children: () => children };
}

/** A list that may come to contain itself. */
export function openList(): { content: Content; add(content: Content): void } {
  const children: Child[] = [];
  return {
    content: { type: 'sequence', pythonType: 'list', length: 1, children: () => children },
    add: (content) =>
      children.push({ name: children.length, access: `[${children.length}]`, content, role: 'item' }),
  };
}

export function module(
  pythonType: string,
  repr: string,
  members: Readonly<Record<string, readonly [Child['role'], Content]>>,
): Content {
  const children = Object.entries(members).map(([name, [role, content]]): Child => ({
    name,
    access: `.${name}`,
    content,
    role,
  }));
  return { type: 'module', pythonType, repr, children: () => children };
}
