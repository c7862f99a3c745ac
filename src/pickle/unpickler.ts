import { CheckpointError } from '../checkpointError';
import { decodeLong, parseDecimal } from './integers';
import { pickleLimits, scanLimits } from './limits';
import { Memo } from './memo';
import { callsOf, persistentIdsOf, type StreamRecord } from './records';
import { Op, opcodeName } from './opcodes';
import { IntegerTuples } from './integerTuples';
import type { TensorCall } from './tensorCall';
import { TensorCallReader } from './tensorCallReader';
import {
  decodeRawUnicodeEscape,
  decodeStringLiteral,
  decodeUtf8,
  decodeUtf8SurrogatePass,
  isAscii,
  latin1,
} from './text';
import {
  isTuple,
  lostItems,
  PyBuffer,
  PyBytes,
  PyComputedGlobal,
  PyDict,
  PyExtension,
  PyFloat,
  PyGlobal,
  PyList,
  PyObject,
  PyPersistentId,
  PySet,
  type CallOpcode,
  type PyTuple,
  type Value,
} from './values';

/** An import, with the offset of its opcode. */
export interface ImportRecord {
  readonly global: PyGlobal;
  readonly offset: number;
}

/** BUILD, or APPEND(S), ADDITEMS, SETITEM(S) on what is no plain container: each runs a method. */
export interface EffectRecord {
  readonly opcode: number;
  readonly target: Value;
  /** The state for BUILD, undefined for items (they are on the target). */
  readonly argument: Value | undefined;
  readonly offset: number;
}

/** A stream read to its STOP, or as far as it could be read. */
export interface UnpickledStream {
  /** The object, or what stood of it when `error` stopped the machine. */
  readonly value: Value;
  readonly error: CheckpointError | null;
  /** Offset after STOP, or of the opcode that failed. */
  readonly end: number;
  /** Highest PROTO seen; 0 when there is none (protocols 0 and 1 write none). */
  readonly protocol: number;
  readonly imports: readonly ImportRecord[];
  /** Calls and persistent ids as they came, a tensor's with its parts as one. */
  readonly records: readonly StreamRecord[];
  readonly calls: readonly PyObject[];
  readonly effects: readonly EffectRecord[];
  readonly persistentIds: readonly PyPersistentId[];
  readonly opcodes: number;
}

/** What stands in the stream right after an object was built, outside the opcodes. */
export type InlineData =
  /** Raw bytes; `padded` ones come after a byte that counts padding, and that padding. */
  | { readonly type: 'bytes'; readonly length: number; readonly padded: boolean }
  /** A pickle of its own, whose value becomes the object's only item. */
  | { readonly type: 'pickle' };

/** What the machine passes over before the next opcode. */
type Passing =
  | { readonly type: 'data'; readonly object: PyObject; readonly data: InlineData; nested: Unpickler | null }
  /** The rest of a line that is too long to keep. */
  | { readonly type: 'line'; position: number };

export interface UnpicklerOptions {
  /** A platform's fast decoder. */
  readonly toLatin1?: ((bytes: Uint8Array) => string) | undefined;
  /** Asked after each BUILD; joblib writes array data into the stream there. */
  readonly inlineData?: ((object: PyObject) => InlineData | null) | undefined;
  /**
   * For a scan, which wants every import and call and no contents: what some Python reads is never an error,
   * and what is kept stays below `scanLimits.keptBytes` however long the stream is (see `Unpickler.isLossy`).
   */
  readonly scanning?: boolean | undefined;
}

/** What a stream did since it was last asked. */
export interface StreamParts {
  readonly imports: readonly ImportRecord[];
  readonly records: readonly StreamRecord[];
  readonly effects: readonly EffectRecord[];
}

/** The part of a stream that is in memory. */
interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly text: string | null;
  /** Absolute offset of the first byte. */
  readonly base: number;
}

/** What the machine wants next. */
export type RunResult =
  { readonly done: true } | { readonly done: false; readonly offset: number; readonly length: number };

/**
 * The symbolic stack machine. It reads every opcode of protocols 0 to 5 and builds inert values; nothing is
 * imported, called or executed. It works on a window of the stream and asks for the next one, so that a
 * stream of unknown length is read no further than its STOP and large bytes objects are never read at all.
 * Offsets are absolute, in the stream's own record or file.
 */
export class Unpickler {
  private readonly stack: Value[] = [];
  private depth = 0;
  private readonly marks: number[] = [];
  private readonly memo = new Memo();
  private readonly tuples = new IntegerTuples();
  private readonly globals = new Map<string, PyGlobal>();
  private readonly imports: ImportRecord[];
  private readonly records: StreamRecord[];
  private readonly effects: EffectRecord[];
  private readonly tensors: TensorCallReader;
  private readonly scanning: boolean;
  private protocol = 0;
  private buffers = 0;
  private opcodes = 0;
  private calls = 0;
  /** Of `opcodes`, those that were read as a whole tensor's. */
  private tensorOpcodes = 0;
  /** Roughly the bytes that values take, and where a scan stops keeping them. */
  private kept = 0;
  private readonly mostKept: number;
  private lost: LostValues | null = null;
  private error: CheckpointError | null = null;
  private result: Value | undefined = undefined;
  private passing: Passing | null = null;

  /**
   * @param position offset of the first opcode
   * @param end offset after the last byte that the stream can have
   */
  constructor(
    private position: number,
    private readonly end: number,
    private readonly options: UnpicklerOptions = {},
    /** The machine in whose stream this one's stands. */
    outer: Unpickler | null = null,
  ) {
    this.scanning = options.scanning === true;
    this.mostKept = this.scanning ? scanLimits.keptBytes : Infinity;
    this.imports = outer?.imports ?? [];
    this.records = outer?.records ?? [];
    this.effects = outer?.effects ?? [];
    this.nesting = outer === null ? 0 : outer.nesting + 1;
    this.tensors = new TensorCallReader(this.memo, this.tuples, this.records);
  }

  private readonly nesting: number;

  /** Opcodes executed one by one. */
  get plainOpcodes(): number {
    return this.opcodes - this.tensorOpcodes;
  }

