import { UnknownOperand } from '../errors';
import type { Interpreter } from '../machine';

/** Data files that a model reads: below the root only, and as text. Null where there is none. */
export function readDataFile(vm: Interpreter, path: string): string | null {
  const file = pathBelowRoot(vm, path);
  const text = vm.modules.sources.isFile(file) ? vm.modules.sources.read(file) : null;
  if (text !== null) vm.dataFiles.set(text, file);
  return text;
}

export function dataFileExists(vm: Interpreter, path: string): boolean {
  return vm.modules.sources.isFile(pathBelowRoot(vm, path));
}

/** Whether a file or a folder is there. */
export function pathExists(vm: Interpreter, path: string): boolean {
  const file = pathBelowRoot(vm, path);
  return vm.modules.sources.isFile(file) || vm.modules.sources.isDirectory(file);
}

/** Names of what is in a folder below the root. */
export function folderNames(vm: Interpreter, path: string): readonly string[] {
  return vm.modules.sources.names(pathBelowRoot(vm, path));
}

/**
 * A path as a program gives it: from the root, or whole below one of the folders that modules come from. What
 * lies outside is not looked at.
 */
function pathBelowRoot(vm: Interpreter, path: string): string {
  const { roots } = vm.modules.path;
  const given = path.replaceAll('\\', '/');
  const root = roots.find((one) => one !== '' && given.startsWith(`${one}/`)) ?? roots[0] ?? '';
  const inside = root !== '' && given.startsWith(`${root}/`) ? given.slice(root.length + 1) : given;
  const parts: string[] = [];
  for (const part of inside.split('/')) {
    if (part === '' && parts.length > 0) continue;
    if (part === '..') {
      if (parts.pop() === undefined) throw outside(vm, path);
    } else if (part !== '.') parts.push(part);
  }
  const [first] = parts;
  if (first === undefined && path !== '') return root;
  if (first === undefined || first === '' || first.endsWith(':')) throw outside(vm, path);
  return [...(root === '' ? [] : [root]), ...parts].join('/');
}

function outside(vm: Interpreter, path: string): UnknownOperand {
  return new UnknownOperand(vm.reason('external', path));
}
