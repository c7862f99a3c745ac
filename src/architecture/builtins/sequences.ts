import { bindNative, call } from '../calls';
import { UnknownOperand } from '../errors';
import { type Interpreter, unknownReason } from '../machine';
import { addItems, checkTaint, listItems } from '../iteration';
import { needIndex } from '../subscripts';
import { contains, equals } from '../operators';
import { sortValues } from './sorting';
import { PyList, PyTuple, type Value } from '../values';
import { defineClassOf, method } from './define';

export function installSequences(vm: Interpreter): void {
  const list = defineClassOf(
    vm,
    'list',
    'object',
    (_vm, cls) => new PyList([], cls.name === 'list' && cls.place === null ? null : cls),
  );
  method(
    list,
    '__init__',
    (context, args) => {
      const self = asList(context, args[0]);
      context.touch(self);
      fill(context, self, args[1]);
      return null;
    },
    true,
  );
  method(
    list,
    'append',
    (context, [self, item]) => {
      const target = asList(context, self);
      context.touch(target);
      target.items.push(item ?? null);
      context.checkSize(target.items.length);
      return null;
    },
    true,
  );
  method(
    list,
    'extend',
    (context, [self, items]) => {
      const target = asList(context, self);
      context.touch(target);
      fill(context, target, items);
      return null;
    },
    true,
  );
  method(
    list,
    'insert',
    (context, [self, index, item]) => {
      const target = asList(context, self);
      context.touch(target);
      const reason = unknownReason(index);
      if (reason !== null) {
        target.taint ??= reason;
        return null;
      }
      let at = Number(needIndex(context, index ?? null, 'list'));
      if (at < 0) at = Math.max(0, at + target.items.length);
      target.items.splice(at, 0, item ?? null);
      return null;
    },
    true,
  );
  method(
    list,
    'pop',
    (context, [self, index]) => {
      const target = asList(context, self);
      checkTaint(target);
      context.touch(target);
      const reason = unknownReason(index);
      if (reason !== null) {
        target.taint = reason;
        throw new UnknownOperand(reason);
      }
      if (target.items.length === 0) return context.raise('IndexError', 'pop from empty list');
      let at = index === undefined ? target.items.length - 1 : Number(needIndex(context, index, 'list'));
      if (at < 0) at += target.items.length;
      if (at < 0 || at >= target.items.length) return context.raise('IndexError', 'pop index out of range');
      return target.items.splice(at, 1)[0] ?? null;
    },
    true,
  );
  method(
    list,
    'remove',
    (context, [self, item]) => {
      const target = asList(context, self);
      checkTaint(target);
      context.touch(target);
      const at = indexOf(context, target.items, item ?? null);
      if (at < 0) return context.raise('ValueError', 'list.remove(x): x not in list');
      target.items.splice(at, 1);
      return null;
    },
    true,
  );
  method(list, 'clear', (context, [self]) => {
    const target = asList(context, self);
    context.touch(target);
    target.items = [];
    return null;
  });
  method(list, 'reverse', (context, [self]) => {
    const target = asList(context, self);
    context.touch(target);
    target.items.reverse();
    return null;
  });
  method(list, 'copy', (context, [self]) => {
    const target = asList(context, self);
    checkTaint(target);
    return new PyList(target.items.slice());
  });
  method(
    list,
    'sort',
    (context, args, keywords) => {
      const target = asList(context, args[0]);
      checkTaint(target);
      context.touch(target);
      try {
        target.items = sortValues(
          context,
          target.items,
          keywords.get('key') ?? null,
          keywords.get('reverse') ?? false,
        );
      } catch (error) {
        if (!(error instanceof UnknownOperand)) throw error;
        target.taint = error.reason;
      }
      return null;
    },
    true,
  );
  shared(vm, list);

  const tuple = defineClassOf(vm, 'tuple', 'object', (context, cls, args) => {
    const [items] = args;
    return new PyTuple(
      items === undefined ? [] : listItems(context, items),
      cls.place === null && cls.name === 'tuple' ? null : cls,
    );
  });
  shared(vm, tuple);
}

function shared(vm: Interpreter, cls: ReturnType<typeof defineClassOf>): void {
  method(
    cls,
    'index',
    (context, args) => {
      const [self, item, start, stop] = args;
      const items = itemsOf(context, self);
      const from = start === undefined ? 0 : Number(needIndex(context, start, 'list'));
      const to = stop === undefined ? items.length : Number(needIndex(context, stop, 'list'));
      const at = indexOf(context, items.slice(0, to), item ?? null, from < 0 ? from + items.length : from);
      if (at < 0) return context.raise('ValueError', 'not in list');
      return BigInt(at);
    },
    true,
  );
  method(
    cls,
    'count',
    (context, [self, item]) => {
      let count = 0n;
      for (const element of itemsOf(context, self)) {
        const same = equals(context, element, item ?? null);
        if (typeof same !== 'boolean') throw new UnknownOperand(same);
        if (same) count++;
      }
      return count;
    },
    true,
  );
  method(cls, '__len__', (context, [self]) => BigInt(itemsOf(context, self).length));
  method(
    cls,
    '__contains__',
    (context, [self, item]) => {
      const answer = contains(context, plain(context, self), item ?? null);
      if (typeof answer !== 'boolean') throw new UnknownOperand(answer);
      return answer;
    },
    true,
  );
  method(cls, '__iter__', (context, [self]) =>
    call(context, context.builtins.get('iter') ?? null, [plain(context, self)]),
  );
  method(cls, '__getitem__', (context, [self, index]) => {
    const items = plain(context, self);
    return call(context, context.builtins.get('\0getitem') ?? null, [items, index ?? null]);
  });
  if (cls.name === 'list') {
    method(cls, '__setitem__', (context, args) => {
      const [self, index, value] = bindNative(
        context,
        '__setitem__',
        ['self', 'key', 'value'],
        args,
        new Map(),
      );
      const target = asList(context, self);
      context.touch(target);
      const at = Number(needIndex(context, index ?? null, 'list'));
      target.items[at < 0 ? at + target.items.length : at] = value ?? null;
      return null;
    });
  }
  method(cls, '__add__', (context, [self, other]) => {
    const items = [...itemsOf(context, self), ...itemsOf(context, other)];
    return self instanceof PyList ? new PyList(items) : new PyTuple(items);
  });
  void vm;
}

/** The same items without the subclass, whose overrides must not be asked again. */
function plain(context: Interpreter, value: Value | undefined): Value {
  const items = itemsOf(context, value);
  return value instanceof PyList ? new PyList([...items]) : new PyTuple(items);
}

function fill(context: Interpreter, target: PyList, items: Value | undefined): void {
  if (items === undefined) return;
  try {
    addItems(context, target.items, listItems(context, items));
  } catch (error) {
    if (!(error instanceof UnknownOperand)) throw error;
    target.taint ??= error.reason;
  }
}

function asList(context: Interpreter, value: Value | undefined): PyList {
  if (value instanceof PyList) return value;
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise('TypeError', 'expected a list');
}

export function itemsOf(context: Interpreter, value: Value | undefined): readonly Value[] {
  if (value instanceof PyTuple) return value.items;
  if (value instanceof PyList) {
    checkTaint(value);
    return value.items;
  }
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return context.raise('TypeError', 'expected a sequence');
}

function indexOf(context: Interpreter, items: readonly Value[], item: Value, from = 0): number {
  for (let i = from; i < items.length; i++) {
    const element = items[i] ?? null;
    const same = element === item ? true : equals(context, element, item);
    if (same === true) return i;
    if (same !== false) throw new UnknownOperand(same);
  }
  return -1;
}
