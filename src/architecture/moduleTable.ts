import type { Module as Syntax, Statement } from '../python/syntax';
import { call } from './calls';
import { Abandon, PyRaise, UnknownOperand } from './errors';
import { havoc } from './havoc';
import { importedAttribute, importModule, resolveRelative } from './imports';
import type { InternalModules } from './internalModules';
import { dictOf, type Interpreter } from './machine';
import { MAX_FILES, MAX_MODULE_STEPS } from './limits';
import { replaceModuleMethods } from './natives/moduleMethods';
import { isOfLibrary, outsideModule } from './natives/outsideModules';
import { isObserver, observed } from './observers';
import { Reads } from './reads';
import { runStatement } from './statements';
import type { Sources } from './sources';
import { attributesAdded, mutatedNames, namesOf, topLevelOf } from './topLevel';
import {
  Deferred,
  Environment,
  PyClass,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyInstance,
  PyList,
  PyModule,
  PySet,
  PyTuple,
  PyUnknown,
  type UnknownReason,
  type Value,
} from './values';

/** Fills a module that the interpreter brings itself. */
export type NativeModule = (vm: Interpreter, module: PyModule) => void;

export interface SearchPath {
  /** Folders whose packages are imported by name, in order: the root, then site-packages. */
  readonly roots: readonly string[];
  /** Installed packages are known: what is found nowhere is not installed. */
  readonly complete: boolean;
}

/** `sys.modules` and the way files are found for it. */
export class ModuleTable {
  readonly loaded = new Map<string, PyModule>();
  /** Modules whose files could not be read or that are not there, for later looks. */
  private readonly missing = new Set<string>();
  private files = 0;

  constructor(
    readonly sources: Sources,
    readonly path: SearchPath,
    private readonly natives: ReadonlyMap<string, NativeModule>,
    private readonly internal: InternalModules,
  ) {}

  /** The module of a dotted name, not yet executed; null when there is none. */
  find(vm: Interpreter, name: string): PyModule | null {
    const known = this.loaded.get(name);
    if (known !== undefined) return known;
    if (this.missing.has(name)) return null;
    const module = this.open(vm, name);
    if (module === null) this.missing.add(name);
    else this.loaded.set(name, module);
    return module;
  }

  /**
   * Whether a module that was not found is certainly not there. The catalogue has a part of each of its
   * packages: of the rest only their files tell.
   */
  isKnownMissing(name: string): boolean {
    const [top = ''] = name.split('.');
    if (!this.path.complete || isOfLibrary(name) || this.isCompiled(name)) return false;
    const partial =
      this.natives.has(top) || this.internal.has(`${top}/__init__.py`) || this.internal.has(`${top}.py`);
    return !partial || this.path.roots.some((root) => this.sources.isDirectory(join(root, top)));
  }

  /** Whether a module is there as machine code, which says nothing of what is in it. */
  isCompiled(name: string): boolean {
    const relative = name.replaceAll('.', '/');
    return this.path.roots.some((root) => this.sources.isCompiledModule(join(root, relative)));
  }

  /** Whether a file is of an installed package: below a later root than the workspace's. */
  isForeign(file: string): boolean {
    const [own = '', ...others] = this.path.roots;
    if (own === '' || file.startsWith(`${own}/`)) return false;
    return others.some((root) => file.startsWith(`${root}/`));
  }

  /** Forgets a module (its file changed), so that the next import makes it anew. */
  forget(name: string): void {
    this.loaded.delete(name);
  }

  forgetMissing(): void {
    this.missing.clear();
  }

  private open(vm: Interpreter, name: string): PyModule | null {
    const relative = name.replaceAll('.', '/');
    if (isObserver(name)) return this.openObserver(vm, name, relative);
    const installed = this.preferFiles(name) ? this.openFile(name, relative) : null;
    if (installed !== null) return installed;
    const nativeModule = this.natives.get(name);
    const packageFile = `${relative}/__init__.py`;
    const plainFile = `${relative}.py`;
    const isPackage = this.internal.has(packageFile);
    if (nativeModule !== undefined || isPackage || this.internal.has(plainFile)) {
      const module = new PyModule(
        name,
        isPackage ? packageFile : plainFile,
        isPackage || nativeModule !== undefined,
        true,
      );
      // A stub holds what was needed so far: whether the real module has the name is not known.
      module.fallback = (member) => vm.unknown('catalogue', `${name}.${member}`);
      if (nativeModule !== undefined) {
        module.state = this.internal.has(module.file) ? 'new' : 'done';
        vm.trail.outside(() => nativeModule(vm, module));
      }
      return module;
    }
    return this.openFile(name, relative) ?? outsideModule(vm, name);
  }

