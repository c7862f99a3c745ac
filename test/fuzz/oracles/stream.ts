import type { UnpickledStream } from '../../../src/pickle/unpickler';
import {
  isTuple,
  PyBuffer,
  PyBytes,
  PyDict,
  PyExtension,
  PyFloat,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
  PySet,
  type Value,
} from '../../../src/pickle/values';

/**
 * Everything that a stream was read to, as text: equal for equal streams, with sharing and cycles. Objects are
 * numbered in the order in which they are met; nothing recurses.
 */
export function describeStream(stream: UnpickledStream): string {
  const graph = new Graph();
  const lines = [
    `error ${stream.error?.message ?? ''} end ${stream.end} protocol ${stream.protocol}`,
    `value ${graph.reference(stream.value)}`,
    ...stream.calls.map((call) => `call ${graph.reference(call)}`),
    ...stream.persistentIds.map((id) => `id ${graph.reference(id)}`),
    ...stream.imports.map(({ global, offset }) => `import ${graph.reference(global)} ${offset}`),
    ...stream.effects.map(
      ({ opcode, target, argument, offset }) =>
        `effect ${opcode} ${graph.reference(target)} ${graph.reference(argument)} ${offset}`,
    ),
  ];
  return [...lines, ...graph.descriptions()].join('\n');
}

class Graph {
  private readonly numbers = new Map<object, number>();
  private readonly objects: object[] = [];

  /** A scalar as it is, an object by its number. */
  reference(value: Value | undefined): string {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null) return String(value);
    if (value instanceof PyFloat) return `float ${value.value}`;
    // Equal tuples of integers may be one, or two.
    if (isTuple(value) && value.every((item) => typeof item === 'number')) return `(${value.join()})`;
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.objects.length;
      this.numbers.set(value, number);
      this.objects.push(value);
    }
    return `#${number}`;
  }

  descriptions(): string[] {
    const lines: string[] = [];
    for (let i = 0; i < this.objects.length; i++)
      lines.push(`#${i} ${this.describe(this.objects[i] as Value)}`);
    return lines;
  }

  private describe(value: Value): string {
    const list = (items: readonly Value[]): string => items.map((item) => this.reference(item)).join();
    if (isTuple(value)) return `tuple ${list(value)}`;
    if (value instanceof PyList) return `list ${list(value.items)}`;
    if (value instanceof PySet) return `set ${value.frozen} ${list(value.items)}`;
    if (value instanceof PyDict) return `dict ${list(value.keys)} : ${list(value.values)}`;
    if (value instanceof PyGlobal)
      return `global ${JSON.stringify([value.module, value.name])} ${value.offset}`;
    if (value instanceof PyPersistentId) return `id ${this.reference(value.id)} ${value.offset}`;
    if (value instanceof PyExtension) return `extension ${value.code} ${value.offset}`;
    if (value instanceof PyBuffer) return `buffer ${value.index}`;
    if (value instanceof PyBytes) {
      return `${value.pythonType} ${value.length} ${value.offset} ${Buffer.from(value.bytes).toString('hex')}`;
    }
    if (value instanceof PyObject) {
      const { callee, args, kwargs, state, items, entries, opcode, offset } = value;
      const parts = [callee, args, kwargs, state, entries ?? undefined].map((part) => this.reference(part));
      return `object ${opcode} ${offset} ${parts.join(' ')} ${items === null ? '' : list(items)}`;
    }
    return String(value);
  }
}
