import type { ClassDefinition, Expression } from '../../python/syntax';
import type { Examined, Problem, TextChange } from './problem';
import { buildsModule, methodOf, moduleClassesOf, nnName, nodesBelow, selfAttribute } from './walk';

/** Functions that look at a list and keep nothing of it. */
const READERS = new Set(['len', 'enumerate', 'zip', 'reversed', 'range', 'print', 'iter', 'isinstance']);

/**
 * Modules in a plain Python list: torch does not register them, so they are not trained, saved or moved.
 * A list that is handed on (`nn.Sequential(*self.x)`, `setattr` in a loop) is left alone.
 */
export function plainLists(file: Examined): Problem[] {
  return moduleClassesOf(file).flatMap((cls) => ofClass(cls, file));
}

function ofClass(cls: ClassDefinition, file: Examined): Problem[] {
  const init = methodOf(cls, '__init__');
  const self = init?.parameters[0]?.name;
  if (init === undefined || self === undefined) return [];
  const lists = new Map<string, { line: number; filled: boolean }>();
  const nodes = [...nodesBelow(init.body, false)];
  for (const node of nodes) {
    if (node.kind !== 'assign' || node.targets.length !== 1) continue;
    const [target] = node.targets;
    const name = target === undefined ? null : selfAttribute(target, self);
    if (name === null) continue;
    if (isList(node.value)) lists.set(name, { line: node.line, filled: holdsModules(node.value, file) });
  }
  for (const node of nodes) {
    if (node.kind !== 'call' || node.callee.kind !== 'attribute' || node.callee.name !== 'append') continue;
    const list = lists.get(selfAttribute(node.callee.object, self) ?? '');
    const [argument] = node.args;
    if (list !== undefined && argument !== undefined && buildsModule(argument.value, file))
      list.filled = true;
  }
  return [...lists]
    .filter(([name, { filled }]) => filled && !isHandedOn(name, cls))
    .map(([name, { line }]) => ({
      kind: 'plainList' as const,
      line,
      args: [name],
      fix: wrapped(file, line),
    }));
}

function isList(value: Expression): boolean {
  return value.kind === 'list' || (value.kind === 'comprehension' && value.result === 'list');
}

function holdsModules(value: Expression, file: Examined): boolean {
  if (value.kind === 'list') return value.elements.some((element) => buildsModule(element, file));
  return value.kind === 'comprehension' && buildsModule(value.element, file);
}

/** Whether anything in the class gives the list, or what is in it, to someone who may register it. */
function isHandedOn(name: string, cls: ClassDefinition): boolean {
  for (const node of nodesBelow(cls.body, true)) {
    if (node.kind === 'call') {
      const callee =
        node.callee.kind === 'name'
          ? node.callee.name
          : node.callee.kind === 'attribute'
            ? node.callee.name
            : '';
      if (callee === 'setattr' || callee === 'add_module' || callee === 'register_module') return true;
      if (READERS.has(callee)) continue;
      if (node.args.some(({ value }) => isOwn(value, name))) return true;
    }
    if (node.kind === 'assign' && isOwn(node.value, name)) return true;
    if (node.kind === 'return' && node.value !== null && isOwn(node.value, name)) return true;
  }
  return false;
}

function isOwn(value: Expression, name: string): boolean {
  if (value.kind === 'starred') return isOwn(value.value, name);
  return value.kind === 'attribute' && value.name === name && value.object.kind === 'name';
}

/** Puts `nn.ModuleList(…)` around the list that a line assigns. */
function wrapped(file: Examined, line: number): TextChange[] | null {
  const nn = nnName(file.module);
  const text = file.lines[line - 1] ?? '';
  const start = /^\s*\w+\.\w+\s*=\s*(?=\[)/.exec(text)?.[0].length;
  if (nn === null || start === undefined) return null;
  const end = closingBracket(file.lines, line, start);
  if (end === null) return null;
  return [
    { line, column: start, endLine: line, endColumn: start, text: `${nn}.ModuleList(` },
    { line: end.line, column: end.column, endLine: end.line, endColumn: end.column, text: ')' },
  ];
}

/** The place behind the bracket that closes the one at `column`; null where strings make that unsure. */
function closingBracket(
  lines: readonly string[],
  line: number,
  column: number,
): { readonly line: number; readonly column: number } | null {
  let depth = 0;
  for (let at = line; at <= lines.length; at++) {
    const text = lines[at - 1] ?? '';
    for (let i = at === line ? column : 0; i < text.length; i++) {
      const sign = text[i] ?? '';
      if (sign === '"' || sign === "'") return null;
      if (sign === '#') break;
      if ('([{'.includes(sign)) depth++;
      if (')]}'.includes(sign) && --depth === 0) {
        return /^\s*(#.*)?$/.test(text.slice(i + 1)) ? { line: at, column: i + 1 } : null;
      }
    }
  }
  return null;
}
