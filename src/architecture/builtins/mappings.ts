import { bindNative, call } from '../calls';
import { UnknownOperand } from '../errors';
import { hashKey } from '../hashing';
import { getAttribute } from '../attributes';
import { type Interpreter, unknownReason } from '../machine';
import { checkTaint, dictIterator, listItems } from '../iteration';
import { contains, setOperation } from '../operators';
import { setItems } from '../setItems';
import { dictItem, getItem, setItem } from '../subscripts';
import { truth } from '../truth';
import {
  type Keywords,
  PyDict,
  PyInstance,
  PyIterator,
  PyList,
  PySet,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import { defineClassOf, method } from './define';

export function installMappings(vm: Interpreter): void {
  installDict(vm);
  installSets(vm);
}

function installDict(vm: Interpreter): void {
  const dict = defineClassOf(
    vm,
    'dict',
    'object',
    (_vm, cls) => new PyDict(cls.name === 'dict' && cls.place === null ? null : cls),
  );
  method(
    dict,
    '__init__',
    (context, args, keywords) => {
      update(context, asDict(context, args[0]), args[1], keywords);
      return null;
    },
    true,
  );
  method(
    dict,
    'update',
    (context, args, keywords) => {
      update(context, asDict(context, args[0]), args[1], keywords);
      return null;
    },
    true,
  );
  method(
    dict,
    'get',
    (context, args) => {
      const [self, key, fallback] = args;
      const target = asDict(context, self);
      checkTaint(target);
      const entry = target.map.get(hashKey(context, key ?? null));
      if (entry !== undefined) return entry.value;
      if (target.open !== null) throw new UnknownOperand(target.open);
      return fallback ?? null;
    },
    true,
  );
  method(
    dict,
    'setdefault',
    (context, args) => {
      const [self, key, fallback] = args;
      const target = asDict(context, self);
      checkTaint(target);
      const hash = hashKey(context, key ?? null);
      const entry = target.map.get(hash);
      if (entry !== undefined) return entry.value;
      if (target.open !== null) throw new UnknownOperand(target.open);
      context.touch(target);
      target.map.set(hash, { key: key ?? null, value: fallback ?? null });
      return fallback ?? null;
    },
    true,
  );
  method(
    dict,
    'pop',
    (context, args) => {
      const [self, key, fallback] = args;
      const target = asDict(context, self);
      checkTaint(target);
      const hash = hashKey(context, key ?? null);
      const entry = target.map.get(hash);
      if (entry === undefined) {
        if (target.open !== null) throw new UnknownOperand(target.open);
        if (fallback !== undefined) return fallback;
        return context.raise('KeyError', typeof key === 'string' ? key : '');
      }
      context.touch(target);
      target.map.delete(hash);
      return entry.value;
    },
    true,
  );
  method(dict, 'popitem', (context, args, keywords) => {
    const target = asDict(context, args[0]);
    checkTaint(target);
    const last = truth(context, keywords.get('last') ?? args[1] ?? true) === true;
    const keys = [...target.map.keys()];
    const key = last ? keys[keys.length - 1] : keys[0];
    const entry = key === undefined ? undefined : target.map.get(key);
    if (key === undefined || entry === undefined) return context.raise('KeyError', 'dictionary is empty');
    context.touch(target);
    target.map.delete(key);
    return new PyTuple([entry.key, entry.value]);
  });
  method(dict, 'clear', (context, [self]) => {
    const target = asDict(context, self);
    context.touch(target);
    target.map = new Map();
    return null;
  });
  method(dict, 'copy', (context, [self]) => {
    const target = asDict(context, self);
    checkTaint(target);
    const copy = new PyDict(target.cls);
    for (const [key, entry] of target.map) copy.map.set(key, { ...entry });
    copy.open = target.open;
    if (target.cls !== null && target.attributes !== null) {
      copy.attributes = new PyDict();
      copy.attributes.map = target.attributes.saveState() as PyDict['map'];
    }
    return copy;
  });
  method(dict, 'move_to_end', (context, args, keywords) => {
    const [self, key, last] = bindNative(context, 'move_to_end', ['self', 'key', 'last?'], args, keywords);
    const target = asDict(context, self);
    checkTaint(target);
    const hash = hashKey(context, key ?? null);
    const entry = target.map.get(hash);
    if (entry === undefined) return context.raise('KeyError', '');
    context.touch(target);
    target.map.delete(hash);
    if (truth(context, last ?? true) === true) target.map.set(hash, entry);
    else target.map = new Map([[hash, entry], ...target.map]);
    return null;
  });
  const view = (
    name: string,
    part: (entry: { readonly key: Value; readonly value: Value }) => Value,
  ): void => {
    method(dict, name, (context, [self]) => {
      const view = new PyInstance(context.class('dict_view'));
      const target = asDict(context, self);
      view.payload = new ViewPayload(target, part);
      return view;
    });
  };
  defineClassOf(vm, 'dict_view', 'object');
  const views = vm.class('dict_view');
  method(views, '__iter__', (context, [self]) => {
    const { dict: target, part } = payload(self);
    return dictIterator(context, target, part);
  });
  method(views, '__len__', (context, [self]) => BigInt(known(context, payload(self).dict).map.size));
  method(views, '__contains__', (context, [self, item]) => {
    const { dict: target, part } = payload(self);
    const probe = part({ key: true, value: false });
    if (probe === true) {
      const answer = contains(context, target, item ?? null);
      if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
      return answer;
    }
    const answer = contains(
      context,
      new PyList([...known(context, target).map.values()].map(part)),
      item ?? null,
    );
    if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
    return answer;
  });
  for (const [name, operator] of [
    ['and', '&'],
    ['or', '|'],
    ['sub', '-'],
    ['xor', '^'],
  ] as const) {
    method(views, `__${name}__`, (context, [self, other]) => {
      return (
        setOperation(context, operator, toSet(context, self ?? null), toSet(context, other ?? null)) ?? null
      );
    });
  }
  method(views, '__reversed__', (context, [self]) => {
    const { dict: target, part } = payload(self);
    return new PyList([...known(context, target).map.values()].map(part).reverse());
  });
  view('keys', (entry) => entry.key);
  view('values', (entry) => entry.value);
  view('items', (entry) => new PyTuple([entry.key, entry.value]));
  method(dict, '__len__', (context, [self]) => BigInt(known(context, asDict(context, self)).map.size));
  method(
    dict,
    '__contains__',
    (context, [self, key]) => {
      const target = asDict(context, self);
      checkTaint(target);
      if (target.map.has(hashKey(context, key ?? null))) return true;
      if (target.open !== null) throw new UnknownOperand(target.open);
      return false;
    },
    true,
  );
  method(dict, '__getitem__', (context, [self, key]) =>
    dictItem(context, asDict(context, self), key ?? null),
  );
  method(
    dict,
    '__setitem__',
    (context, [self, key, value]) => {
      const target = asDict(context, self);
      context.touch(target);
      const hash = hashKey(context, key ?? null);
      const entry = target.map.get(hash);
      if (entry === undefined) target.map.set(hash, { key: key ?? null, value: value ?? null });
      else entry.value = value ?? null;
      return null;
    },
    true,
  );
  method(dict, '__delitem__', (context, [self, key]) => {
    const target = asDict(context, self);
    context.touch(target);
    if (!target.map.delete(hashKey(context, key ?? null))) return context.raise('KeyError', '');
    return null;
  });
  method(dict, '__iter__', (context, [self]) =>
    dictIterator(context, asDict(context, self), (entry) => entry.key),
  );
  dict.dict.set('fromkeys', vm.builtins.get('\0fromkeys') ?? null);
}

/** Holds the dict of a view; never seen by a program. */
class ViewPayload extends PyIterator {
  constructor(
    readonly dict: PyDict,
    readonly part: (entry: { readonly key: Value; readonly value: Value }) => Value,
  ) {
    super(() => undefined);
  }
}

function payload(self: Value | undefined): ViewPayload {
  const value = self instanceof PyInstance ? self.payload : undefined;
  if (value instanceof ViewPayload) return value;
  throw new Error('a dict view without a dict');
}

function known(context: Interpreter, dict: PyDict): PyDict {
  checkTaint(dict);
  if (dict.open !== null) throw new UnknownOperand(dict.open);
  void context;
  return dict;
}

function asDict(context: Interpreter, value: Value | undefined): PyDict {
  if (value instanceof PyDict) return value;
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise('TypeError', 'expected a dict');
}

/** `dict.update`: what is not known taints the dict. */
export function update(
  context: Interpreter,
  target: PyDict,
  source: Value | undefined,
  keywords: Keywords,
): void {
  context.touch(target);
  const put = (key: Value, value: Value): void => {
    if (target.cls !== null) {
      setItem(context, target, key, value);
      return;
    }
    const hash = hashKey(context, key);
    const entry = target.map.get(hash);
    if (entry === undefined) target.map.set(hash, { key, value });
    else entry.value = value;
  };
  try {
    if (source instanceof PyDict) {
      checkTaint(source);
      if (source.open !== null) throw new UnknownOperand(source.open);
      for (const { key, value } of [...source.map.values()]) put(key, value);
    } else if (source !== undefined) {
      const reason = unknownReason(source);
      if (reason !== null) throw new UnknownOperand(reason);
      if (
        source instanceof PyInstance &&
        !(source.payload instanceof ViewPayload) &&
        hasKeys(context, source)
      ) {
        for (const key of listItems(context, call(context, getAttribute(context, source, 'keys'), []))) {
          put(key, getItem(context, source, key));
        }
      } else {
        for (const pair of listItems(context, source)) {
          const [key, value] = listItems(context, pair);
          put(key ?? null, value ?? null);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    target.taint ??= error.reason;
  }
  for (const [name, value] of keywords) put(name, value);
}

function hasKeys(context: Interpreter, value: PyInstance): boolean {
  return value.cls.mro.some((cls) => cls.dict.map.has('keys')) && context !== null;
}

function installSets(vm: Interpreter): void {
  const construct =
    (frozen: boolean) =>
    (context: Interpreter, cls: PySet['cls'], args: readonly Value[]): Value => {
      const set = new PySet(frozen, cls?.place === null ? null : cls);
      if (frozen && args[0] !== undefined) addAll(context, set, args[0]);
      return set;
    };
  for (const name of ['set', 'frozenset']) {
    const cls = defineClassOf(vm, name, 'object', construct(name === 'frozenset'));
    if (name === 'set') {
      method(
        cls,
        '__init__',
        (context, [self, items]) => {
          if (items !== undefined) addAll(context, asSet(context, self), items);
          return null;
        },
        true,
      );
      method(
        cls,
        'add',
        (context, [self, item]) => {
          const set = asSet(context, self);
          context.touch(set);
          const reason = unknownReason(item);
          if (reason !== null) set.taint ??= reason;
          else {
            const key = hashKey(context, item ?? null);
            if (!set.map.has(key)) set.map.set(key, item ?? null);
          }
          return null;
        },
        true,
      );
      for (const removal of ['remove', 'discard']) {
        method(cls, removal, (context, [self, item]) => {
          const set = asSet(context, self);
          checkTaint(set);
          context.touch(set);
          if (!set.map.delete(hashKey(context, item ?? null)) && removal === 'remove') {
            return context.raise('KeyError', '');
          }
          return null;
        });
      }
      method(
        cls,
        'update',
        (context, args) => {
          const set = asSet(context, args[0]);
          for (const items of args.slice(1)) addAll(context, set, items);
          return null;
        },
        true,
      );
      method(cls, 'clear', (context, [self]) => {
        const set = asSet(context, self);
        context.touch(set);
        set.map = new Map();
        return null;
      });
      method(cls, 'pop', (context, [self]) => {
        const set = asSet(context, self);
        const items = setItems(context, set);
        if (items.length === 0) return context.raise('KeyError', 'pop from an empty set');
        context.touch(set);
        if (items.length > 1) {
          set.taint = context.reason('setOrder', '');
          return new PyUnknown(set.taint);
        }
        set.map = new Map();
        return items[0] ?? null;
      });
    }
    method(cls, 'copy', (context, [self]) => {
      const set = asSet(context, self);
      checkTaint(set);
      const copy = new PySet(set.frozen, set.cls);
      copy.map = new Map(set.map);
      return copy;
    });
    for (const [operation, operator] of [
      ['union', '|'],
      ['intersection', '&'],
      ['difference', '-'],
      ['symmetric_difference', '^'],
    ] as const) {
      method(cls, operation, (context, args) => {
        let result: Value = asSet(context, args[0]);
        for (const other of args.slice(1)) {
          result = setOperation(context, operator, result as PySet, toSet(context, other)) ?? null;
        }
        return result === args[0] ? call(context, getAttribute(context, result, 'copy'), []) : result;
      });
    }
    method(cls, 'issubset', (context, [self, other]) => {
      const set = asSet(context, self);
      const within = toSet(context, other ?? null);
      return [...set.map.keys()].every((key) => within.map.has(key));
    });
    method(cls, 'issuperset', (context, [self, other]) => {
      const set = asSet(context, self);
      return [...toSet(context, other ?? null).map.keys()].every((key) => set.map.has(key));
    });
    method(cls, 'isdisjoint', (context, [self, other]) => {
      const set = asSet(context, self);
      return ![...toSet(context, other ?? null).map.keys()].some((key) => set.map.has(key));
    });
    method(cls, '__len__', (context, [self]) => BigInt(setItems(context, asSet(context, self)).length));
    method(cls, '__contains__', (context, [self, item]) => {
      const answer = contains(context, asSet(context, self), item ?? null);
      if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
      return answer;
    });
    method(cls, '__iter__', (context, [self]) => new PyList(setItems(context, asSet(context, self))));
  }
}

function asSet(context: Interpreter, value: Value | undefined): PySet {
  if (value instanceof PySet) return value;
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise('TypeError', 'expected a set');
}

export function toSet(context: Interpreter, value: Value): PySet {
  if (value instanceof PySet) return value;
  const set = new PySet(false);
  addAll(context, set, value);
  checkTaint(set);
  return set;
}

function addAll(context: Interpreter, set: PySet, items: Value): void {
  context.touch(set);
  try {
    const values = items instanceof PySet ? setItems(context, items) : listItems(context, items);
    for (const item of values) {
      const key = hashKey(context, item);
      if (!set.map.has(key)) set.map.set(key, item);
    }
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    set.taint ??= error.reason;
  }
}