  private openObserver(vm: Interpreter, name: string, relative: string): PyModule | null {
    const installed = this.openFile(name, relative);
    if (installed === null) return null;
    const module = new PyModule(name, installed.file, installed.isPackage, true);
    module.state = 'done';
    module.fallback = (member) => observed(vm, `${name}.${member}`);
    return module;
  }

  /** torch is always the catalogue's; what the catalogue has of other packages is used without files. */
  private preferFiles(name: string): boolean {
    return name.startsWith('torchvision');
  }

  private openFile(name: string, relative: string): PyModule | null {
    // numpy's arrays are made by compiled code: its files say nothing of them.
    if (name.startsWith('numpy.')) return null;
    for (const root of this.path.roots) {
      const base = join(root, relative);
      const packageFile = `${base}/__init__.py`;
      if (this.sources.isFile(packageFile)) return this.made(name, packageFile, true);
      if (this.sources.isFile(`${base}.py`)) return this.made(name, `${base}.py`, false);
      if (this.sources.isDirectory(base)) {
        const module = new PyModule(name, base, true, false);
        module.state = 'done';
        return module;
      }
    }
    return null;
  }

  private made(name: string, file: string, isPackage: boolean): PyModule {
    this.files++;
    return new PyModule(name, file, isPackage, false);
  }

  syntaxOf(vm: Interpreter, module: PyModule): Syntax | null {
    if (this.files > MAX_FILES) throw new Abandon(vm.reason('budgetFiles', String(MAX_FILES)));
    return module.isInternal ? this.internal.syntax(module.file) : this.sources.module(module.file);
  }
}

function join(root: string, relative: string): string {
  // A root that ends with a slash: `/`, `C:/`.
  return root === '' || root.endsWith('/') ? root + relative : `${root}/${relative}`;
}

/** A name of a module: what it binds itself, then what `import *` brought. Executes the module first. */
export function moduleVariable(vm: Interpreter, module: PyModule, name: string): Value | undefined {
  if (!module.isInternal) vm.reads.variable(module, name);
  if (module.state === 'new') runModule(vm, module);
  const value = module.variables.get(name);
  if (value instanceof Deferred) return force(vm, module, name, value);
  if (value !== undefined) return value;
  for (const star of module.stars) {
    const source = star();
    if (source instanceof PyUnknown) return new PyUnknown(source.reason);
    if (source === module || !isPublic(vm, source, name)) continue;
    const found = moduleVariable(vm, source, name);
    if (found !== undefined) return found;
  }
  return SPECIAL[name]?.(module);
}

const SPECIAL: Readonly<Record<string, (module: PyModule) => Value>> = {
  __name__: (module) => module.name,
  __file__: (module) => module.file,
  __doc__: () => null,
  __package__: (module) => (module.isPackage ? module.name : module.name.split('.').slice(0, -1).join('.')),
  __path__: (module) => new PyList([module.file.replace(/\/__init__\.py$/, '')]),
  __spec__: () => null,
};

function force(vm: Interpreter, module: PyModule, name: string, deferred: Deferred): Value {
  // A name that needs itself is one that Python would not find.
  module.variables.set(name, new PyUnknown(vm.reason('circularImport', name)));
  let value: Value;
  try {
    value = inModule(vm, module, name, () => deferred.force());
  } catch (error) {
    module.variables.set(name, deferred);
    if (error instanceof UnknownOperand) value = new PyUnknown(error.reason);
    else throw error;
  }
  openRegistry(vm, module, name, value);
  // No change of the module's: a computed name stays computed when a branch is undone.
  deferred.result = value;
  module.variables.set(name, value);
  return value;
}

/**
 * Runs something as code of a module: its frame, outside whatever `try` is running.
 *
 * @param name the variable that it computes; empty for the top level
 */
function inModule<T>(vm: Interpreter, module: PyModule, name: string, run: () => T): T {
  const { tryDepth, unknownCalls, gradMode, reads, evaluation } = vm;
  const doubts = vm.mayRaise.length;
  vm.tryDepth = 0;
  vm.gradMode = true;
  if (!module.isInternal) {
    vm.reads = new Reads();
    module.reads.set(name, vm.reads);
    reads.inner.add(vm.reads);
  }
  vm.enter({ name: '<module>', file: module.file, internal: module.isInternal, line: 0 });
  try {
    return vm.trail.outside((number) => {
      module.evaluations.add(number);
      vm.evaluation = module.isInternal ? null : { module, number, isRun: name === '' };
      return run();
    });
  } finally {
    vm.leave();
    vm.reads = reads;
    vm.evaluation = evaluation;
    // What is built from a module has been imported: its own checks of the machine and of versions have passed.
    vm.mayRaise.length = doubts;
    vm.tryDepth = tryDepth;
    vm.unknownCalls = unknownCalls;
    // A module may switch gradients off for all that follows.
    if (vm.gradMode === true) vm.gradMode = gradMode;
  }
}

