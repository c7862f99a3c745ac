import { isTuple, PyDict, PyObject, type Value } from '../pickle/values';
import { Op } from '../pickle/opcodes';
import { displayType } from '../torchNames/canonicalName';
import { calleeName } from './callee';
import { ContentChild } from './children';
import type { Child, Content, ObjectContent } from './content';
import { defaultTextLimit, pythonRepr, stringRepr } from './pythonRepr';
import type { FileContext } from './fileContext';
import type { Resolver } from './resolver';

/** Functions that stand for a class in pickles. */
const classOfConstructor: ReadonlyMap<string, string> = new Map([
  ['numpy.random._pickle.__randomstate_ctor', 'numpy.random.mtrand.RandomState'],
  ['numpy.random._pickle.__generator_ctor', 'numpy.random._generator.Generator'],
]);

/**
 * Protocols below 4 write NEWOBJ_EX as `partial(cls.__new__, cls, *args, **kwargs)()`: the object that this
 * makes, null for any other call.
 */
export function newWithArguments(object: PyObject, context: FileContext): PyObject | null {
  const { callee } = object;
  if (!(callee instanceof PyObject) || calleeName(callee, context) !== 'functools.partial') return null;
  if (!isTuple(callee.state)) return null;
  const [func, args, kwargs] = callee.state;
  if (!(func instanceof PyObject) || calleeName(func, context) !== 'builtins.getattr') return null;
  if (!isTuple(func.args) || func.args[1] !== '__new__' || !isTuple(args) || args.length === 0) return null;
  const made = new PyObject(args[0] as Value, args.slice(1), Op.NEWOBJ_EX, object.offset);
  if (kwargs instanceof PyDict) made.setKwargs(kwargs);
  if (object.state !== undefined) made.setState(object.state);
  if (object.items !== null) made.addItems(object.items);
  const { entries } = object;
  entries?.keys.forEach((key, i) => made.ensureEntries().set(key, entries.values[i] as Value));
  return made;
}

/**
 * An object that nothing is known of: its positional arguments by position, its items and entries, its
 * attributes. A subclass of list, dict or tuple reads as what it is.
 */
export function genericObject(object: PyObject, resolver: Resolver): Content {
  const name = calleeName(object, resolver.context);
  const pythonType =
    name === null ? pythonRepr(object.callee, 120) : displayType(classOfConstructor.get(name) ?? name);
  const args = isTuple(object.args) ? object.args : [object.args];
  const attributes = (): readonly Child[] => attributeChildren(object, resolver);
  if (object.entries !== null)
    return resolver.dict(pythonType, object.entries, () => [
      ...argumentChildren(args, resolver),
      ...attributes(),
    ]);
  if (object.items !== null) return resolver.sequence(pythonType, [...args, ...object.items], attributes);
  if (object.opcode === Op.NEWOBJ && args.length > 0) {
    // A tuple subclass gets its items as one tuple, a named tuple one by one.
    const only = args[0];
    const items = args.length === 1 && isTuple(only) ? only : args;
    if (args.length > 1 || isTuple(only)) return resolver.sequence(pythonType, items, attributes);
  }
  return new InertObject(pythonType, object, resolver);
}

function attributeChildren(object: PyObject, resolver: Resolver): readonly Child[] {
  return [
    ...(object.kwargs instanceof PyDict ? resolver.namedValues(object.kwargs, 'attribute') : []),
    ...resolver.attributes(object),
  ];
}

function argumentChildren(args: readonly Value[], resolver: Resolver): readonly Child[] {
  return args.map((arg, i) => new ContentChild(i, resolver.content(arg), 'attribute'));
}

/** Few fields and no function of its own: a file may have a million. */
class InertObject implements ObjectContent {
  readonly type = 'object';
  private made: readonly Child[] | null = null;

  constructor(
    readonly pythonType: string,
    private readonly object: PyObject,
    private readonly resolver: Resolver,
  ) {}

  private get args(): readonly Value[] {
    const { args } = this.object;
    return isTuple(args) ? args : [args];
  }

  /** `Namespace(lr=0.1, epochs=3)`. */
  get text(): string {
    const parts = this.args.map((arg) => pythonRepr(arg, 80));
    const state = this.object.state;
    if (state instanceof PyDict) {
      for (let i = 0; i < Math.min(state.size, 40); i++) {
        const key = state.keys[i] as Value;
        const value = state.values[i] as Value;
        parts.push(`${typeof key === 'string' ? key : pythonRepr(key, 40)}=${brief(value)}`);
      }
    } else if (state !== undefined) parts.push(pythonRepr(state, 120));
    const name = this.pythonType.slice(this.pythonType.lastIndexOf('.') + 1);
    return shortened(`${name}(${parts.join(', ')})`);
  }

  children(): readonly Child[] {
    return (this.made ??= this.passing());
  }

  passing(): readonly Child[] {
    return (
      this.made ?? [
        ...argumentChildren(this.args, this.resolver),
        ...attributeChildren(this.object, this.resolver),
      ]
    );
  }
}

function brief(value: Value): string {
  return typeof value === 'string'
    ? stringRepr(value.length > 80 ? `${value.slice(0, 79)}…` : value)
    : pythonRepr(value, 60);
}

/** A line that a person can take in. */
export function shortened(text: string): string {
  return text.length > defaultTextLimit ? `${text.slice(0, defaultTextLimit)}…` : text;
}
