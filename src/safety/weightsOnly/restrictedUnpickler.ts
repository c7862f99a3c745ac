import { opcodeName, Op } from '../../pickle/opcodes';
import { decodeLong } from '../../pickle/integers';
import { decodeUtf8, decodeUtf8SurrogatePass } from '../../pickle/text';
import { build } from './build';
import { call, create } from './calls';
import type { Context } from './context';
import { weightsOnlyLimits } from './limits';
import { Refused, Unsure } from './outcome';
import type { PickleReader } from './pickleReader';
import { requireHashable } from './python';
import { torchFacts } from './torchVersions';
import { Bytes, Dict, Float, isTuple, List, Named, Opaque, PySet, typeName, type Value } from './values';

/** What `persistent_load` makes of an id. */
export type PersistentLoad = (id: Value) => Value;

/** The opcode at which torch stopped, for whoever shows it. */
export interface StreamPlace {
  offset: number;
}

/**
 * Follows `torch._weights_only_unpickler.Unpickler.load` over one pickle and returns what it would return.
 * Its stack is a list for each MARK, its memo takes any index, and nothing else is kept.
 *
 * @param place where its `offset` is kept up to date
 * @throws Refused where torch raises, Unsure where the model ends, NeedMore
 */
export function runRestricted(
  reader: PickleReader,
  context: Context,
  persistentLoad: PersistentLoad,
  place: StreamPlace,
): Value {
  const outer: Value[][] = [];
  let stack: Value[] = [];
  const memo = new Memo();
  const known = new Uint8Array(256);
  let made = 0;

  const pop = (): Value => {
    const value = stack.pop();
    if (value === undefined) throw new Refused('weightsOnly.stack');
    return value;
  };
  const top = (): Value => {
    const value = stack[stack.length - 1];
    if (value === undefined) throw new Refused('weightsOnly.stack');
    return value;
  };
  const popMark = (): Value[] => {
    const items = stack;
    const below = outer.pop();
    if (below === undefined) throw new Refused('weightsOnly.stack');
    stack = below;
    return items;
  };
  const replace = (value: Value): void => {
    stack[stack.length - 1] = value;
  };
  const tupleOf = (count: number): void => {
    if (stack.length < count) throw new Refused('weightsOnly.stack');
    const items = stack.slice(stack.length - count);
    stack.length -= count;
    stack.push(items);
  };

  for (;;) {
    place.offset = reader.position;
    const op: Op = reader.opcode();
    if (known[op] === 0) {
      if (!context.knowsOpcode(opcodeName(op))) throw new Refused('weightsOnly.opcode', [opcodeName(op)]);
      known[op] = 1;
    }
    if (++made > weightsOnlyLimits.values)
      throw new Unsure('weightsOnly.tooMany', [weightsOnlyLimits.values]);
    switch (op) {
      case Op.GLOBAL:
        stack.push(findGlobal(reader, context));
        break;
      case Op.NEWOBJ: {
        const args = pop();
        const callee = pop();
        stack.push(create(callee, args, context));
        break;
      }
      case Op.REDUCE: {
        const args = pop();
        replace(call(top(), args, context));
        break;
      }
      case Op.BUILD: {
        const state = pop();
        build(top(), state, context);
        break;
      }
      case Op.APPEND: {
        const item = pop();
        append(top(), [item], context);
        break;
      }
      case Op.APPENDS: {
        const items = popMark();
        append(top(), items, context);
        break;
      }
      case Op.SETITEM: {
        const value = pop();
        const key = pop();
        setItems(top(), [key, value], context);
        break;
      }
      case Op.SETITEMS: {
        const items = popMark();
        setItems(top(), items, context);
        break;
      }
      case Op.MARK:
        made += containerValues;
        outer.push(stack);
        stack = [];
        break;
      case Op.TUPLE: {
        const items = popMark();
        stack.push(items);
        break;
      }
      case Op.TUPLE1:
        tupleOf(1);
        break;
      case Op.TUPLE2:
        tupleOf(2);
        break;
      case Op.TUPLE3:
        tupleOf(3);
        break;
      case Op.NONE:
        stack.push(null);
        break;
      case Op.NEWFALSE:
        stack.push(false);
        break;
      case Op.NEWTRUE:
        stack.push(true);
        break;
      case Op.EMPTY_TUPLE:
        stack.push([]);
        break;
      case Op.EMPTY_LIST:
        made += containerValues;
        stack.push(new List());
        break;
      case Op.EMPTY_DICT:
        made += containerValues;
        stack.push(new Dict('dict'));
        break;
      case Op.EMPTY_SET:
        stack.push(new PySet([]));
        break;
      case Op.BININT:
        stack.push(reader.int32());
        break;
      case Op.BININT1:
        stack.push(reader.byte());
        break;
      case Op.BININT2:
        stack.push(reader.uint16());
        break;
      case Op.BINFLOAT:
        stack.push(new Float(reader.float64()));
        break;
      case Op.LONG1:
        stack.push(integer(reader.take(reader.byte())));
        break;
      case Op.BINUNICODE: {
        const text = decodeUtf8SurrogatePass(reader.take(reader.uint32()));
        if (text === null) throw new Refused('weightsOnly.text');
        stack.push(text);
        break;
      }
      case Op.SHORT_BINSTRING: {
        // torch.load passes encoding='utf-8'.
        const text = decodeUtf8(reader.take(reader.byte()));
        if (text === null) throw new Refused('weightsOnly.text');
        stack.push(text);
        break;
      }
      case Op.BINPERSID:
        stack.push(persistent(pop(), context, persistentLoad));
        break;
      case Op.BINGET:
      case Op.LONG_BINGET: {
        const index = op === Op.BINGET ? reader.byte() : reader.uint32();
        const value = memo.get(index);
        if (value === undefined) throw new Refused('weightsOnly.memo', [index]);
        stack.push(value);
        break;
      }
      case Op.BINPUT:
      case Op.LONG_BINPUT: {
        const index = op === Op.BINPUT ? reader.byte() : reader.uint32();
        if (!memo.put(index, top())) made += containerValues;
        break;
      }
      case Op.PROTO:
        reader.byte();
        break;
      case Op.STOP:
        return pop();
      default:
        // An opcode that a newer torch knows and this model does not.
        throw new Unsure('weightsOnly.newOpcode', [opcodeName(op)]);
    }
  }
}

