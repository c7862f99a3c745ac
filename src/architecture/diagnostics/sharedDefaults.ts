import type { Examined, Problem } from './problem';
import { buildsModule, nodesBelow } from './walk';

/** A module built as a default argument: every call without that argument shares the one instance. */
export function sharedDefaults(file: Examined): Problem[] {
  const problems: Problem[] = [];
  for (const node of nodesBelow(file.module.body, true)) {
    if (node.kind !== 'function') continue;
    for (const parameter of node.parameters) {
      if (parameter.default !== null && buildsModule(parameter.default, file)) {
        problems.push({
          kind: 'sharedDefault',
          line: parameter.default.line,
          args: [parameter.name],
          // What the body does with None is the author's to say.
          fix: null,
        });
      }
    }
  }
  return problems.sort((a, b) => a.line - b.line);
}
