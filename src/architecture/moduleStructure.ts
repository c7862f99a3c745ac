import { type Interpreter, unknownReason } from './machine';
import type { PyClass } from './values';
import {
  PyChoice,
  PyDict,
  PyFunction,
  PyInstance,
  PySet,
  PyTensor,
  PyUnknown,
  type Dimension,
  type UnknownReason,
  type Value,
  type CreationStep,
} from './values';
import { sameShape } from './join';

/** One entry that a module registers itself. */
export interface Registration {
  readonly name: string;
  readonly kind: 'parameter' | 'buffer';
  readonly value: Value;
  readonly persistent: boolean;
}

export type ModuleClass = PyClass | undefined;

export function moduleClass(vm: Interpreter): PyClass | null {
  return vm.classes.get('Module') ?? null;
}

export function isModule(vm: Interpreter, value: Value | undefined): value is PyInstance {
  const cls = moduleClass(vm);
  return value instanceof PyInstance && cls !== null && value.cls.isSubclassOf(cls);
}

/** Why what a module registers is not known; null when it is. */
export function moduleTaint(module: PyInstance): UnknownReason | null {
  if (module.taint !== null) return module.taint;
  if (module.dict.taint !== null) return module.dict.taint;
  for (const name of ['_parameters', '_buffers', '_modules', '_non_persistent_buffers_set']) {
    const part = module.dict.get(name);
    if (part instanceof PyUnknown) return part.reason;
    if ((part instanceof PyDict || part instanceof PySet) && part.taint !== null) return part.taint;
  }
  return null;
}

export function registrations(module: PyInstance): Registration[] {
  const result: Registration[] = [];
  const parameters = module.dict.get('_parameters');
  const buffers = module.dict.get('_buffers');
  const hidden = module.dict.get('_non_persistent_buffers_set');
  if (parameters instanceof PyDict) {
    for (const [name, { value }] of parameters.map) {
      if (value !== null) result.push({ name, kind: 'parameter', value, persistent: true });
    }
  }
  if (buffers instanceof PyDict) {
    for (const [name, { value }] of buffers.map) {
      if (value === null) continue;
      const persistent = !(hidden instanceof PySet && hidden.map.has(name));
      result.push({ name, kind: 'buffer', value, persistent });
    }
  }
  return result;
}

export function children(module: PyInstance): (readonly [string, Value])[] {
  const modules = module.dict.get('_modules');
  const result: (readonly [string, Value])[] = [];
  if (modules instanceof PyDict) {
    for (const [name, { value }] of modules.map) if (value !== null) result.push([name, value]);
  }
  return result;
}

/** Methods that change what `state_dict()` gives; a class that defines one is asked itself. */
const STATE_METHODS = [
  'state_dict',
  '_save_to_state_dict',
  'get_extra_state',
  'named_modules',
  'named_parameters',
];

/** Whether a module's entries are those that torch's own methods give. */
export function hasPlainState(vm: Interpreter, module: PyInstance): boolean {
  const base = moduleClass(vm);
  for (const cls of module.cls.mro) {
    if (cls === base) break;
    if (STATE_METHODS.some((name) => cls.dict.map.has(name))) return false;
  }
  for (const name of ['_state_dict_hooks', '_state_dict_pre_hooks']) {
    const hooks = module.dict.get(name);
    if (hooks instanceof PyDict && (hooks.map.size > 0 || hooks.taint !== null)) return false;
  }
  return true;
}

export interface FlatEntry {
  readonly key: string;
  readonly kind: 'parameter' | 'buffer';
  readonly tensor: PyTensor | null;
  readonly shape: readonly Dimension[] | null;
  readonly dtype: string | null;
  readonly persistent: boolean;
  readonly unknown: UnknownReason | null;
  readonly created: readonly CreationStep[] | null;
  readonly owner: PyInstance;
}

export interface FlatModule {
  readonly path: string;
  readonly module: PyInstance;
}

export interface FlatState {
  /** Entries in the order of `state_dict()`, non-persistent buffers included. */
  readonly entries: FlatEntry[];
  readonly modules: FlatModule[];
  readonly unknowns: UnknownReason[];
}

/** The tree of a module in torch's order, without recursion. Aliases are listed under each path. */
export function flatten(vm: Interpreter, root: PyInstance): FlatState {
  const entries: FlatEntry[] = [];
  const modules: FlatModule[] = [];
  const unknowns: UnknownReason[] = [];
  const stack: { path: string; module: PyInstance; inside: ReadonlySet<PyInstance> | null }[] = [
    { path: '', module: root, inside: null },
  ];
  while (stack.length > 0) {
    const item = stack.pop();
    if (item === undefined) break;
    const { path, module } = item;
    vm.step();
    modules.push({ path, module });
    const taint = moduleTaint(module);
    if (taint !== null) unknowns.push(taint);
    for (const { name, kind, value, persistent } of registrations(module)) {
      const key = path === '' ? name : `${path}.${name}`;
      if (value instanceof PyTensor) {
        const unknown =
          value.taint ?? (value.shape === null || value.dtype === null ? value.shapeReason : null);
        if (unknown !== null) unknowns.push(unknown);
        entries.push({
          key,
          kind,
          tensor: value,
          shape: value.shape,
          dtype: value.dtype,
          persistent,
          unknown,
          created: value.created,
          owner: module,
        });
      } else {
        const unknown = unknownReason(value) ?? vm.reason('unsupported', key);
        unknowns.push(unknown);
        entries.push({
          key,
          kind,
          tensor: null,
          shape: null,
          dtype: null,
          persistent,
          unknown,
          created: null,
          owner: module,
        });
      }
    }
    const next: typeof stack = [];
    for (const [name, value] of children(module)) {
      const childPath = path === '' ? name : `${path}.${name}`;
      // Either option has the same structure: one stands for both.
      const child = value instanceof PyChoice && value.interchangeable ? value.options[0] : value;
      if (child instanceof PyInstance) {
        if (item.inside?.has(child) === true || child === module) {
          // A module inside itself: torch would not end either.
          unknowns.push(vm.reason('cycle', childPath));
          continue;
        }
        const inside = new Set(item.inside ?? []);
        inside.add(module);
        next.push({ path: childPath, module: child, inside: inside });
      } else unknowns.push(unknownReason(child) ?? vm.reason('unsupported', childPath));
    }
    stack.push(...next.reverse());
  }
  return { entries, modules, unknowns };
}

/** Whether two modules register the same names, shapes and dtypes, all the way down. */
export function sameStructure(vm: Interpreter, a: PyInstance, b: PyInstance): boolean {
  if (!isModule(vm, a) || !isModule(vm, b)) return false;
  const x = flatten(vm, a);
  const y = flatten(vm, b);
  if (x.unknowns.length > 0 || y.unknowns.length > 0 || x.entries.length !== y.entries.length) return false;
  if (![...x.modules, ...y.modules].every(({ module }) => hasPlainState(vm, module))) return false;
  return x.entries.every((entry, i) => {
    const other = y.entries[i];
    return (
      other !== undefined &&
      entry.key === other.key &&
      entry.kind === other.kind &&
      entry.dtype === other.dtype &&
      entry.persistent === other.persistent &&
      sameShape(entry.shape, other.shape)
    );
  });
}

export function definesForward(cls: PyClass): PyFunction | null {
  const forward = cls.dict.get('forward');
  return forward instanceof PyFunction ? forward : null;
}
