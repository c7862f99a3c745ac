import type { Note } from '../../checkpoint/checkpoint';
import { Op } from '../../pickle/opcodes';
import type { Unpickler } from '../../pickle/unpickler';
import { PyGlobal, PyObject, type Value } from '../../pickle/values';
import { builtByCall, builtByPersistentId, nameText, valueText } from './built';
import type { Instruction } from './instructions';

/** What an opcode consumes, looked at before the machine executes it. */
export interface Before {
  readonly depth: number;
  readonly mark: number | null;
  readonly top: Value | undefined;
  readonly second: Value | undefined;
  readonly third: Value | undefined;
  /** The value under the innermost mark. */
  readonly underMark: Value | undefined;
  readonly memoSize: number;
}

export function beforeStep(machine: Unpickler): Before {
  const depth = machine.stackDepth;
  const mark = machine.openMark;
  return {
    depth,
    mark,
    top: machine.peek(0),
    second: machine.peek(1),
    third: machine.peek(2),
    underMark: mark === null ? undefined : machine.peek(depth - mark),
    memoSize: machine.memoSize,
  };
}

/**
 * What an opcode did, in a person's words; null where the opcode and its argument say all of it.
 *
 * @param argument its text
 * @param before the stack that it found
 * @param top what is on the stack now
 */
export function effectOf(
  { op }: Instruction,
  argument: string,
  before: Before,
  top: Value | undefined,
): Note | null {
  const items = before.mark === null ? 0 : before.depth - before.mark;
  switch (op) {
    case Op.PUT:
    case Op.BINPUT:
    case Op.LONG_BINPUT:
      return note('memoPut', argument, nameText(top));
    case Op.MEMOIZE:
      return note('memoPut', String(before.memoSize), nameText(top));
    case Op.GLOBAL:
    case Op.STACK_GLOBAL:
      return top instanceof PyGlobal ? note('import', valueText(top.qualifiedName).slice(1, -1)) : null;
    case Op.REDUCE:
    case Op.NEWOBJ:
    case Op.NEWOBJ_EX:
    case Op.OBJ:
    case Op.INST:
      return builtByCall(top);
    case Op.PERSID:
    case Op.BINPERSID:
      return builtByPersistentId(top);
    case Op.BUILD:
      return note('state', nameText(before.second), valueText(before.top));
    case Op.APPEND:
      return note('items', 1, nameText(before.second));
    case Op.APPENDS:
    case Op.ADDITEMS:
      return note('items', items, nameText(before.underMark));
    case Op.SETITEM:
      return note('entries', 1, nameText(before.third));
    case Op.SETITEMS:
      return note('entries', items / 2, nameText(before.underMark));
    case Op.POP:
      return before.depth === before.mark ? note('dropsMark') : note('drops', nameText(before.top));
    case Op.POP_MARK:
      return note('dropsMany', items);
    case Op.STOP:
      return top instanceof PyObject ? note('result', nameText(top)) : note('result', valueText(top));
    case Op.GET:
    case Op.BINGET:
    case Op.LONG_BINGET:
      return note('value', nameText(top));
    case Op.INT:
      return typeof top === 'boolean' ? note('value', valueText(top)) : null;
    case Op.DUP:
    case Op.TUPLE:
    case Op.TUPLE1:
    case Op.TUPLE2:
    case Op.TUPLE3:
    case Op.EMPTY_TUPLE:
    case Op.LIST:
    case Op.EMPTY_LIST:
    case Op.DICT:
    case Op.EMPTY_DICT:
    case Op.EMPTY_SET:
    case Op.FROZENSET:
    case Op.EXT1:
    case Op.EXT2:
    case Op.EXT4:
    case Op.NEXT_BUFFER:
    case Op.READONLY_BUFFER:
      return note('value', valueText(top));
    default:
      return null;
  }
}

function note(code: string, ...args: (string | number)[]): Note {
  return { code: `disassembly.${code}`, args };
}
