import type { Expression, Statement } from '../../python/syntax';
import { type Examined, indentOf, type Problem } from './problem';
import { methodOf, moduleClassesOf, sameExpression } from './walk';

/** `x = x * y` and then `return x * y`: the gate weighs the features twice. */
export function gateTwice(file: Examined): Problem[] {
  return moduleClassesOf(file).flatMap((cls) => {
    const body = methodOf(cls, 'forward')?.body ?? [];
    return body.flatMap((statement, i) => {
      const next = body[i + 1];
      const first = weighed(statement);
      if (first === null || next?.kind !== 'return' || next.value === null) return [];
      const gate = factorBeside(next.value, first.name);
      if (gate === null || !sameExpression(gate, first.gate)) return [];
      const line = file.lines[next.line - 1] ?? '';
      const column = indentOf(file, next.line).length;
      const whole = /^\s*return\s[^#\\]*$/.test(line) && balanced(line);
      return [
        {
          kind: 'gateTwice' as const,
          line: next.line,
          args: [first.name],
          fix: whole
            ? [
                {
                  line: next.line,
                  column,
                  endLine: next.line,
                  endColumn: line.trimEnd().length,
                  text: `return ${first.name}`,
                },
              ]
            : null,
        },
      ];
    });
  });
}

/** The name and the other factor of `x = x * gate` or `x *= gate`. */
function weighed(statement: Statement): { readonly name: string; readonly gate: Expression } | null {
  if (statement.kind === 'augmented') {
    const { target, operator, value } = statement;
    if (operator !== '*' || target.kind !== 'name' || isName(value, target.name)) return null;
    return { name: target.name, gate: value };
  }
  if (statement.kind !== 'assign' || statement.targets.length !== 1) return null;
  const [target] = statement.targets;
  if (target?.kind !== 'name') return null;
  const gate = factorBeside(statement.value, target.name);
  return gate === null ? null : { name: target.name, gate };
}

function factorBeside(product: Expression, name: string): Expression | null {
  if (product.kind !== 'binary' || product.operator !== '*') return null;
  // A square is no gate.
  if (isName(product.left, name)) return isName(product.right, name) ? null : product.right;
  return isName(product.right, name) ? product.left : null;
}

function isName(expression: Expression, name: string): boolean {
  return expression.kind === 'name' && expression.name === name;
}

function balanced(line: string): boolean {
  return (line.match(/[([{]/g) ?? []).length === (line.match(/[)\]}]/g) ?? []).length;
}
