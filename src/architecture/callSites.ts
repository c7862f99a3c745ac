import type { Argument, Expression, Module } from '../python/syntax';
import { dottedName, nodesBelow } from './diagnostics/walk';

/** A construction of a class with arguments that are known. */
export interface CallSite {
  readonly name: string;
  readonly line: number;
  /** The arguments as Python text. */
  readonly args: string;
}

/**
 * Calls whose arguments are all literals, one for each different argument text.
 *
 * @param classOf the class that a dotted name stands for, where it is one that is looked for
 */
export function literalCalls(module: Module, classOf: (dotted: string) => string | null): CallSite[] {
  const found = new Map<string, CallSite>();
  for (const node of nodesBelow(module.body, true)) {
    if (node.kind !== 'call' || node.args.length === 0) continue;
    const dotted = dottedName(node.callee);
    const name = dotted === null ? null : classOf(dotted);
    if (name === null) continue;
    const args = argumentsText(node.args);
    if (args === null) continue;
    const key = `${name}(${args})`;
    const known = found.get(key);
    if (known === undefined || known.line > node.line) found.set(key, { name, line: node.line, args });
  }
  return [...found.values()].sort((a, b) => a.line - b.line);
}

function argumentsText(args: readonly Argument[]): string | null {
  const texts = args.map(({ name, unpack, value }) => {
    const text = unpack === 0 ? literalText(value) : null;
    return text === null || name === null ? text : `${name}=${text}`;
  });
  return texts.some((text) => text === null) ? null : texts.join(', ');
}

/** A literal as Python text; null for what is none, or too long to be shown. */
export function literalText(value: Expression): string | null {
  if (value.kind === 'unary' && value.operator === '-') {
    const text = literalText(value.operand);
    return text === null ? null : `-${text}`;
  }
  if (value.kind === 'tuple' || value.kind === 'list') {
    const texts = value.elements.map(literalText);
    if (texts.length > 16 || texts.some((text) => text === null)) return null;
    if (value.kind === 'list') return `[${texts.join(', ')}]`;
    return `(${texts.join(', ')}${texts.length === 1 ? ',' : ''})`;
  }
  if (value.kind !== 'constant') return null;
  switch (typeof value.value) {
    case 'bigint':
      return String(value.value);
    case 'boolean':
      return value.value ? 'True' : 'False';
    case 'string':
      return /^[\w ./-]{0,40}$/.test(value.value) ? `'${value.value}'` : null;
    case 'number':
      return /^\d+\.\d+$/.test(String(value.value)) ? String(value.value) : null;
    default:
      return value.value === null ? 'None' : null;
  }
}
