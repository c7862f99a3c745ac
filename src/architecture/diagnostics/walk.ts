import type { ClassDefinition, Expression, FunctionDefinition, Module, Statement } from '../../python/syntax';
import type { Examined } from './problem';

export type Node = Expression | Statement;

/** All nodes below statements in no particular order, without recursion; `nested` includes inner functions. */
export function* nodesBelow(roots: readonly unknown[], nested: boolean): Generator<Node> {
  const stack: unknown[] = [...roots];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      stack.push(...(node as unknown[]));
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    if ('kind' in node && typeof node.kind === 'string') {
      const typed = node as Node;
      if (!nested && (typed.kind === 'function' || typed.kind === 'class' || typed.kind === 'lambda'))
        continue;
      yield typed;
    }
    stack.push(...Object.values(node));
  }
}

/** The `nn.Module` classes of a file, at its top level. */
export function moduleClassesOf(file: Examined): ClassDefinition[] {
  return file.module.body.filter(
    (statement): statement is ClassDefinition =>
      statement.kind === 'class' && file.moduleClasses.has(statement.name),
  );
}

export function methodOf(cls: ClassDefinition, name: string): FunctionDefinition | undefined {
  return cls.body.find(
    (statement): statement is FunctionDefinition => statement.kind === 'function' && statement.name === name,
  );
}

/** `x` of `self.x`, null for anything else. */
export function selfAttribute(expression: Expression, self: string): string | null {
  return expression.kind === 'attribute' &&
    expression.object.kind === 'name' &&
    expression.object.name === self
    ? expression.name
    : null;
}

/** How the file writes `torch.nn`: `nn`, `torch.nn`; null when it does not. */
export function nnName(module: Module): string | null {
  let torch: string | null = null;
  for (const statement of module.body) {
    if (statement.kind === 'import') {
      for (const { name, alias } of statement.names) {
        if (name === 'torch.nn') return alias ?? 'torch.nn';
        if (name === 'torch') torch = `${alias ?? 'torch'}.nn`;
      }
    } else if (statement.kind === 'importFrom' && statement.module === 'torch' && statement.level === 0) {
      for (const { name, alias } of statement.names ?? []) if (name === 'nn') return alias ?? 'nn';
    }
  }
  return torch;
}

/** `a.b.c` of a chain of names; null for anything else. */
export function dottedName(expression: Expression): string | null {
  const parts: string[] = [];
  let at = expression;
  while (at.kind === 'attribute') {
    parts.unshift(at.name);
    at = at.object;
  }
  return at.kind === 'name' ? [at.name, ...parts].join('.') : null;
}

/** Things of `torch.nn` that begin with a capital and are no modules. */
const NO_MODULES = new Set([
  'Parameter',
  'ParameterList',
  'ParameterDict',
  'Buffer',
  'UninitializedParameter',
]);

/** Whether a call certainly builds a module: a class of `torch.nn`, or one of the file's own. */
export function buildsModule(expression: Expression, file: Examined): boolean {
  if (expression.kind !== 'call') return false;
  const name = dottedName(expression.callee);
  if (name === null) return false;
  if (file.moduleClasses.has(name)) return true;
  const nn = nnName(file.module);
  if (nn === null || !name.startsWith(`${nn}.`)) return false;
  const own = name.slice(nn.length + 1);
  return /^[A-Z]\w*$/.test(own) && !NO_MODULES.has(own);
}

/** Whether two expressions are written alike, wherever they stand. */
export function sameExpression(left: Expression, right: Expression): boolean {
  return shapeOf(left) === shapeOf(right);
}

function shapeOf(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'line') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