  /** Whether a scan stopped keeping contents and arguments; imports and callees stay complete. */
  get isLossy(): boolean {
    return this.kept > this.mostKept;
  }

  /** After the last opcode, or of the one that failed or waits. */
  get offset(): number {
    return this.position;
  }

  get failure(): CheckpointError | null {
    return this.error;
  }

  get highestProtocol(): number {
    return this.protocol;
  }

  get executedOpcodes(): number {
    return this.opcodes;
  }

  /** Who wants the contents has no use for what changed on the way, and would keep states that were replaced. */
  private effect(record: EffectRecord): void {
    if (this.options.scanning === true) this.effects.push(record);
  }

  /** Takes what the stream did since the last call, so that a long one need not be kept. */
  drain(): StreamParts {
    const parts = {
      imports: this.imports.slice(),
      records: this.records.slice(),
      effects: this.effects.slice(),
    };
    this.imports.length = 0;
    this.records.length = 0;
    this.effects.length = 0;
    return parts;
  }

  /**
   * Executes opcodes from `window`, which holds the bytes from absolute offset `base` on, until STOP, an
   * error (`finish().error`) or the need for bytes that are not in the window.
   */
  run(window: Uint8Array, base: number): RunResult {
    try {
      return this.pass(window, base) ?? this.execute(window, base);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      this.error = error;
      return { done: true };
    }
  }

  finish(): UnpickledStream {
    const value = this.result !== undefined ? this.result : this.unfinishedValue();
    const { records } = this;
    return {
      value,
      error: this.error,
      end: this.position,
      protocol: this.protocol,
      imports: this.imports,
      records,
      get calls() {
        return callsOf(records);
      },
      effects: this.effects,
      get persistentIds() {
        return persistentIdsOf(records);
      },
      opcodes: this.opcodes,
    };
  }

  /** Values on the stack. With `peek` and `openMark` for who follows the machine opcode by opcode. */
  get stackDepth(): number {
    return this.depth;
  }

  /** The value that stands `below` values under the top of the stack. */
  peek(below = 0): Value | undefined {
    return this.stack[this.depth - 1 - below];
  }

  /** Values below the innermost open mark, null where none is open. */
  get openMark(): number | null {
    return this.marks[this.marks.length - 1] ?? null;
  }

  /** Open marks. */
  get markDepth(): number {
    return this.marks.length;
  }

  get memoSize(): number {
    return this.memo.size;
  }

  /** Whether bytes that are no opcodes come next. */
  get expectsData(): boolean {
    const { passing } = this.innermost;
    return passing?.type === 'data' && passing.data.type === 'bytes';
  }

  /** The machine of the pickle that is read now: of one that stands in another, or this one. */
  get innermost(): Unpickler {
    let found: Unpickler | null = null;
    for (let next = this.nested; next !== null; next = next.nested) found = next;
    return found ?? this;
  }

  private get nested(): Unpickler | null {
    return this.passing?.type === 'data' ? this.passing.nested : null;
  }

  /** Ends a stream whose file became shorter than it was said to be. */
  cutAt(end: number): UnpickledStream {
    this.error ??= this.truncated(this.position, end + 1);
    return this.finish();
  }

