import type { ConcreteNode } from '../concreteTree';
import type { Conversion } from './conversion';
import { fields, named, need } from './nodes';
import type { ImportedName, Statement } from '../syntax';

export function importedName(c: Conversion, node: ConcreteNode): ImportedName {
  if (node.type === 'aliased_import') {
    return { name: dotted(c, need(node, 'name')), alias: c.textOf(need(node, 'alias')) };
  }
  return { name: dotted(c, node), alias: null };
}

function dotted(c: Conversion, node: ConcreteNode): string {
  return named(node)
    .map((child) => c.textOf(child))
    .join('.');
}

export function importFrom(c: Conversion, node: ConcreteNode): Statement {
  const moduleNode = need(node, 'module_name');
  let level = 0;
  let module = '';
  if (moduleNode.type === 'relative_import') {
    for (const child of named(moduleNode)) {
      if (child.type === 'import_prefix') level = c.textOf(child).replace(/[^.]/g, '').length;
      else module = dotted(c, child);
    }
  } else {
    module = dotted(c, moduleNode);
  }
  if (node.children.some((child) => child.type === 'wildcard_import')) {
    return { kind: 'importFrom', line: node.line, module, level, names: null };
  }
  const names = fields(node, 'name').map((child) => importedName(c, child));
  for (const { name, alias } of names) c.scope.bind(alias ?? name);
  return { kind: 'importFrom', line: node.line, module, level, names };
}
