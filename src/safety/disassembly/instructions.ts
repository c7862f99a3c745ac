import { CheckpointError } from '../../checkpointError';
import { pickleLimits } from '../../pickle/limits';
import { Op, opcodeName } from '../../pickle/opcodes';

/** How the argument of an opcode is written (`argument` of CPython's `Lib/pickletools.py`). */
export type ArgumentForm =
  | 'none'
  | 'uint1'
  | 'uint2'
  | 'int4'
  | 'uint4'
  | 'uint8'
  | 'float8'
  /** A line of text. */
  | 'line'
  /** Module and name, a line each. */
  | 'twoLines'
  /** A length of 1, 4 (signed or not) or 8 bytes, and as many bytes. */
  | 'counted1'
  | 'counted4'
  | 'countedSigned4'
  | 'counted8';

const forms: ReadonlyMap<number, ArgumentForm> = new Map<number, ArgumentForm>([
  [Op.MARK, 'none'],
  [Op.STOP, 'none'],
  [Op.POP, 'none'],
  [Op.POP_MARK, 'none'],
  [Op.DUP, 'none'],
  [Op.NONE, 'none'],
  [Op.BINPERSID, 'none'],
  [Op.REDUCE, 'none'],
  [Op.APPEND, 'none'],
  [Op.BUILD, 'none'],
  [Op.DICT, 'none'],
  [Op.EMPTY_DICT, 'none'],
  [Op.APPENDS, 'none'],
  [Op.LIST, 'none'],
  [Op.EMPTY_LIST, 'none'],
  [Op.OBJ, 'none'],
  [Op.SETITEM, 'none'],
  [Op.TUPLE, 'none'],
  [Op.EMPTY_TUPLE, 'none'],
  [Op.SETITEMS, 'none'],
  [Op.NEWOBJ, 'none'],
  [Op.TUPLE1, 'none'],
  [Op.TUPLE2, 'none'],
  [Op.TUPLE3, 'none'],
  [Op.NEWTRUE, 'none'],
  [Op.NEWFALSE, 'none'],
  [Op.EMPTY_SET, 'none'],
  [Op.ADDITEMS, 'none'],
  [Op.FROZENSET, 'none'],
  [Op.NEWOBJ_EX, 'none'],
  [Op.STACK_GLOBAL, 'none'],
  [Op.MEMOIZE, 'none'],
  [Op.NEXT_BUFFER, 'none'],
  [Op.READONLY_BUFFER, 'none'],
  [Op.PROTO, 'uint1'],
  [Op.BININT1, 'uint1'],
  [Op.BINGET, 'uint1'],
  [Op.BINPUT, 'uint1'],
  [Op.EXT1, 'uint1'],
  [Op.BININT2, 'uint2'],
  [Op.EXT2, 'uint2'],
  [Op.BININT, 'int4'],
  [Op.EXT4, 'int4'],
  [Op.LONG_BINGET, 'uint4'],
  [Op.LONG_BINPUT, 'uint4'],
  [Op.FRAME, 'uint8'],
  [Op.BINFLOAT, 'float8'],
  [Op.FLOAT, 'line'],
  [Op.INT, 'line'],
  [Op.LONG, 'line'],
  [Op.PERSID, 'line'],
  [Op.STRING, 'line'],
  [Op.UNICODE, 'line'],
  [Op.GET, 'line'],
  [Op.PUT, 'line'],
  [Op.GLOBAL, 'twoLines'],
  [Op.INST, 'twoLines'],
  [Op.SHORT_BINSTRING, 'counted1'],
  [Op.SHORT_BINBYTES, 'counted1'],
  [Op.SHORT_BINUNICODE, 'counted1'],
  [Op.LONG1, 'counted1'],
  [Op.BINUNICODE, 'counted4'],
  [Op.BINBYTES, 'counted4'],
  [Op.BINSTRING, 'countedSigned4'],
  [Op.LONG4, 'countedSigned4'],
  [Op.BINUNICODE8, 'counted8'],
  [Op.BINBYTES8, 'counted8'],
  [Op.BYTEARRAY8, 'counted8'],
]);

/** One opcode with its argument. Offsets are absolute, in the record's bytes. */
export interface Instruction {
  readonly op: number;
  readonly form: ArgumentForm;
  readonly offset: number;
  /** Of the argument's first byte, after its length where it has one. */
  readonly argument: number;
  /** After the argument. */
  readonly end: number;
}

const fixedSizes: Partial<Record<ArgumentForm, number>> = {
  none: 0,
  uint1: 1,
  uint2: 2,
  int4: 4,
  uint4: 4,
  uint8: 8,
  float8: 8,
};
const lengthSizes: Partial<Record<ArgumentForm, number>> = {
  counted1: 1,
  counted4: 4,
  countedSigned4: 4,
  counted8: 8,
};

/**
 * The instruction at `offset`, by its bytes alone: what is on the stack does not matter. The argument of a
 * counted one need not be in the window.
 *
 * @param window bytes from absolute offset `base` on
 * @param end offset after the last byte that the stream can have
 * @returns the number of bytes that are needed from `offset` on, where the window ends too early
 * @throws CheckpointError `pickle.unknownOpcode`, `pickle.truncated`, `pickle.negativeSize`, `pickle.lineTooLong`
 */
export function instructionAt(
  window: Uint8Array,
  base: number,
  offset: number,
  end: number,
): Instruction | number {
  const at = offset - base;
  const need = (to: number): number => {
    if (to > end) throw new CheckpointError('pickle.truncated', [to - offset, end - offset], offset);
    return to - offset;
  };
  const op = window[at];
  if (op === undefined) return need(offset + 1);
  const form = forms.get(op);
  if (form === undefined) throw new CheckpointError('pickle.unknownOpcode', [opcodeName(op)], offset);
  const made = (argument: number, to: number): Instruction | number =>
    to > end ? need(to) : { op, form, offset, argument, end: to };
  const fixed = fixedSizes[form];
  if (fixed !== undefined) {
    const to = offset + 1 + fixed;
    return to - base > window.length ? need(to) : made(offset + 1, to);
  }
  const lengthSize = lengthSizes[form];
  if (lengthSize !== undefined) {
    const argument = offset + 1 + lengthSize;
    if (argument - base > window.length) return need(argument);
    const length = lengthAt(window, at + 1, form);
    if (length < 0) throw new CheckpointError('pickle.negativeSize', [opcodeName(op), length], offset);
    return made(argument, argument + length);
  }
  let to = offset + 1;
  for (let lines = form === 'twoLines' ? 2 : 1; lines > 0; lines--) {
    const found = window.indexOf(0x0a, to - base);
    if (found < 0) {
      if (window.length - at > pickleLimits.lineBytes)
        throw new CheckpointError('pickle.lineTooLong', [pickleLimits.lineBytes], offset);
      return need(base + window.length + 1);
    }
    to = base + found + 1;
  }
  return made(offset + 1, to);
}

function lengthAt(window: Uint8Array, at: number, form: ArgumentForm): number {
  if (form === 'counted1') return window[at] as number;
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  if (form === 'counted8') return Number(view.getBigUint64(at, true));
  return form === 'counted4' ? view.getUint32(at, true) : view.getInt32(at, true);
}
