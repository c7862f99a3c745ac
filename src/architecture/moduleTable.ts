import type { Expression, Module as Syntax, Statement } from '../python/syntax';
import { call } from './calls';
import { Abandon, PyRaise, UnknownOperand } from './errors';
import { havoc } from './havoc';
import { importedAttribute, importModule, resolveRelative } from './imports';
import { dictOf, type Interpreter } from './machine';
import { MAX_FILES, MAX_MODULE_STEPS } from './limits';
import { replaceModuleMethods } from './natives/moduleMethods';
import { runStatement } from './statements';
import type { Sources } from './sources';
import {
  Deferred,
  Environment,
  PyClass,
  PyDict,
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
    /** Python texts of the catalogue and the library, by path: `torch/nn/__init__.py`. */
    private readonly internal: ReadonlyMap<string, string>,
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
    if (!this.path.complete) return false;
    const partial = this.natives.has(top) || this.internal.has(`${top}/__init__.py`);
    return !partial || this.path.roots.some((root) => this.sources.isDirectory(join(root, top)));
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
        nativeModule(vm, module);
      }
      return module;
    }
    return this.openFile(name, relative);
  }

  /** torch is always the catalogue's; what the catalogue has of other packages is used without files. */
  private preferFiles(name: string): boolean {
    return name.startsWith('torchvision');
  }

  private openFile(name: string, relative: string): PyModule | null {
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
    if (module.isInternal) {
      const text = this.internal.get(module.file);
      return text === undefined ? null : this.sources.text(module.file, text);
    }
    return this.sources.module(module.file);
  }
}

function join(root: string, relative: string): string {
  return root === '' ? relative : `${root}/${relative}`;
}

/** A name of a module: what it binds itself, then what `import *` brought. Executes the module first. */
export function moduleVariable(vm: Interpreter, module: PyModule, name: string): Value | undefined {
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
    value = inModule(vm, module, () => deferred.force());
  } catch (error) {
    module.variables.set(name, deferred);
    if (error instanceof UnknownOperand) value = new PyUnknown(error.reason);
    else throw error;
  }
  // No change of the module's: a computed name stays computed when a branch is undone.
  deferred.result = value;
  module.variables.set(name, value);
  return value;
}

/** Runs something as code of a module: its frame, outside whatever `try` is running. */
function inModule<T>(vm: Interpreter, module: PyModule, run: () => T): T {
  const { tryDepth, unknownCalls, gradMode } = vm;
  vm.tryDepth = 0;
  vm.gradMode = true;
  vm.enter({ name: '<module>', file: module.file, internal: module.isInternal, line: 1 });
  try {
    return vm.trail.outside(run);
  } finally {
    vm.leave();
    vm.tryDepth = tryDepth;
    vm.unknownCalls = unknownCalls;
    // A module may switch gradients off for all that follows.
    if (vm.gradMode === true) vm.gradMode = gradMode;
  }
}