  private execute(window: Uint8Array, base: number): RunResult {
    const limit = window.length;
    const view = new DataView(window.buffer, window.byteOffset, limit);
    const text = this.options.toLatin1?.(window) ?? null;
    const frame: Window = { bytes: window, view, text, base };
    const stack = this.stack;
    const marks = this.marks;
    const memo = this.memo;
    let pos = this.position - base;
    let sp = this.depth;
    let opcodes = this.opcodes;
    const tensors = this.tensors;
    this.checkBounds(base + pos, sp);

    // Only what checkpoints are full of is decoded here: a small function is optimised early, and most files
    // are read before a large one would be.
    for (;;) {
      const start = pos;
      if (pos >= limit) return this.need(base + start, sp, opcodes + 1, base + pos + 1);
      const floor = marks.length === 0 ? 0 : (marks[marks.length - 1] as number);
      if (++opcodes > pickleLimits.opcodes)
        throw this.fail(base + start, sp, 'pickle.tooManyOpcodes', pickleLimits.opcodes);
      const op = window[pos++] as number;
      switch (op) {
        case Op.BINPUT:
          if (pos + 1 > limit) return this.need(base + start, sp, opcodes, base + pos + 1);
          if (sp <= floor) throw this.underflow(base + start, sp, op);
          this.memoize(window[pos] as number, stack, sp, base + start);
          pos += 1;
          break;
        case Op.LONG_BINPUT:
          if (pos + 4 > limit) return this.need(base + start, sp, opcodes, base + pos + 4);
          if (sp <= floor) throw this.underflow(base + start, sp, op);
          this.memoize(view.getUint32(pos, true), stack, sp, base + start);
          pos += 4;
          break;
        case Op.MEMOIZE:
          if (sp <= floor) throw this.underflow(base + start, sp, op);
          this.memoize(memo.size, stack, sp, base + start);
          break;
        case Op.BINGET: {
          if (pos + 1 > limit) return this.need(base + start, sp, opcodes, base + pos + 1);
          const index = window[pos++] as number;
          const value = memo.get(index);
          if (value === undefined) throw this.fail(base + start, sp, 'pickle.memoMissing', index);
          stack[sp++] = value;
          break;
        }
        case Op.LONG_BINGET: {
          if (pos + 4 > limit) return this.need(base + start, sp, opcodes, base + pos + 4);
          const index = view.getUint32(pos, true);
          pos += 4;
          const value = memo.get(index);
          if (value === undefined) throw this.fail(base + start, sp, 'pickle.memoMissing', index);
          stack[sp++] = value;
          break;
        }
        case Op.BININT1:
          if (pos + 1 > limit) return this.need(base + start, sp, opcodes, base + pos + 1);
          stack[sp++] = window[pos++] as number;
          break;
        case Op.BININT2:
          if (pos + 2 > limit) return this.need(base + start, sp, opcodes, base + pos + 2);
          stack[sp++] = (window[pos] as number) | ((window[pos + 1] as number) << 8);
          pos += 2;
          break;
        case Op.BININT:
          if (pos + 4 > limit) return this.need(base + start, sp, opcodes, base + pos + 4);
          stack[sp++] = view.getInt32(pos, true);
          pos += 4;
          break;
        case Op.NEWFALSE:
          stack[sp++] = false;
          break;
        case Op.NEWTRUE:
          stack[sp++] = true;
          break;
        case Op.NONE:
          stack[sp++] = null;
          break;
        case Op.BINFLOAT:
          if (pos + 8 > limit) return this.need(base + start, sp, opcodes, base + pos + 8);
          stack[sp++] = new PyFloat(view.getFloat64(pos, false));
          pos += 8;
          break;
        case Op.SHORT_BINUNICODE: {
          if (pos + 1 > limit) return this.need(base + start, sp, opcodes, base + pos + 1);
          const to = pos + 1 + (window[pos] as number);
          if (to > limit) return this.need(base + start, sp, opcodes, base + to);
          stack[sp++] = this.unicode(window, text, base + start, sp, pos + 1, to);
          pos = to;
          break;
        }
        case Op.BINUNICODE: {
          if (pos + 4 > limit) return this.need(base + start, sp, opcodes, base + pos + 4);
          const length = view.getUint32(pos, true);
          const to = pos + 4 + length;
          if (length > scanLimits.textBytes && this.scanning) {
            this.suspend(base + pos, sp, opcodes);
            const wanted = this.passText(window, base, start, pos + 4, length);
            if (wanted !== null) return wanted;
            pos = this.position - base;
            sp = this.depth;
            break;
          }
          if (to > limit) {
            if (length > pickleLimits.textBytes)
              throw this.fail(base + start, sp, 'pickle.textTooLong', length, pickleLimits.textBytes);
            return this.need(base + start, sp, opcodes, base + to);
          }
          stack[sp++] = this.unicode(window, text, base + start, sp, pos + 4, to);
          pos = to;
          break;
        }
        case Op.MARK: {
          const call = sp > floor ? this.tensorCall(view, text, base, start, stack[sp - 1]) : null;
          if (call !== null && text !== null) {
            stack[sp - 1] = call;
            sp = tensors.readItems(view, text, base, call, stack, sp);
            pos = tensors.position;
            opcodes += tensors.opcodes - 1;
            this.tensorOpcodes += tensors.opcodes - 1;
            break;
          }
          marks.push(sp);
          break;
        }
        case Op.EMPTY_TUPLE:
          stack[sp++] = emptyTuple;
          break;
        case Op.TUPLE1:
          if (sp - 1 < floor) throw this.underflow(base + start, sp, op);
          stack[sp - 1] = this.tuple([stack[sp - 1] as Value]);
          break;
        case Op.TUPLE2:
          if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
          sp -= 1;
          stack[sp - 1] = this.tuple([stack[sp - 1] as Value, stack[sp] as Value]);
          break;
        case Op.TUPLE3:
          if (sp - 3 < floor) throw this.underflow(base + start, sp, op);
          sp -= 2;
          stack[sp - 1] = this.tuple([stack[sp - 1] as Value, stack[sp] as Value, stack[sp + 1] as Value]);
          break;
        case Op.TUPLE: {
          const from = marks.pop();
          if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
          const items = this.isLossy ? lostItems : copyRange(stack, from, sp);
          sp = from;
          stack[sp++] = this.tuple(items);
          break;
        }
        case Op.REDUCE: {
          if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
          sp -= 1;
          stack[sp - 1] = this.call(stack[sp - 1] as Value, stack[sp] as Value, Op.REDUCE, base + start);
          break;
        }
        case Op.BINPERSID:
          if (sp <= floor) throw this.underflow(base + start, sp, op);
          stack[sp - 1] = this.persistentId(stack[sp - 1] as Value, base + start);
          break;
        default: {
          this.suspend(base + pos, sp, opcodes);
          const wanted = this.rareOpcode(op, frame, start, floor);
          if (wanted !== null) return wanted;
          pos = this.position - base;
          sp = this.depth;
        }
      }
    }
  }

