import type { Expression } from '../../python/syntax';
import { evaluate } from '../expressions';
import type { Interpreter } from '../machine';
import { UnknownOperand } from '../errors';
import { Environment, PyModule, type Value } from '../values';

/**
 * `ast.literal_eval`: a text of literals alone. A name or a call raises ValueError, a text that is no expression
 * SyntaxError, as in CPython.
 */
export function literalValue(vm: Interpreter, text: Value): Value {
  if (typeof text !== 'string') throw new UnknownOperand(vm.reason('external', 'ast.literal_eval'));
  const syntax = vm.modules.sources.text('<literal>', text.replace(/^[ \t]+/, ''));
  const [statement] = syntax.body;
  if (syntax.errors.length > 0 || syntax.body.length !== 1 || statement?.kind !== 'expression') {
    return vm.raise('SyntaxError', 'invalid syntax');
  }
  if (!isLiteral(statement.value)) vm.raise('ValueError', `malformed node or string: ${text}`);
  const nowhere = new PyModule('<literal>', '<literal>', false, true);
  nowhere.state = 'done';
  return evaluate(vm, statement.value, new Environment(null, null, nowhere, new Set(), new Set()));
}

/** Without recursion: the depth of a text is the parser's, not ours. */
function isLiteral(root: Expression): boolean {
  const stack: Expression[] = [root];
  for (;;) {
    const node = stack.pop();
    if (node === undefined) return true;
    switch (node.kind) {
      case 'constant':
      case 'bytes':
      case 'ellipsis':
        break;
      case 'tuple':
      case 'list':
      case 'set':
        stack.push(...node.elements);
        break;
      case 'dict':
        for (const { key, value } of node.entries) {
          if (key === null) return false;
          stack.push(key, value);
        }
        break;
      case 'unary':
        if (!['-', '+'].includes(node.operator) || !isNumber(node.operand)) return false;
        break;
      default:
        return false;
    }
  }
}

function isNumber(node: Expression): boolean {
  return node.kind === 'constant' && (typeof node.value === 'bigint' || typeof node.value === 'number');
}
