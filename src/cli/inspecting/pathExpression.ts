import type { PathElement } from '../../checkpoint/content';
import { visibleText } from '../../protocol/visibleText';

/** A path for a person: `model.conv1.weight`, `optimizer.state[0].exp_avg`; odd characters are escaped. */
export function pathExpression(path: readonly PathElement[]): string {
  let expression = '';
  for (const element of path) {
    if (typeof element === 'number') expression += `[${element}]`;
    else {
      const name = visibleText(element, 400).text;
      expression += expression === '' ? name : `.${name}`;
    }
  }
  return expression === '' ? '.' : expression;
}