/** Whether `from module import *` brings a name. */
function isPublic(vm: Interpreter, module: PyModule, name: string): boolean {
  if (module.state === 'new') runModule(vm, module);
  if (!module.isInternal) vm.reads.variable(module, '__all__');
  const exported = module.variables.get('__all__');
  const value = exported instanceof Deferred ? force(vm, module, '__all__', exported) : exported;
  if (
    (value instanceof PyList || value instanceof PyTuple) &&
    !(value instanceof PyList && value.taint !== null)
  ) {
    return value.items.includes(name);
  }
  return !name.startsWith('_');
}

/** `module.name`: a variable, a submodule, `__getattr__`; undefined for a miss. */
export function moduleAttribute(vm: Interpreter, module: PyModule, name: string): Value | undefined {
  const value = moduleVariable(vm, module, name);
  if (value !== undefined) return value;
  if (name === '__dict__') {
    vm.reads.listed.add(module);
    const dict = dictOf(
      [...module.variables.keys()].map((key) => [key, moduleVariable(vm, module, key) ?? null] as const),
    );
    dict.open = vm.reason('unsupported', '__dict__');
    return dict;
  }
  if (module.isPackage) {
    const submodule = vm.modules.find(vm, `${module.name}.${name}`);
    if (submodule !== null) return submodule;
    if (vm.modules.isCompiled(`${module.name}.${name}`)) {
      return vm.unknown('moduleNotFound', `${module.name}.${name}`);
    }
  }
  if (!module.isInternal) vm.reads.variable(module, '__getattr__');
  const getter = module.variables.get('__getattr__');
  if (getter !== undefined) {
    const callee = getter instanceof Deferred ? force(vm, module, '__getattr__', getter) : getter;
    return call(vm, callee, [name]);
  }
  const made = module.fallback?.(name);
  return made === undefined ? unwritten(vm, module, name) : made;
}

/** Python's own library is larger than our words for it. */
function unwritten(vm: Interpreter, module: PyModule, name: string): Value | undefined {
  const isLibrary = module.isInternal && !/^torch|^_graftlens/.test(module.name);
  return isLibrary && !name.startsWith('__') ? vm.unknown('external', `${module.name}.${name}`) : undefined;
}

// Execution ---------------------------------------------------------------------------------------

/** Executes a module's top level: what has no effect is deferred, the rest runs in order. */
export function runModule(vm: Interpreter, module: PyModule): void {
  if (module.state !== 'new') return;
  module.state = 'running';
  const syntax = vm.modules.syntaxOf(vm, module);
  if (syntax === null) {
    module.state = 'done';
    const reason = vm.reason('unreadable', module.file);
    module.fallback = () => new PyUnknown(reason);
    return;
  }
  const env = new Environment(null, null, module, new Set(), new Set());
  const { deferred, eager } = topLevelOf(syntax);
  for (const statement of deferred) defer(vm, module, env, statement);
  const { stepLimit } = vm;
  inModule(vm, module, '', () => {
    for (const statement of eager) {
      vm.stepLimit = Math.min(stepLimit, vm.steps + MAX_MODULE_STEPS);
      runTopLevel(vm, module, env, statement);
    }
  });
  vm.stepLimit = stepLimit;
  module.state = 'done';
  if (module.isInternal && module.name === 'torch.nn.modules.module') {
    const cls = moduleVariable(vm, module, 'Module');
    if (cls instanceof PyClass) replaceModuleMethods(vm, cls, module);
  }
  if (!module.isInternal) openRegistries(vm, module);
}

/** A statement that fails or is not understood makes what it binds and touches unknown, no more. */
function runTopLevel(vm: Interpreter, module: PyModule, env: Environment, statement: Statement): void {
  const depth = vm.frames.length;
  const branches = vm.trail.depth;
  let reason: UnknownReason;
  try {
    runStatement(vm, statement, env);
    return;
  } catch (error) {
    if (error instanceof PyRaise) {
      reason = {
        code: 'moduleRaises',
        detail: error.exception.cls.name,
        ...error.place,
      };
    } else if (error instanceof Abandon || error instanceof UnknownOperand) reason = error.reason;
    else throw error;
  }
  vm.frames.length = depth;
  vm.trail.unwind(branches);
  const { read, written } = namesOf(statement);
  const reached: Value[] = [];
  vm.reads.statements.add(statement);
  for (const name of read) {
    if (!module.isInternal) vm.reads.variable(module, name);
    const value = module.variables.get(name);
    if (value !== undefined && !(value instanceof Deferred)) reached.push(value);
  }
  const { stepLimit } = vm;
  vm.stepLimit = Infinity;
  havoc(vm, reached, reason);
  vm.stepLimit = stepLimit;
  vm.touch(module);
  for (const name of written) module.variables.set(name, new PyUnknown(reason));
}

