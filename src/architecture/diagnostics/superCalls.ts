import type { FunctionDefinition, Statement } from '../../python/syntax';
import { type Examined, indentOf, insertedLine, type Problem } from './problem';
import {
  buildsModule,
  dottedName,
  methodOf,
  moduleClassesOf,
  nnName,
  nodesBelow,
  selfAttribute,
} from './walk';

/** A constructor that registers before `nn.Module.__init__` has run, or never runs it: torch raises. */
export function superCalls(file: Examined): Problem[] {
  return moduleClassesOf(file).flatMap((cls): Problem[] => {
    const init = methodOf(cls, '__init__');
    const self = init?.parameters[0]?.name;
    if (init === undefined || self === undefined) return [];
    const registers = (statement: Statement): boolean => registersIn(statement, self, file);
    const at = init.body.findIndex((statement) => callsInit(statement));
    if (at < 0) {
      if (!init.body.some(registers)) return [];
      const line = firstLine(init);
      const text = `${indentOf(file, line)}super().__init__()`;
      return [{ kind: 'superMissing', line: init.line, args: [cls.name], fix: [insertedLine(line, text)] }];
    }
    const early = init.body.slice(0, at).find(registers);
    const superCall = init.body[at];
    if (early === undefined || superCall === undefined) return [];
    return [{ kind: 'superLate', line: early.line, args: [cls.name], fix: moved(init, superCall, file) }];
  });
}

/** Whether a statement, or one inside it, calls an `__init__`. */
function callsInit(statement: Statement): boolean {
  for (const node of nodesBelow([statement], false)) {
    if (node.kind === 'call' && node.callee.kind === 'attribute' && node.callee.name === '__init__')
      return true;
  }
  return false;
}

function registersIn(statement: Statement, self: string, file: Examined): boolean {
  if (statement.kind !== 'assign') return false;
  if (!statement.targets.some((target) => selfAttribute(target, self) !== null)) return false;
  if (buildsModule(statement.value, file)) return true;
  const { value } = statement;
  const nn = nnName(file.module);
  return value.kind === 'call' && nn !== null && dottedName(value.callee) === `${nn}.Parameter`;
}

/** The line of the first statement behind the docstring. */
function firstLine(init: FunctionDefinition): number {
  const [first, second] = init.body;
  const isText =
    first?.kind === 'expression' && first.value.kind === 'constant' && typeof first.value.value === 'string';
  return (isText ? second : first)?.line ?? init.line + 1;
}

function moved(init: FunctionDefinition, superCall: Statement, file: Examined): Problem['fix'] {
  const text = file.lines[superCall.line - 1] ?? '';
  if (!/^\s*super\([^()]*\)\.__init__\(\)\s*(#.*)?$/.test(text)) return null;
  const { line } = superCall;
  return [
    insertedLine(firstLine(init), text),
    { line, column: 0, endLine: line + 1, endColumn: 0, text: '' },
  ];
}