  /** Every other opcode; state is in the fields. Null to go on. */
  private rareOpcode(
    op: number,
    { bytes: window, view, text, base }: Window,
    start: number,
    floor: number,
  ): RunResult | null {
    const limit = window.length;
    const stack = this.stack;
    const marks = this.marks;
    const opcodes = this.opcodes;
    let pos = this.position - base;
    let sp = this.depth;
    if (this.scanning && isTextLine(op) && this.isLongLine(window, pos)) {
      this.passing = { type: 'line', position: base + pos };
      stack[sp++] = new PyBytes('str2', window.slice(pos, pos + keptHead), limit - pos, base + pos);
      this.suspend(base + pos, sp, opcodes);
      return this.pass(window, base);
    }
    switch (op) {
      case Op.PUT: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const index = memoIndex(line(window, text, pos, to));
        if (index === null)
          throw this.fail(
            base + start,
            sp,
            'pickle.badMemoIndex',
            line(window, text, pos, Math.min(to, pos + 40)),
          );
        if (sp <= floor) throw this.underflow(base + start, sp, op);
        this.memoize(index, stack, sp, base + start);
        pos = to + 1;
        break;
      }
      case Op.GET: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const index = memoIndex(line(window, text, pos, to));
        const value = index === null ? undefined : this.memo.get(index);
        if (value === undefined)
          throw this.fail(
            base + start,
            sp,
            'pickle.memoMissing',
            line(window, text, pos, Math.min(to, pos + 40)),
          );
        stack[sp++] = value;
        pos = to + 1;
        break;
      }
      case Op.LONG1:
      case Op.LONG4: {
        const width = op === Op.LONG1 ? 1 : 4;
        if (pos + width > limit) return this.need(base + start, sp, opcodes, base + pos + width);
        const length = op === Op.LONG1 ? (window[pos] as number) : view.getInt32(pos, true);
        if (length < 0) throw this.fail(base + start, sp, 'pickle.negativeSize', opcodeName(op), length);
        const from = pos + width;
        if (length > pickleLimits.integerBytes) {
          const value = this.skipBytes('integer', window, base, from, length, start);
          if (value === null)
            return this.need(base + start, sp, opcodes, Math.min(base + from + keptHead, this.end));
          stack[sp++] = value;
        } else {
          if (from + length > limit) return this.need(base + start, sp, opcodes, base + from + length);
          stack[sp++] = decodeLong(window, from, length);
        }
        pos = from + length;
        break;
      }
      case Op.INT:
      case Op.LONG: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        if (to - pos > pickleLimits.decimalDigits) {
          if (!this.scanning)
            throw this.fail(base + start, sp, 'pickle.tooManyDigits', pickleLimits.decimalDigits);
          stack[sp++] = new PyBytes('integer', window.slice(pos, pos + keptHead), to - pos, base + pos);
          pos = to + 1;
          break;
        }
        const digits = numberLine(window, text, pos, to);
        if (op === Op.INT && (digits === '01' || digits === '00')) stack[sp++] = digits === '01';
        else {
          const value = parseDecimal(op === Op.LONG ? digits.replace(/L\r?$/, '') : digits);
          if (value === null) throw this.fail(base + start, sp, 'pickle.badInteger', digits.slice(0, 40));
          stack[sp++] = value;
        }
        pos = to + 1;
        break;
      }
      case Op.FLOAT: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const value = parseFloatLine(numberLine(window, text, pos, to));
        if (value === null)
          throw this.fail(
            base + start,
            sp,
            'pickle.badFloat',
            line(window, text, pos, Math.min(to, pos + 40)),
          );
        stack[sp++] = new PyFloat(value);
        pos = to + 1;
        break;
      }
      case Op.BINUNICODE8: {
        if (pos + 8 > limit) return this.need(base + start, sp, opcodes, base + pos + 8);
        const length = this.size64(view, pos, base + start, sp);
        if (length > scanLimits.textBytes && this.scanning)
          return this.passText(window, base, start, pos + 8, length);
        if (length > pickleLimits.textBytes)
          throw this.fail(base + start, sp, 'pickle.textTooLong', length, pickleLimits.textBytes);
        const to = pos + 8 + length;
        if (to > limit) return this.need(base + start, sp, opcodes, base + to);
        stack[sp++] = this.unicode(window, text, base + start, sp, pos + 8, to);
        pos = to;
        break;
      }
      case Op.UNICODE: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const value = decodeRawUnicodeEscape(line(window, text, pos, to));
        if (value === null) throw this.fail(base + start, sp, 'pickle.badEscape');
        stack[sp++] = value;
        pos = to + 1;
        break;
      }
      case Op.STRING: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const bytes = decodeStringLiteral(line(window, text, pos, to).trimEnd());
        if (bytes === null) throw this.fail(base + start, sp, 'pickle.badStringLiteral');
        stack[sp++] = decodeUtf8(bytes) ?? new PyBytes('str2', bytes, bytes.length, base + pos);
        pos = to + 1;
        break;
      }
      case Op.SHORT_BINSTRING:
      case Op.BINSTRING:
      case Op.SHORT_BINBYTES:
      case Op.BINBYTES:
      case Op.BINBYTES8:
      case Op.BYTEARRAY8: {
        const width =
          op === Op.SHORT_BINSTRING || op === Op.SHORT_BINBYTES
            ? 1
            : op === Op.BINSTRING || op === Op.BINBYTES
              ? 4
              : 8;
        if (pos + width > limit) return this.need(base + start, sp, opcodes, base + pos + width);
        const length =
          width === 1
            ? (window[pos] as number)
            : width === 8
              ? this.size64(view, pos, base + start, sp)
              : op === Op.BINSTRING
                ? view.getInt32(pos, true)
                : view.getUint32(pos, true);
        if (length < 0) throw this.fail(base + start, sp, 'pickle.negativeSize', opcodeName(op), length);
        const from = pos + width;
        const type =
          op === Op.BYTEARRAY8
            ? 'bytearray'
            : op === Op.SHORT_BINSTRING || op === Op.BINSTRING
              ? 'str2'
              : 'bytes';
        if (length > pickleLimits.inlineBytes) {
          const value = this.skipBytes(type, window, base, from, length, start);
          if (value === null)
            return this.need(base + start, sp, opcodes, Math.min(base + from + keptHead, this.end));
          stack[sp++] = value;
        } else {
          if (from + length > limit) return this.need(base + start, sp, opcodes, base + from + length);
          const bytes = window.slice(from, from + length);
          stack[sp++] =
            (type === 'str2' ? decodeUtf8(bytes) : null) ?? new PyBytes(type, bytes, length, base + from);
        }
        pos = from + length;
        break;
      }
      case Op.NEXT_BUFFER:
        this.kept += valueBytes;
        stack[sp++] = this.isLossy ? lostItems : new PyBuffer(this.buffers++);
        break;
      case Op.READONLY_BUFFER:
        if (sp <= floor) throw this.underflow(base + start, sp, op);
        break;
      case Op.EMPTY_LIST:
        this.kept += containerBytes;
        stack[sp++] = this.isLossy ? this.lostValues().list : new PyList([]);
        break;
      case Op.LIST: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        this.kept += containerBytes + (sp - from) * slotBytes;
        const list = this.isLossy ? this.lostValues().list : new PyList(copyRange(stack, from, sp));
        sp = from;
        stack[sp++] = list;
        break;
      }
      case Op.EMPTY_DICT:
        this.kept += containerBytes;
        stack[sp++] = this.isLossy ? this.lostValues().dict : new PyDict();
        break;
      case Op.DICT: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        if ((sp - from) % 2 !== 0) throw this.fail(base + start, sp, 'pickle.oddItems', opcodeName(op));
        this.kept += containerBytes + (sp - from) * slotBytes;
        const dict = this.isLossy ? this.lostValues().dict : new PyDict();
        if (!this.isLossy)
          for (let i = from; i < sp; i += 2) dict.set(stack[i] as Value, stack[i + 1] as Value);
        sp = from;
        stack[sp++] = dict;
        break;
      }
      case Op.EMPTY_SET:
        this.kept += containerBytes;
        stack[sp++] = this.isLossy ? this.lostValues().set : new PySet([], false);
        break;
      case Op.FROZENSET: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        this.kept += containerBytes + (sp - from) * slotBytes;
        const set = this.isLossy ? this.lostValues().set : new PySet(copyRange(stack, from, sp), true);
        sp = from;
        stack[sp++] = set;
        break;
      }
      case Op.APPEND:
        if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
        sp -= 1;
        if (!this.append(stack[sp - 1] as Value, stack, sp, sp + 1, op, base + start))
          throw this.fail(base + start, sp, 'pickle.badTarget', opcodeName(op));
        break;
      case Op.APPENDS:
      case Op.ADDITEMS: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        if (from < 1) throw this.underflow(base + start, sp, op);
        if (!this.append(stack[from - 1] as Value, stack, from, sp, op, base + start))
          throw this.fail(base + start, sp, 'pickle.badTarget', opcodeName(op));
        sp = from;
        break;
      }
      case Op.SETITEM:
        if (sp - 3 < floor) throw this.underflow(base + start, sp, op);
        sp -= 2;
        if (!this.setItems(stack[sp - 1] as Value, stack, sp, sp + 2, op, base + start))
          throw this.fail(base + start, sp, 'pickle.badTarget', opcodeName(op));
        break;
      case Op.SETITEMS: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        if (from < 1) throw this.underflow(base + start, sp, op);
        if ((sp - from) % 2 !== 0) throw this.fail(base + start, sp, 'pickle.oddItems', opcodeName(op));
        if (!this.setItems(stack[from - 1] as Value, stack, from, sp, op, base + start))
          throw this.fail(base + start, sp, 'pickle.badTarget', opcodeName(op));
        sp = from;
        break;
      }
      case Op.POP:
        if (marks.length > 0 && sp === floor) marks.pop();
        else if (sp <= floor) throw this.underflow(base + start, sp, op);
        else sp -= 1;
        break;
      case Op.POP_MARK: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        sp = from;
        break;
      }
      case Op.DUP:
        if (sp <= floor) throw this.underflow(base + start, sp, op);
        stack[sp] = stack[sp - 1] as Value;
        sp += 1;
        break;
      case Op.GLOBAL: {
        const moduleEnd = this.lineEnd(window, base + start, sp, pos);
        if (moduleEnd < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const nameEnd = this.lineEnd(window, base + start, sp, moduleEnd + 1);
        if (nameEnd < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        stack[sp++] = this.importGlobal(
          this.lineText(window, text, base + start, sp, pos, moduleEnd),
          this.lineText(window, text, base + start, sp, moduleEnd + 1, nameEnd),
          base + start,
        );
        pos = nameEnd + 1;
        break;
      }
      case Op.STACK_GLOBAL: {
        if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
        const module = stack[sp - 2] as Value;
        const name = stack[sp - 1] as Value;
        let global: PyGlobal;
        if (typeof module === 'string' && typeof name === 'string')
          global = this.importGlobal(module, name, base + start);
        else if (this.scanning && mayBeText(module) && mayBeText(name)) {
          global = new PyComputedGlobal(module, name, base + start);
          this.imports.push({ global, offset: base + start });
        } else throw this.fail(base + start, sp, 'pickle.globalNotText');
        sp -= 1;
        stack[sp - 1] = global;
        break;
      }
      case Op.NEWOBJ:
        if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
        sp -= 1;
        stack[sp - 1] = this.call(stack[sp - 1] as Value, stack[sp] as Value, Op.NEWOBJ, base + start);
        break;
      case Op.NEWOBJ_EX: {
        if (sp - 3 < floor) throw this.underflow(base + start, sp, op);
        sp -= 2;
        stack[sp - 1] = this.call(
          stack[sp - 1] as Value,
          stack[sp] as Value,
          Op.NEWOBJ_EX,
          base + start,
          stack[sp + 1] as Value,
        );
        break;
      }
      case Op.OBJ: {
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        if (sp <= from) throw this.underflow(base + start, sp, op);
        const args = this.tuple(copyRange(stack, from + 1, sp));
        stack[from] = this.call(stack[from] as Value, args, Op.OBJ, base + start);
        sp = from + 1;
        break;
      }
      case Op.INST: {
        const moduleEnd = this.lineEnd(window, base + start, sp, pos);
        if (moduleEnd < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const nameEnd = this.lineEnd(window, base + start, sp, moduleEnd + 1);
        if (nameEnd < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        const from = marks.pop();
        if (from === undefined) throw this.fail(base + start, sp, 'pickle.noMark', opcodeName(op));
        const cls = this.importGlobal(
          this.lineText(window, text, base + start, sp, pos, moduleEnd),
          this.lineText(window, text, base + start, sp, moduleEnd + 1, nameEnd),
          base + start,
        );
        const args = this.tuple(copyRange(stack, from, sp));
        sp = from;
        stack[sp++] = this.call(cls, args, Op.INST, base + start);
        pos = nameEnd + 1;
        break;
      }
      case Op.BUILD: {
        if (sp - 2 < floor) throw this.underflow(base + start, sp, op);
        sp -= 1;
        const target = stack[sp - 1] as Value;
        const state = stack[sp] as Value;
        this.kept += valueBytes;
        if (target instanceof PyObject && !this.isLossy) target.setState(state);
        this.effect({ opcode: op, target, argument: state, offset: base + start });
        const data = target instanceof PyObject ? (this.options.inlineData?.(target) ?? null) : null;
        if (data !== null) {
          this.passing = { type: 'data', object: target as PyObject, data, nested: null };
          this.suspend(base + pos, sp, opcodes);
          const wanted = this.pass(window, base);
          if (wanted !== null) return wanted;
          pos = this.position - base;
        }
        break;
      }
      case Op.EXT1:
      case Op.EXT2:
      case Op.EXT4: {
        const width = op === Op.EXT1 ? 1 : op === Op.EXT2 ? 2 : 4;
        if (pos + width > limit) return this.need(base + start, sp, opcodes, base + pos + width);
        const code =
          width === 1
            ? view.getUint8(pos)
            : width === 2
              ? view.getUint16(pos, true)
              : view.getInt32(pos, true);
        const extension = new PyExtension(code, base + start);
        this.records.push(extension);
        stack[sp++] = extension;
        pos += width;
        break;
      }
      case Op.PERSID: {
        const to = this.lineEnd(window, base + start, sp, pos);
        if (to < 0) return this.needLine(base + start, sp, opcodes, base + limit);
        stack[sp++] = this.persistentId(this.lineText(window, text, base + start, sp, pos, to), base + start);
        pos = to + 1;
        break;
      }
      case Op.PROTO: {
        if (pos + 1 > limit) return this.need(base + start, sp, opcodes, base + pos + 1);
        const protocol = window[pos++] as number;
        // What no Python reads today is read on by a scan: the rest is as it may be.
        if (protocol > 5 && !this.scanning) throw this.fail(base + start, sp, 'pickle.protocol', protocol);
        this.protocol = Math.max(this.protocol, protocol);
        break;
      }
      case Op.FRAME:
        if (pos + 8 > limit) return this.need(base + start, sp, opcodes, base + pos + 8);
        pos += 8;
        break;
      case Op.STOP:
        if (sp <= floor) throw this.underflow(base + start, sp, op);
        this.result = stack[sp - 1] as Value;
        this.suspend(base + pos, sp, opcodes);
        return { done: true };
      default:
        throw this.fail(base + start, sp, 'pickle.unknownOpcode', opcodeName(op));
    }
    this.position = base + pos;
    this.depth = sp;
    return null;
  }

  private suspend(position: number, sp: number, opcodes: number): void {
    this.position = position;
    this.depth = sp;
    this.opcodes = opcodes;
  }

  /** The opcode at `position` needs bytes up to `to`; an error when the stream cannot have them. */
  private need(position: number, sp: number, opcodes: number, to: number): RunResult {
    // The opcode is counted again when it is resumed.
    this.suspend(position, sp, opcodes - 1);
    if (to > this.end) throw this.truncated(position, to);
    return { done: false, offset: position, length: to - position };
  }

  private needLine(position: number, sp: number, opcodes: number, windowEnd: number): RunResult {
    return this.need(position, sp, opcodes, windowEnd + 1);
  }

  private fail(position: number, sp: number, code: string, ...args: (string | number)[]): CheckpointError {
    this.suspend(position, sp, this.opcodes);
    return new CheckpointError(code, args, position);
  }

  private underflow(position: number, sp: number, opcode: number): CheckpointError {
    return this.fail(position, sp, 'pickle.stackUnderflow', opcodeName(opcode));
  }

  /** The end of the line that starts at `from`, −1 when it is not in the window. */
  private lineEnd(window: Uint8Array, position: number, sp: number, from: number): number {
    const at = window.indexOf(0x0a, from);
    const longest = this.scanning ? scanLimits.lineBytes : pickleLimits.lineBytes;
    if (at < 0 && window.length - from > longest) {
      throw this.fail(position, sp, 'pickle.lineTooLong', longest);
    }
    return at;
  }

  /** A text that may hold lone surrogates, as BINUNICODE's may. */
  private unicode(
    window: Uint8Array,
    text: string | null,
    position: number,
    sp: number,
    from: number,
    to: number,
  ): string {
    if (text !== null) {
      const ascii = text.substring(from, to);
      // The engine's own loop: ours would be interpreted through most of a short run.
      if (!beyondAscii.test(ascii)) return ascii;
    } else if (isAscii(window, from, to)) return line(window, text, from, to);
    const decoded = decodeUtf8SurrogatePass(window.subarray(from, to));
    if (decoded === null) throw this.fail(position, sp, 'pickle.invalidUtf8');
    return decoded;
  }

  /** A module's or class's name: a UTF-8 line, of which a carriage return is a part. */
  private lineText(
    window: Uint8Array,
    text: string | null,
    position: number,
    sp: number,
    from: number,
    to: number,
  ): string {
    const decoded = isAscii(window, from, to)
      ? line(window, text, from, to)
      : decodeUtf8(window.subarray(from, to));
    if (decoded === null) throw this.fail(position, sp, 'pickle.invalidUtf8');
    return decoded;
  }

  private memoize(index: number, stack: readonly Value[], sp: number, position: number): void {
    this.memo.put(index, stack[sp - 1] as Value);
    const most = this.scanning ? scanLimits.memoEntries : pickleLimits.memoEntries;
    if (this.memo.held > most) throw this.fail(position, sp, 'pickle.memoFull', most);
  }

  private importGlobal(module: string, name: string, offset: number): PyGlobal {
    const key = `${module}\n${name}`;
    let global = this.globals.get(key);
    if (global === undefined) {
      global = new PyGlobal(module, name, offset);
      this.kept += globalBytes + 2 * key.length;
      const isMany = this.scanning && this.globals.size >= scanLimits.globals;
      if (!this.isLossy && !isMany) this.globals.set(key, global);
    }
    this.imports.push({ global, offset });
    return global;
  }

  /** Passes what stands between opcodes; null when there is nothing (left). */
  private pass(window: Uint8Array, base: number): RunResult | null {
    if (this.passing === null) return null;
    return this.passing.type === 'line'
      ? this.passLine(this.passing, window, base)
      : this.passData(this.passing, window, base);
  }

  private passLine(line: Passing & { type: 'line' }, window: Uint8Array, base: number): RunResult | null {
    const at = window.indexOf(0x0a, line.position - base);
    if (at >= 0) {
      this.position = base + at + 1;
      this.passing = null;
      return null;
    }
    line.position = base + window.length;
    if (line.position >= this.end) throw this.truncated(this.position, this.end + 1);
    return { done: false, offset: line.position, length: 1 };
  }

  private passData(passing: Passing & { type: 'data' }, window: Uint8Array, base: number): RunResult | null {
    const { object, data } = passing;
    if (data.type === 'bytes') {
      let start = this.position;
      if (data.padded) {
        if (start >= base + window.length) {
          if (start >= this.end) throw this.truncated(start, start + 1);
          return { done: false, offset: start, length: 1 };
        }
        start += 1 + (window[start - base] as number);
      }
      if (start + data.length > this.end) throw this.truncated(this.position, start + data.length);
      this.position = start + data.length;
      this.passing = null;
      return null;
    }
    if (this.nesting >= pickleLimits.nestedStreams)
      throw new CheckpointError('pickle.nestedTooDeep', [pickleLimits.nestedStreams], this.position);
    const machine = (passing.nested ??= new Unpickler(this.position, this.end, this.options, this));
    const result = machine.run(window, base);
    if (!result.done) return result;
    const stream = machine.finish();
    this.position = stream.end;
    this.kept += machine.kept;
    this.passing = null;
    if (stream.error !== null) throw stream.error;
    object.ensureItems().push(stream.value);
    return null;
  }

  /** A text of which a scan keeps the first bytes. */
  private passText(
    window: Uint8Array,
    base: number,
    start: number,
    from: number,
    length: number,
  ): RunResult | null {
    const value = this.skipBytes('str2', window, base, from, length, start);
    if (value === null)
      return this.need(base + start, this.depth, this.opcodes, Math.min(base + from + keptHead, this.end));
    this.stack[this.depth++] = value;
    this.position = base + from + length;
    return null;
  }

  /** Whether the line at `from` is longer than a scan keeps; its end may be outside the window. */
  private isLongLine(window: Uint8Array, from: number): boolean {
    if (window.length - from <= scanLimits.lineBytes) return false;
    const at = window.subarray(from, from + scanLimits.lineBytes).indexOf(0x0a);
    return at < 0;
  }

  private tuple(items: PyTuple): PyTuple {
    this.kept += valueBytes + items.length * slotBytes;
    return this.isLossy && items.length > 0 ? lostItems : this.tuples.shared(items);
  }

  private lostValues(): LostValues {
    return (this.lost ??= {
      list: new PyList([]),
      dict: new PyDict(),
      set: new PySet([], false),
      objects: new Map(),
    });
  }

  /** The tensor's call that starts with the MARK at `start`, null where there is none. */
  private tensorCall(
    view: DataView,
    text: string | null,
    base: number,
    start: number,
    callee: Value | undefined,
  ): TensorCall | null {
    if (text === null || !(callee instanceof PyGlobal) || !this.memo.ordered) return null;
    return this.tensors.read(view, text, base, start, callee);
  }

  private persistentId(id: Value, offset: number): PyPersistentId {
    this.kept += valueBytes;
    // An id of an id of an id … is a chain of any length.
    const persistent = new PyPersistentId(this.isLossy && id instanceof PyPersistentId ? null : id, offset);
    this.records.push(persistent);
    return persistent;
  }

  /** Looked at once a window, which adds no more than it has bytes. */
  private checkBounds(position: number, sp: number): void {
    const { stackValues } = pickleLimits;
    if (sp + this.marks.length > stackValues)
      throw this.fail(position, sp, 'pickle.stackTooDeep', stackValues);
    if (this.scanning && this.calls > scanLimits.calls)
      throw this.fail(position, sp, 'pickle.tooManyCalls', scanLimits.calls);
  }

  /** Records a call; the result is what it returns. */
  private call(callee: Value, args: Value, opcode: CallOpcode, offset: number, kwargs?: Value): PyObject {
    this.kept += objectBytes;
    this.calls++;
    if (this.isLossy) return this.lossyCall(callee, args, opcode, offset);
    const call = new PyObject(callee, args, opcode, offset);
    if (kwargs !== undefined) call.setKwargs(kwargs);
    this.records.push(call);
    return call;
  }

  /** One object stands for all results of a callee: what the stream does with them is recorded all the same. */
  private lossyCall(callee: Value, args: Value, opcode: CallOpcode, offset: number): PyObject {
    this.records.push(new PyObject(callee, args, opcode, offset));
    let root = callee;
    // What stands so deep was made before; its own root is that of what it returns.
    for (let i = 0; i < scanLimits.chainSteps && root instanceof PyObject; i++) root = root.callee;
    if (root instanceof PyObject) return root;
    const { objects } = this.lostValues();
    let object = objects.get(root);
    if (object === undefined) {
      object = new PyObject(root, lostItems, opcode, offset);
      if (objects.size < scanLimits.lostObjects) objects.set(root, object);
    }
    return object;
  }

  /** False when Python's `append`, `extend` or `add` could not work on the target. */
  private append(
    target: Value,
    stack: readonly Value[],
    from: number,
    to: number,
    opcode: number,
    offset: number,
  ): boolean {
    let items: Value[] | null;
    if (target instanceof PyList) items = target.items;
    else if (target instanceof PySet && !target.frozen) items = target.items;
    else if (target instanceof PyObject || (this.scanning && mayHaveMethods(target))) {
      items = target instanceof PyObject && !this.isLossy ? target.ensureItems() : null;
      this.effect({ opcode, target, argument: undefined, offset });
    } else return this.scanning && target instanceof PyBytes && target.pythonType === 'bytearray';
    this.kept += (to - from) * slotBytes;
    if (items === null || this.isLossy) return true;
    for (let i = from; i < to; i++) items.push(stack[i] as Value);
    return true;
  }

  private setItems(
    target: Value,
    stack: readonly Value[],
    from: number,
    to: number,
    opcode: number,
    offset: number,
  ): boolean {
    let dict: PyDict | null;
    if (target instanceof PyDict) dict = target;
    else if (target instanceof PyObject || (this.scanning && mayHaveMethods(target))) {
      dict = target instanceof PyObject && !this.isLossy ? target.ensureEntries() : null;
      this.effect({ opcode, target, argument: undefined, offset });
    } else {
      // `x[0] = y` works on these too.
      const isMutable =
        target instanceof PyBytes ? target.pythonType === 'bytearray' : target instanceof PyList;
      return this.scanning && isMutable;
    }
    this.kept += (to - from) * slotBytes;
    if (dict === null || this.isLossy) return true;
    for (let i = from; i + 1 < to; i += 2) dict.set(stack[i] as Value, stack[i + 1] as Value);
    return true;
  }

  /** A 64-bit size, checked before anything is done with it. */
  private size64(view: DataView, at: number, position: number, sp: number): number {
    const size = view.getBigUint64(at, true);
    if (size > BigInt(this.end))
      throw this.fail(position, sp, 'pickle.truncated', String(size), this.end - position);
    return Number(size);
  }

  /** Bytes that stay in the file. Null when the window does not hold the first ones yet. */
  private skipBytes(
    type: PyBytes['pythonType'],
    window: Uint8Array,
    base: number,
    from: number,
    length: number,
    start: number,
  ): PyBytes | null {
    if (base + from + length > this.end) throw this.truncated(base + start, base + from + length);
    const head = Math.min(keptHead, length);
    if (from + head > window.length) return null;
    return new PyBytes(type, window.slice(from, from + head), length, base + from);
  }

  private truncated(offset: number, wanted: number): CheckpointError {
    return new CheckpointError('pickle.truncated', [wanted - offset, this.end - offset], offset);
  }

  /**
   * What stood on the stack when the stream broke off: items that waited for their container are put into
   * it, innermost first, as the missing opcodes would have done.
   */
  private unfinishedValue(): Value {
    const { stack, marks } = this;
    let sp = this.depth;
    const attach = (floor: number): void => {
      // Above `floor`, where the container stands, are the items of its open mark; the last may be half built.
      const target = stack[floor] as Value;
      const pending = stack.slice(floor + 1, sp);
      sp = floor + 1;
      if (target instanceof PyList) {
        const cut = pending.findIndex((value, i) => i >= pending.length - 2 && value instanceof PyGlobal);
        const whole = cut < 0 ? pending.length : cut;
        for (let j = 0; j < whole; j++) target.items.push(pending[j] as Value);
      } else if (target instanceof PyDict || target instanceof PyObject) {
        let even = pending.length - (pending.length % 2);
        if (pending[even - 1] instanceof PyGlobal) even -= 2; // the callee of a value that never came
        this.setItems(target, pending, 0, even, Op.SETITEMS, this.position);
      }
    };
    for (let i = marks.length - 1; i >= 0; i--) {
      const from = marks[i] as number;
      if (from >= 1 && isContainer(stack[from - 1] as Value)) attach(from - 1);
      else if (sp - from > 1) attach(from);
    }
    if (sp > 1) attach(0);
    return sp > 0 ? (stack[0] as Value) : null;
  }
}

const emptyTuple: PyTuple = [];
const beyondAscii = /[\x80-\xff]/;

/** First bytes of a text or of data that stay in the file. */
const keptHead = 64;

/* Rough sizes in a 64-bit engine, for a scan's budget. */
const slotBytes = 16;
const valueBytes = 48;
const objectBytes = 240;
/** A container with its first slots. */
const containerBytes = 200;
const globalBytes = 300;

/** What stands for contents that a scan does not keep. */
interface LostValues {
  readonly list: PyList;
  readonly dict: PyDict;
  readonly set: PySet;
  readonly objects: Map<Value, PyObject>;
}

/** Opcodes whose line becomes a value, of any length. */
function isTextLine(op: number): boolean {
  return op === Op.STRING || op === Op.UNICODE || op === Op.PERSID || op === Op.INT || op === Op.LONG;
}

/**
 * What a call, a registry or a file format gave may be a text, and one too long to keep is. An instance that was
 * made of nothing may not: a text would be empty.
 */
function mayBeText(value: Value): boolean {
  if (value instanceof PyObject && value.opcode === Op.NEWOBJ && isTuple(value.args)) {
    return value.args.length > 0 || value.args === lostItems;
  }
  if (typeof value === 'string' || isOutside(value)) return true;
  return value instanceof PyBytes && value.pythonType === 'str2';
}

/** What has methods that the stream does not tell. */
function mayHaveMethods(value: Value): boolean {
  return value instanceof PyGlobal || isOutside(value);
}

function isOutside(value: Value): boolean {
  return value instanceof PyObject || value instanceof PyPersistentId || value instanceof PyExtension;
}

/** The number that CPython reads in a line: it stops at a NUL. */
function numberLine(window: Uint8Array, text: string | null, from: number, to: number): string {
  const whole = line(window, text, from, to);
  const end = whole.indexOf('\0');
  return end > 0 ? whole.slice(0, end) : whole;
}

/** The memo index of a PUT or GET line, null for none; Python's are of any size. */
function memoIndex(text: string): number | null {
  const end = text.indexOf('\0');
  const index = parseDecimal(end > 0 ? text.slice(0, end) : text);
  return index === null || index < 0 ? null : Number(index);
}

function line(window: Uint8Array, text: string | null, from: number, to: number): string {
  return text !== null ? text.substring(from, to) : latin1(window, from, to);
}

function isContainer(value: Value): boolean {
  return value instanceof PyDict || value instanceof PyList || value instanceof PyObject;
}

function copyRange(stack: readonly Value[], from: number, to: number): Value[] {
  const length = to - from;
  // Tensors have argument tuples of five to seven and shapes of one to four items.
  switch (length) {
    case 4:
      return [
        stack[from] as Value,
        stack[from + 1] as Value,
        stack[from + 2] as Value,
        stack[from + 3] as Value,
      ];
    case 5:
      return [
        stack[from] as Value,
        stack[from + 1] as Value,
        stack[from + 2] as Value,
        stack[from + 3] as Value,
        stack[from + 4] as Value,
      ];
    case 6:
      return [
        stack[from] as Value,
        stack[from + 1] as Value,
        stack[from + 2] as Value,
        stack[from + 3] as Value,
        stack[from + 4] as Value,
        stack[from + 5] as Value,
      ];
    default:
      return stack.slice(from, to);
  }
}

function parseFloatLine(line: string): number | null {
  const text = line.trim();
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}
