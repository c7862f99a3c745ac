import { PyDict, PyObject, PySet, isTuple, PyList, type Value } from '../pickle/values';
import type { Integer, TensorSpec } from '../stateDict/tensorSpec';
import { calleeName, globalOf } from './callee';
import { ContentChild } from './children';
import type { Child, ModuleContent } from './content';
import { moduleRepr } from './moduleRepr/moduleRepr';
import { tupleStateNames } from './moduleRepr/tupleStates';
import { attribute } from './objects';
import type { Resolver } from './resolver';

/**
 * An `nn.Module` (an object whose state has `_parameters`, `_buffers` and `_modules`) or a TorchScript module
 * (whose class says which attributes are parameters and buffers). Null for any other object.
 */
export function moduleContent(object: PyObject, resolver: Resolver): ModuleContent | null {
  return eagerModule(object, resolver) ?? packedModule(object, resolver) ?? scriptModule(object, resolver);
}

function eagerModule(object: PyObject, resolver: Resolver): ModuleContent | null {
  const parameters = registered(attribute(object, '_parameters'));
  const buffers = registered(attribute(object, '_buffers'));
  const modules = registered(attribute(object, '_modules'));
  if (parameters === null || buffers === null || modules === null) return null;
  const name = calleeName(object, resolver.context);
  if (name === null) return null;
  return new EagerModule(name, object, parameters, buffers, modules, resolver);
}

/** A dict, or an OrderedDict as older torch registers in. */
function registered(value: Value | undefined): PyDict | null {
  if (value instanceof PyDict) return value;
  if (!(value instanceof PyObject)) return null;
  const global = globalOf(value.callee, noContext);
  if (global?.name !== 'OrderedDict') return null;
  if (value.entries !== null) return value.entries;
  const dict = new PyDict();
  const pairs = isTuple(value.args) ? value.args[0] : undefined;
  if (pairs instanceof PyList) {
    for (const pair of pairs.items) {
      const items = pair instanceof PyList ? pair.items : isTuple(pair) ? pair : [];
      dict.set(items[0] ?? null, items[1] ?? null);
    }
  }
  return dict;
}

const noContext = {
  resolve: () => null,
  plainTensor: () => null,
  scriptClass: () => null,
  constant: () => null,
  warn: () => undefined,
};

/** Names that `nn.Module` itself keeps; they say nothing about the model. */
const registries = new Set([
  '_parameters',
  '_buffers',
  '_modules',
  '_non_persistent_buffers_set',
  '_is_full_backward_hook',
]);

class EagerModule implements ModuleContent {
  readonly type = 'module';
  private made: readonly Child[] | null = null;

  constructor(
    readonly pythonType: string,
    private readonly object: PyObject,
    private readonly parameters: PyDict,
    private readonly buffers: PyDict,
    private readonly modules: PyDict,
    private readonly resolver: Resolver,
  ) {}

  get repr(): string {
    const shape = (dict: PyDict, name: string): readonly Integer[] | null | undefined => {
      const value = dict.get(name);
      if (value === undefined) return undefined;
      // A lazy module's parameter is there, and has no shape yet.
      return value === null ? null : (this.tensor(value)?.shape ?? []);
    };
    return moduleRepr(
      this.pythonType,
      (name) => attribute(this.object, name),
      (name) => {
        const parameter = shape(this.parameters, name);
        return parameter === undefined ? shape(this.buffers, name) : parameter;
      },
    );
  }

  private tensor(value: Value): TensorSpec | null {
    return this.resolver.tensor(value);
  }

  children(): readonly Child[] {
    return (this.made ??= [
      ...this.resolver.namedValues(this.parameters, 'parameter'),
      ...this.bufferChildren(),
      ...this.resolver.namedValues(this.modules, 'module'),
      ...this.resolver
        .attributes(this.object)
        .filter(({ name }) => !registries.has(String(name)) && !/_hooks(_\w+)?$/.test(String(name))),
    ]);
  }

  private bufferChildren(): readonly Child[] {
    const hidden = nonPersistent(attribute(this.object, '_non_persistent_buffers_set'));
    return this.resolver
      .namedValues(this.buffers, 'buffer')
      .map((child) =>
        hidden.has(String(child.name))
          ? new ContentChild(child.name, child.content, 'nonPersistentBuffer')
          : child,
      );
  }
}

function nonPersistent(value: Value | undefined): ReadonlySet<string> {
  let items: readonly Value[] = [];
  if (value instanceof PySet) items = value.items;
  else if (value instanceof PyObject && isTuple(value.args)) {
    // `set([…])`, as protocols below 4 write it.
    const list = value.args[0];
    items = list instanceof PyList ? list.items : isTuple(list) ? list : [];
  }
  return new Set(items.filter((item) => typeof item === 'string'));
}

/** A quantized convolution, whose state is a tuple of its parts instead of its `__dict__`. */
function packedModule(object: PyObject, resolver: Resolver): ModuleContent | null {
  const state = object.state;
  if (!isTuple(state)) return null;
  const pythonType = calleeName(object, resolver.context);
  const names = pythonType === null ? null : tupleStateNames(pythonType);
  if (pythonType === null || names?.length !== state.length) return null;
  const parts = new PyDict();
  state.forEach((part, i) => parts.set(names[i] ?? i, part));
  let made: readonly Child[] | null = null;
  return {
    type: 'module',
    pythonType,
    repr: moduleRepr(
      pythonType,
      (name) => parts.get(name),
      () => undefined,
    ),
    children: () => (made ??= resolver.namedValues(parts, 'attribute')),
  };
}

function scriptModule(object: PyObject, resolver: Resolver): ModuleContent | null {
  const global = globalOf(object.callee, resolver.context);
  if (global === null || !global.module.startsWith('__torch__')) return null;
  const cls = resolver.context.scriptClass(global.qualifiedName);
  if (cls === null || !cls.isModule || !(object.state instanceof PyDict)) return null;
  const state = object.state;
  const children = (): readonly Child[] => {
    const parameters: Child[] = [];
    const buffers: Child[] = [];
    const modules: Child[] = [];
    const attributes: Child[] = [];
    for (const child of resolver.namedValues(state, 'attribute')) {
      const name = String(child.name);
      if (cls.parameters.has(name)) parameters.push(new ContentChild(name, child.content, 'parameter'));
      else if (cls.buffers.has(name)) buffers.push(new ContentChild(name, child.content, 'buffer'));
      else if (child.content.type === 'module') modules.push(new ContentChild(name, child.content, 'module'));
      else attributes.push(child);
    }
    return [...parameters, ...buffers, ...modules, ...attributes];
  };
  let made: readonly Child[] | null = null;
  const pythonType = scriptTypeName(global.qualifiedName);
  return {
    type: 'module',
    pythonType,
    repr: `RecursiveScriptModule(original_name=${pythonType.slice(pythonType.lastIndexOf('.') + 1)})`,
    children: () => (made ??= children()),
  };
}

/** The class's own name: `__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d` is a `Conv2d`. */
export function scriptTypeName(qualifiedName: string): string {
  return qualifiedName
    .split('.')
    .filter((part) => part !== '__torch__' && !part.startsWith('___torch_mangle_'))
    .join('.');
}