/** Values that cost as much memory as a container. */
const containerValues = 3;

/** Picklers count the indexes of their memo up; any other 32-bit one is kept as well. */
class Memo {
  private readonly dense: Value[] = [];
  /** By index as a signed integer: the engine has no quick way to look up larger numbers. */
  private readonly sparse = new Map<number, Value>();

  /** Whether the index was the next one, or one that was taken: others cost more. */
  put(index: number, value: Value): boolean {
    const isDense = index <= this.dense.length;
    if (isDense) this.dense[index] = value;
    else this.sparse.set(index | 0, value);
    return isDense;
  }

  get(index: number): Value | undefined {
    return index < this.dense.length ? this.dense[index] : this.sparse.get(index | 0);
  }
}

function integer(bytes: Uint8Array): Value {
  return decodeLong(bytes, 0, bytes.length);
}

function findGlobal(reader: PickleReader, context: Context): Named {
  const [first, second] = [reader.line(), reader.line()];
  const [given, last] = [decodeUtf8(first), decodeUtf8(second)];
  if (given === null || last === null) throw new Refused('weightsOnly.text');
  const [module, name] = currentName(given, last, context);
  const path = `${module}.${name}`;
  if (context.rule('blockedModules').includes(module))
    throw new Refused('weightsOnly.blocked', [path, module]);
  const allowed = context.allowed(path);
  if (allowed === undefined) throw new Refused('weightsOnly.global', [path]);
  return new Named(path, allowed);
}

/** Module and name, Python 2's as Python 3's where the version translates them. */
function currentName(module: string, name: string, context: Context): readonly [string, string] {
  const { names, modules } = torchFacts.python2;
  const renamed = names.get(`${module}.${name}`);
  if ((renamed === undefined && !modules.has(module)) || !context.rule('python2Names')) return [module, name];
  if (renamed === undefined) return [modules.get(module) ?? module, name];
  const dot = renamed.lastIndexOf('.');
  return [renamed.slice(0, dot), renamed.slice(dot + 1)];
}

function append(target: Value, items: readonly Value[], context: Context): void {
  if (target instanceof List) for (const item of items) target.items.push(item);
  else if (target instanceof Opaque && target.pythonType === null)
    context.unsure('weightsOnly.opaque', 'APPEND');
  else throw new Refused('weightsOnly.append', [typeName(target) ?? '?']);
}

function setItems(target: Value, items: readonly Value[], context: Context): void {
  if (target instanceof Dict) {
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i] as Value;
      const value = items[i + 1];
      if (value === undefined) throw new Refused('weightsOnly.stack');
      requireHashable(key, context);
      target.set(key, value);
    }
    return;
  }
  const type = typeName(target);
  if (type === null) return context.unsure('weightsOnly.opaque', 'SETITEM');
  if (context.rule('itemTargets') === 'dictionaries') throw new Refused('weightsOnly.setItem', [type]);
  if (items.length === 0) return;
  // These versions assign to whatever takes an assignment: a list, a bytearray, a storage or a tensor.
  const takesItems =
    target instanceof List ||
    target instanceof Bytes ||
    /^(torch\.(Tensor|nn\.|storage\.)|bytearray)/.test(type);
  if (!takesItems || type === 'bytes') throw new Refused('weightsOnly.setItem', [type]);
  context.unsure('weightsOnly.opaque', 'SETITEM');
}

function persistent(id: Value, context: Context, persistentLoad: PersistentLoad): Value {
  const type = typeName(id);
  if (type === null) {
    context.unsure('weightsOnly.opaque', 'BINPERSID');
    return new Opaque();
  }
  if (type !== 'tuple' && !context.rule(type === 'int' ? 'integerIds' : 'otherIds')) {
    throw new Refused('weightsOnly.idType', [type]);
  }
  if (isTuple(id) && id.length > 0 && storageWord(id[0] as Value) !== 'storage') {
    throw new Refused('weightsOnly.idKind');
  }
  return persistentLoad(id);
}

/** `_maybe_decode_ascii`: an id of Python 2 spells its kind in bytes. */
export function storageWord(value: Value): Value {
  if (!(value instanceof Bytes) || value.pythonType !== 'bytes') return value;
  if (value.bytes.some((byte) => byte >= 0x80)) throw new Refused('weightsOnly.text');
  return String.fromCharCode(...value.bytes);
}
