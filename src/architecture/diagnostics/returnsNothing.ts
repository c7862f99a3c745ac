import type { FunctionDefinition, Statement } from '../../python/syntax';
import { type Examined, indentOf, type Problem, type TextChange } from './problem';
import { methodOf, moduleClassesOf, nodesBelow } from './walk';

/** A `forward` that computes and gives nothing back: the caller gets None. */
export function returnsNothing(file: Examined): Problem[] {
  return moduleClassesOf(file).flatMap((cls) => {
    const forward = methodOf(cls, 'forward');
    if (forward === undefined || !computesInVain(forward)) return [];
    const last = forward.body[forward.body.length - 1];
    const line = last?.kind === 'return' ? last.line : forward.line;
    return [{ kind: 'returnsNothing' as const, line, args: [cls.name], fix: returned(forward, file) }];
  });
}

function computesInVain(forward: FunctionDefinition): boolean {
  if (forward.isGenerator || forward.decorators.length > 0) return false;
  let computes = false;
  for (const node of nodesBelow(forward.body, false)) {
    if (node.kind === 'return' && node.value !== null) return false;
    // An abstract method, or one that is not understood.
    if (node.kind === 'raise' || node.kind === 'invalidStatement' || node.kind === 'invalid') return false;
    if (node.kind === 'assign' || node.kind === 'augmented') computes = true;
  }
  return computes;
}

/** `return x` where the last thing done is to make `x`. */
function returned(forward: FunctionDefinition, file: Examined): TextChange[] | null {
  const last = forward.body[forward.body.length - 1];
  const bare = last?.kind === 'return' ? last : null;
  const made = nameMade(forward.body[forward.body.length - (bare === null ? 1 : 2)]);
  if (made === null) return null;
  const text = `return ${made}`;
  if (bare !== null) {
    const line = file.lines[bare.line - 1] ?? '';
    const column = indentOf(file, bare.line).length;
    if (!/^\s*return\s*(#.*)?$/.test(line)) return null;
    return [{ line: bare.line, column, endLine: bare.line, endColumn: column + 'return'.length, text }];
  }
  const end = forward.endLine;
  const column = (file.lines[end - 1] ?? '').length;
  const first = forward.body[0];
  if (first === undefined) return null;
  const indent = indentOf(file, first.line);
  return [{ line: end, column, endLine: end, endColumn: column, text: `\n${indent}${text}` }];
}

function nameMade(statement: Statement | undefined): string | null {
  if (statement?.kind === 'augmented') return statement.target.kind === 'name' ? statement.target.name : null;
  if (statement?.kind !== 'assign' || statement.targets.length !== 1) return null;
  const [target] = statement.targets;
  return target?.kind === 'name' ? target.name : null;
}
