import { bindNative } from './calls';
import type { ClassOptions } from './classes';
import { type Interpreter, native } from './machine';
import { PyClass, PyDict, PyNative, PyProperty, PyTuple, PyClassMethod, PyList, type Value } from './values';
import { listItems } from './iteration';

/** A class made by `class X(NamedTuple)`: fields are its annotations, in order. */
export function namedTupleFrom(
  vm: Interpreter,
  name: string,
  namespace: ReadonlyMap<string, Value>,
  options: ClassOptions,
): PyClass {
  const annotations = namespace.get('__annotations__');
  const fields = annotations instanceof PyDict ? [...annotations.map.keys()] : [];
  const defaults = new Map<string, Value>();
  for (const field of fields) {
    const value = namespace.get(field);
    if (value !== undefined) defaults.set(field, value);
  }
  const cls = namedTuple(vm, name, fields, defaults, options);
  for (const [key, value] of namespace) {
    if (!fields.includes(key)) cls.dict.set(key, value);
  }
  return cls;
}

/** `collections.namedtuple(name, fields)`. */
export function namedTuple(
  vm: Interpreter,
  name: string,
  fields: readonly string[],
  defaults: ReadonlyMap<string, Value>,
  options: Pick<ClassOptions, 'module' | 'place'>,
): PyClass {
  const parameters = fields.map((field) => (defaults.has(field) ? `${field}?` : field));
  const tuple = vm.class('tuple');
  const construct = (
    context: never,
    made: PyClass,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
  ): Value => {
    const values = bindNative(context as Interpreter, name, parameters, args, keywords);
    return new PyTuple(
      fields.map((field, i) => given(values[i], given(defaults.get(field), null))),
      made,
    );
  };
  const cls = new PyClass(name, [tuple], options.module, options.place, construct);
  cls.mro = [cls, ...tuple.mro];
  fields.forEach((field, i) => {
    const get = new PyNative(
      field,
      (_vm, [self]) => (self instanceof PyTuple ? (self.items[i] ?? null) : null),
      true,
    );
    cls.dict.set(field, new PyProperty(get, null, null));
  });
  cls.dict.set('_fields', new PyTuple([...fields]));
  cls.dict.set(
    '_asdict',
    native('_asdict', (_vm, [self]) => {
      const dict = new PyDict();
      if (self instanceof PyTuple) fields.forEach((field, i) => dict.set(field, self.items[i] ?? null));
      return dict;
    }),
  );
  cls.dict.set(
    '_replace',
    new PyNative<Interpreter>(
      '_replace',
      (context, [self], keywords) => {
        if (!(self instanceof PyTuple)) return null;
        for (const key of keywords.keys()) {
          if (!fields.includes(key)) context.raise('ValueError', `unexpected field name ${key}`);
        }
        return new PyTuple(
          fields.map((field, i) => given(keywords.get(field), self.items[i] ?? null)),
          self.cls,
        );
      },
      true,
    ),
  );
  cls.dict.set(
    '_make',
    new PyClassMethod(
      native('_make', (context, [made, items]) => {
        const values = listItems(context, items ?? new PyList([]));
        return new PyTuple(values, made instanceof PyClass ? made : cls);
      }),
    ),
  );
  return cls;
}

/** None is a value: `??` would look past it. */
function given(value: Value | undefined, fallback: Value): Value {
  return value === undefined ? fallback : value;
}