/** Whether `from module import *` brings a name. */
function isPublic(vm: Interpreter, module: PyModule, name: string): boolean {
  if (module.state === 'new') runModule(vm, module);
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
    const dict = dictOf(
      [...module.variables.keys()].map((key) => [key, moduleVariable(vm, module, key) ?? null] as const),
    );
    dict.open = vm.reason('unsupported', '__dict__');
    return dict;
  }
  if (module.isPackage) {
    const submodule = vm.modules.find(vm, `${module.name}.${name}`);
    if (submodule !== null) return submodule;
  }
  const getter = module.variables.get('__getattr__');
  if (getter !== undefined) {
    const callee = getter instanceof Deferred ? force(vm, module, '__getattr__', getter) : getter;
    return call(vm, callee, [name]);
  }
  return module.fallback?.(name);
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
  const names = bindingsOf(syntax);
  const eager: Statement[] = [];
  for (const [index, statement] of syntax.body.entries()) {
    if (!defer(vm, module, env, statement, index, names)) eager.push(statement);
  }
  const { stepLimit } = vm;
  inModule(vm, module, () => {
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
  openRegistries(vm, module, syntax);
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
  for (const name of read) {
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

interface Bindings {
  /** Index of the last top-level statement that binds a name, and how many do. */
  readonly last: ReadonlyMap<string, number>;
  readonly count: ReadonlyMap<string, number>;
}

const bindingCache = new WeakMap<Syntax, Bindings>();

function bindingsOf(syntax: Syntax): Bindings {
  const known = bindingCache.get(syntax);
  if (known !== undefined) return known;
  const last = new Map<string, number>();
  const count = new Map<string, number>();
  for (const [index, statement] of syntax.body.entries()) {
    for (const name of namesOf(statement).written) {
      last.set(name, index);
      count.set(name, (count.get(name) ?? 0) + 1);
    }
  }
  const result = { last, count };
  bindingCache.set(syntax, result);
  return result;
}

/** Binds a statement without effects to be evaluated when a name of it is read. */
function defer(
  vm: Interpreter,
  module: PyModule,
  env: Environment,
  statement: Statement,
  index: number,
  names: Bindings,
): boolean {
  const once = (name: string): boolean => names.count.get(name) === 1;
  /** None of the names is bound anew after this statement. */
  const settled = (): boolean => {
    for (const name of namesOf(statement).read) if ((names.last.get(name) ?? -1) > index) return false;
    return true;
  };
  const later = (name: string, make: () => Value): true => {
    module.variables.set(
      name,
      new Deferred(() => {
        const frame = vm.frames[vm.frames.length - 1];
        if (frame !== undefined) frame.line = statement.line;
        return make();
      }),
    );
    return true;
  };
  switch (statement.kind) {
    case 'import':
      if (!statement.names.every(({ name, alias }) => once(alias ?? name.split('.')[0] ?? name))) {
        return statement.names.every(({ name }) => name.includes('.')) && deferDotted(vm, module, statement);
      }
      for (const { name, alias } of statement.names) {
        const top = name.split('.')[0] ?? name;
        later(alias ?? top, () => importModule(vm, alias === null ? top : name));
      }
      return true;
    case 'importFrom': {
      if (statement.names === null) {
        const place = { file: module.file, line: statement.line };
        let found: PyModule | PyUnknown | null = null;
        module.stars.unshift(() => {
          found ??= resolveRelative(vm, module, statement.module, statement.level, place);
          return found;
        });
        return true;
      }
      if (!statement.names.every(({ name, alias }) => once(alias ?? name))) return false;
      for (const { name, alias } of statement.names) {
        later(alias ?? name, () => {
          const place = { file: module.file, line: statement.line };
          const source = resolveRelative(vm, module, statement.module, statement.level, place);
          if (source instanceof PyUnknown) return source;
          return (
            importedAttribute(vm, module, source, name) ??
            new PyUnknown({ code: 'nameNotFound', detail: `${source.name}.${name}`, ...place })
          );
        });
      }
      return true;
    }
    case 'function':
    case 'class':
      if (statement.decorators.length > 0 || !once(statement.name) || !settled()) return false;
      return later(statement.name, () => {
        const scratch = new Environment(null, null, module, new Set(), new Set());
        runStatement(vm, statement, scratch);
        const value = module.variables.get(statement.name);
        return value === undefined || value instanceof Deferred ? null : value;
      });
    case 'assign': {
      const [target] = statement.targets;
      if (statement.targets.length !== 1 || target?.kind !== 'name') return false;
      if (!once(target.name) || !isPure(statement.value) || !settled()) return false;
      return later(target.name, () => {
        runStatement(vm, statement, env);
        const value = module.variables.get(target.name);
        return value === undefined || value instanceof Deferred ? null : value;
      });
    }
    case 'pass':
      return true;
    case 'expression':
      return statement.value.kind === 'constant';
    default:
      return false;
  }
}

/** `import a.b` and `import a.c` both bind `a`. */
function deferDotted(
  vm: Interpreter,
  module: PyModule,
  statement: Extract<Statement, { kind: 'import' }>,
): boolean {
  for (const { name, alias } of statement.names) {
    if (alias !== null) return false;
    const top = name.split('.')[0] ?? name;
    module.variables.set(top, new Deferred(() => importModule(vm, top)));
  }
  return true;
}

/** An expression that calls nothing: its value does not depend on when it is evaluated. */
function isPure(node: Expression): boolean {
  switch (node.kind) {
    case 'constant':
    case 'name':
    case 'lambda':
    case 'bytes':
    case 'ellipsis':
      return true;
    case 'attribute':
      return isPure(node.object);
    case 'tuple':
    case 'list':
    case 'set':
      return node.elements.every(isPure);
    case 'dict':
      return node.entries.every(({ key, value }) => (key === null || isPure(key)) && isPure(value));
    case 'binary':
      return isPure(node.left) && isPure(node.right);
    case 'unary':
      return isPure(node.operand);
    default:
      return false;
  }
}

interface Names {
  readonly read: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
}

const nameCache = new WeakMap<Statement, Names>();

/** Names that a top-level statement reads (function bodies included) and binds in the module. */
function namesOf(statement: Statement): Names {
  const known = nameCache.get(statement);
  if (known !== undefined) return known;
  const read = new Set<string>();
  const written = new Set<string>();
  const stack: { node: unknown; inner: boolean }[] = [{ node: statement, inner: false }];
  for (;;) {
    const item = stack.pop();
    if (item === undefined) break;
    const { node, inner } = item;
    if (Array.isArray(node)) {
      for (const part of node as unknown[]) stack.push({ node: part, inner });
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const { kind, name } = node as { kind?: unknown; name?: unknown };
    if (kind === 'name' && typeof name === 'string') read.add(name);
    if (kind === 'global') for (const global of (node as { names: string[] }).names) written.add(global);
    if (!inner) bindNames(node as Statement, written);
    const nested =
      inner || kind === 'function' || kind === 'class' || kind === 'lambda' || kind === 'comprehension';
    for (const part of Object.values(node) as unknown[]) stack.push({ node: part, inner: nested });
  }
  const result = { read, written };
  nameCache.set(statement, result);
  return result;
}

function bindNames(node: Statement | Expression, written: Set<string>): void {
  const target = (expression: Expression): void => {
    if (expression.kind === 'name') written.add(expression.name);
    else if (expression.kind === 'tuple' || expression.kind === 'list') expression.elements.forEach(target);
    else if (expression.kind === 'starred') target(expression.value);
  };
  switch (node.kind) {
    case 'function':
    case 'class':
    case 'named':
      written.add(node.name);
      break;
    case 'assign':
    case 'delete':
      node.targets.forEach(target);
      break;
    case 'annotated':
    case 'augmented':
    case 'for':
      target(node.target);
      break;
    case 'with':
      for (const item of node.items) if (item.target !== null) target(item.target);
      break;
    case 'try':
      for (const handler of node.handlers) if (handler.name !== null) written.add(handler.name);
      break;
    case 'import':
      for (const { name, alias } of node.names) written.add(alias ?? name.split('.')[0] ?? name);
      break;
    case 'importFrom':
      for (const { name, alias } of node.names ?? []) written.add(alias ?? name);
      break;
    default:
  }
}

/**
 * Containers of a module that its functions add to (registries): code that was not evaluated may have
 * added more, so that a miss in them is not known.
 */
function openRegistries(vm: Interpreter, module: PyModule, syntax: Syntax): void {
  if (module.isInternal) return;
  for (const name of mutatedNames(syntax)) {
    const value = module.variables.get(name);
    if (value instanceof PyDict || value instanceof PySet) {
      value.open ??= { code: 'registry', detail: `${module.name}.${name}`, ...vm.place };
    }
  }
}

const mutatedCache = new WeakMap<Syntax, ReadonlySet<string>>();
const ADDERS = new Set([
  'add',
  'update',
  'setdefault',
  'append',
  'extend',
  'insert',
  'pop',
  'clear',
  'remove',
]);

/** Module-level names that a function body of the module stores into. */
function mutatedNames(syntax: Syntax): ReadonlySet<string> {
  const known = mutatedCache.get(syntax);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const stack: { node: unknown; locals: ReadonlySet<string> | null }[] = [
    { node: syntax.body, locals: null },
  ];
  for (;;) {
    const item = stack.pop();
    if (item === undefined) break;
    const { node } = item;
    let { locals } = item;
    if (Array.isArray(node)) {
      for (const part of node as unknown[]) stack.push({ node: part, locals });
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const typed = node as Statement | Expression;
    if (typed.kind === 'function') locals = typed.scope.locals;
    const global = (expression: Expression): void => {
      if (locals !== null && expression.kind === 'subscript') {
        let base: Expression = expression.object;
        while (base.kind === 'subscript') base = base.object;
        if (base.kind === 'name' && !locals.has(base.name)) found.add(base.name);
      }
    };
    if (typed.kind === 'assign') typed.targets.forEach(global);
    if (typed.kind === 'augmented') global(typed.target);
    if (
      typed.kind === 'call' &&
      typed.callee.kind === 'attribute' &&
      ADDERS.has(typed.callee.name) &&
      locals !== null
    ) {
      let base: Expression = typed.callee.object;
      while (base.kind === 'subscript') base = base.object;
      if (base.kind === 'name' && !locals.has(base.name)) found.add(base.name);
    }
    for (const part of Object.values(node) as unknown[]) stack.push({ node: part, locals });
  }
  mutatedCache.set(syntax, found);
  return found;
}