/** Binds the names of a statement without effects, to be evaluated when one of them is read. */
function defer(vm: Interpreter, module: PyModule, env: Environment, statement: Statement): void {
  const later = (name: string, make: () => Value): void => {
    module.variables.set(
      name,
      new Deferred(() => {
        const frame = vm.frames[vm.frames.length - 1];
        if (frame !== undefined) frame.line = statement.line;
        return make();
      }),
    );
  };
  const made = (name: string, scope: Environment): Value => {
    runStatement(vm, statement, scope);
    const value = module.variables.get(name);
    return value === undefined || value instanceof Deferred ? null : value;
  };
  switch (statement.kind) {
    case 'import':
      for (const { name, alias } of statement.names) {
        // `import a.b` and `import a.c` both bind `a`.
        const top = name.split('.')[0] ?? name;
        later(alias ?? top, () => importModule(vm, alias === null ? top : name));
      }
      break;
    case 'importFrom': {
      const place = { file: module.file, line: statement.line };
      const from = (): PyModule | PyUnknown =>
        resolveRelative(vm, module, statement.module, statement.level, place);
      if (statement.names === null) {
        let found: PyModule | PyUnknown | null = null;
        module.stars.unshift(() => (found ??= from()));
        break;
      }
      for (const { name, alias } of statement.names) {
        later(alias ?? name, () => {
          const source = from();
          if (source instanceof PyUnknown) return source;
          return (
            importedAttribute(vm, module, source, name) ??
            new PyUnknown({ code: 'nameNotFound', detail: `${source.name}.${name}`, ...place })
          );
        });
      }
      break;
    }
    case 'function':
    case 'class':
      later(statement.name, () =>
        made(statement.name, new Environment(null, null, module, new Set(), new Set())),
      );
      break;
    case 'assign': {
      const [target] = statement.targets;
      if (target?.kind === 'name') later(target.name, () => made(target.name, env));
      break;
    }
    default:
  }
}

/** Containers of a module that its functions add to: a miss in them is not known. */
function openRegistries(vm: Interpreter, module: PyModule): void {
  for (const [name, value] of module.variables) {
    if (!(value instanceof Deferred)) openRegistry(vm, module, name, value);
  }
}

/**
 * A container that functions of its module add to, or methods of the object that holds it: modules that were not
 * evaluated may have registered with it.
 */
function openRegistry(vm: Interpreter, module: PyModule, name: string, value: Value): void {
  if (module.isInternal) return;
  const open = (container: Value | undefined): void => {
    if (container instanceof PyDict || container instanceof PySet) {
      container.open ??= { code: 'registry', detail: `${module.name}.${name}`, ...vm.place };
    }
  };
  if (value instanceof PyInstance) {
    for (const cls of value.cls.mro) {
      for (const attribute of addedAttributes(cls)) open(value.dict.get(attribute));
    }
    return;
  }
  if (value instanceof PyClass) {
    for (const attribute of addedByClass(value)) open(value.dict.get(attribute));
    return;
  }
  const syntax = vm.modules.syntaxOf(vm, module);
  if (syntax !== null && mutatedNames(syntax).has(name)) open(value);
}

/** Attributes of a class that its class methods store into, `__init_subclass__` being one. */
function addedByClass(cls: PyClass): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, { value }] of cls.dict.map) {
    const method = value instanceof PyClassMethod ? value.callee : null;
    if (!(method instanceof PyFunction)) continue;
    const [self] = method.definition.parameters;
    if (self === undefined) continue;
    for (const attribute of attributesAdded(method.definition, self.name)) found.add(attribute);
  }
  return found;
}

/** Attributes of `self` that methods of a class, its constructor left out, store into. */
function addedAttributes(cls: PyClass): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [name, { value }] of cls.dict.map) {
    const [self] = value instanceof PyFunction ? value.definition.parameters : [];
    if (!(value instanceof PyFunction) || self === undefined || name === '__init__') continue;
    for (const attribute of attributesAdded(value.definition, self.name)) found.add(attribute);
  }
  return found;
}
