import type { Statement } from '../python/syntax';
import type { Interpreter } from './machine';
import { moduleAttribute, moduleVariable } from './moduleTable';
import { isObserver, observed } from './observers';
import { Deferred, type Place, PyModule, PyUnknown, type Value } from './values';

/**
 * The module of an absolute name. One that is found nowhere is unknown; inside `try`, where installed
 * packages are known, it raises, as it would.
 */
export function importModule(vm: Interpreter, name: string): PyModule | PyUnknown {
  const module = vm.modules.find(vm, name);
  if (module !== null) return module;
  if (vm.tryDepth > 0 && vm.modules.isKnownMissing(name)) {
    vm.raise('ModuleNotFoundError', `No module named '${name}'`);
  }
  const reason = vm.reason('moduleNotFound', name);
  if (vm.tryDepth > 0) vm.unknownCalls = reason;
  return isObserver(name) ? observed(vm, name) : new PyUnknown(reason);
}

/** The module that `from … import` names. */
export function resolveRelative(
  vm: Interpreter,
  from: PyModule,
  module: string,
  level: number,
  place: Place,
): PyModule | PyUnknown {
  if (level === 0) return importModule(vm, module);
  const parts = from.name.split('.');
  const up = from.isPackage ? level - 1 : level;
  if (up > parts.length)
    return new PyUnknown({ code: 'moduleNotFound', detail: '.'.repeat(level) + module, ...place });
  const base = parts.slice(0, parts.length - up);
  const name = [...base, ...(module === '' ? [] : module.split('.'))].join('.');
  if (name === '') return new PyUnknown({ code: 'moduleNotFound', detail: '.'.repeat(level), ...place });
  return importModule(vm, name);
}

/** `import a.b as c` inside a function or a block. */
export function bindImport(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'import' }>,
  set: (name: string, value: Value) => void,
): void {
  for (const { name, alias } of statement.names) {
    const whole = importModule(vm, name);
    if (alias !== null) {
      set(alias, whole);
      continue;
    }
    const top = name.split('.')[0] ?? name;
    set(top, top === name ? whole : importModule(vm, top));
  }
}

/** `from a import b` inside a function or a block. */
export function bindImportFrom(
  vm: Interpreter,
  statement: Extract<Statement, { kind: 'importFrom' }>,
  from: PyModule,
  set: (name: string, value: Value) => void,
): void {
  const source = resolveRelative(vm, from, statement.module, statement.level, vm.place);
  if (statement.names === null) {
    from.stars.unshift(() => source);
    if (source instanceof PyModule) {
      for (const name of publicNames(vm, source)) {
        const value = moduleVariable(vm, source, name);
        if (value !== undefined) set(name, value);
      }
    }
    return;
  }
  for (const { name, alias } of statement.names) {
    if (source instanceof PyUnknown) {
      set(alias ?? name, source);
      continue;
    }
    const value = importedAttribute(vm, from, source, name);
    if (value === undefined) {
      if (vm.tryDepth > 0) vm.raise('ImportError', `cannot import name '${name}' from '${source.name}'`);
      set(alias ?? name, vm.unknown('nameNotFound', `${source.name}.${name}`));
    } else set(alias ?? name, value);
  }
}

/** What `from source import name` finds. A package that imports from itself finds its submodule. */
export function importedAttribute(
  vm: Interpreter,
  from: PyModule,
  source: PyModule,
  name: string,
): Value | undefined {
  if (source === from && source.isPackage) {
    const submodule = vm.modules.find(vm, `${source.name}.${name}`);
    if (submodule !== null) return submodule;
  }
  return moduleAttribute(vm, source, name);
}

function publicNames(vm: Interpreter, module: PyModule): string[] {
  moduleVariable(vm, module, '__all__');
  vm.reads.listed.add(module);
  const names: string[] = [];
  for (const [name, value] of module.variables) {
    if (!name.startsWith('_') && !(value instanceof Deferred && name === '')) names.push(name);
  }
  return names;
}
