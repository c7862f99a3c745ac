import type { IntegerTuples } from './integerTuples';
import type { Memo } from './memo';
import { pickleLimits } from './limits';
import type { StreamRecord } from './records';
import { Op } from './opcodes';
import { TensorCall, TensorCallForm } from './tensorCall';
import { PyGlobal, type PyTuple, type Value } from './values';

/** Bytes of a call at most: with keys and ranks up to the limits below none is longer. */
const longestCall = 256;
const longestKey = 64;
const highestRank = 8;

/** Bytes of an item at most, with a name up to the limit below; more than its memo entries. */
const longestItem = 1024;
const longestName = 512;

/** Opcodes that are read in one go; the machine counts them then. */
const mostOpcodes = 100_000;

/** Slots of the caches: a model has far fewer different shapes, and few storage classes. */
const slots = 256;

const emptyTuple: PyTuple = [];
const beyondAscii = /[\x80-\xff]/;

/** What the calls of alike tensors look like: equal bytes between the puts. */
interface Pattern {
  readonly form: TensorCallForm;
  /** From the MARKs to the opcode of the key's text. */
  readonly head: string;
  /** What stands after each LONG_BINPUT: of the key, the id, shape, stride, hooks and arguments. */
  readonly pieces: readonly string[];
  readonly opcodes: number;
}

/**
 * Reads the opcodes of a whole tensor at once, where they are exactly those that torch writes with names that
 * the memo has; the machine reads everything else. Both come to the same values, records and memo. Most
 * processes end before the engine has optimised the machine's loop, so the calls of alike tensors are
 * compared (which the engine does in native code) and not decoded.
 */
export class TensorCallReader {
  /** Offset in the window after the last opcode read. */
  position = 0;
  /** Opcodes since the last `read` began. */
  opcodes = 0;
  private readonly heads = new Array<string>(slots).fill('');
  private readonly patterns = new Array<Pattern | null>(slots).fill(null);
  private readonly forms = new Array<TensorCallForm | null>(slots).fill(null);
  private readonly numbers: number[] = [];
  /** Where the puts are of the call that is being decoded. */
  private readonly putsAt: number[] = [];
  private puts = 0;

  constructor(
    private readonly memo: Memo,
    private readonly tuples: IntegerTuples,
    private readonly records: StreamRecord[],
  ) {}

  /**
   * Reads the call of `callee` whose arguments' MARK stands at `start` of the window, with its REDUCE. Null, and
   * nothing changed, for other opcodes.
   */
  read(view: DataView, text: string, base: number, start: number, callee: PyGlobal): TensorCall | null {
    this.opcodes = 0;
    // A call as long as a pattern may have a longer key.
    if (start + 2 * longestCall > view.byteLength || view.getUint8(start + 1) !== Op.MARK) return null;
    const call = this.alike(view, text, base, start, callee) ?? this.decode(view, text, base, start, callee);
    if (call !== null) this.records.push(call);
    return call;
  }

  /**
   * Reads on after a call that is the value of a dict's item, as far as texts and calls like earlier ones
   * follow. They go onto the stack, whose new height is the result.
   */
  readItems(
    view: DataView,
    text: string,
    base: number,
    first: TensorCall,
    stack: Value[],
    height: number,
  ): number {
    const { memo, records } = this;
    const { callee } = first.form;
    let calleeIndex = -1;
    let call = first;
    let sp = height;
    for (;;) {
      const at = this.position;
      const index = memo.count;
      if (at + longestItem > view.byteLength || index + longestItem > pickleLimits.memoEntries) return sp;
      if (this.opcodes > mostOpcodes) return sp;
      if (view.getUint8(at) !== Op.LONG_BINPUT || view.getUint32(at + 1, true) !== index) return sp;
      if (view.getUint8(at + 5) !== Op.BINUNICODE) return sp;
      const length = view.getUint32(at + 6, true);
      if (length > longestName) return sp;
      const end = at + 10 + length;
      if (view.getUint8(end) !== Op.LONG_BINPUT || view.getUint32(end + 1, true) !== index + 1) return sp;
      const name = text.substring(at + 10, end);
      if (beyondAscii.test(name)) return sp;
      memo.append(call);
      memo.append(name);
      stack[sp++] = name;
      this.position = end + 5;
      this.opcodes += 3;
      if (view.getUint8(end + 5) !== Op.BINGET) return sp;
      const named = view.getUint8(end + 6);
      // What an ordered memo has does not change.
      if (named !== calleeIndex && memo.get(named) !== callee) return sp;
      calleeIndex = named;
      if (view.getUint8(end + 7) !== Op.MARK) return sp;
      const next = this.alike(view, text, base, end + 7, callee);
      if (next === null) return sp;
      call = next;
      records.push(call);
      stack[sp++] = call;
      this.opcodes += 1;
    }
  }

  /** A call that differs from one before in the key of its storage and in the memo's indexes only. */
  private alike(
    view: DataView,
    text: string,
    base: number,
    start: number,
    callee: PyGlobal,
  ): TensorCall | null {
    const head = this.heads[headSlot(view, start)] as string;
    if (head === '' || !text.startsWith(head, start)) return null;
    const keyAt = start + head.length + 4;
    const length = view.getUint32(keyAt - 4, true);
    if (length > longestKey) return null;
    let at = keyAt + length;
    const pattern = this.patterns[patternSlot(view, at)] as Pattern | null;
    if (pattern === null || pattern.head !== head || pattern.form.callee !== callee) return null;
    const { pieces } = pattern;
    const { memo } = this;
    const first = memo.count;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as string;
      if (view.getUint8(at) !== Op.LONG_BINPUT || view.getUint32(at + 1, true) !== first + i) return null;
      if (!text.startsWith(piece, at + 5)) return null;
      at += 5 + piece.length;
    }
    const key = text.substring(keyAt, keyAt + length);
    if (beyondAscii.test(key)) return null;
    this.position = at;
    this.opcodes += pattern.opcodes;
    const texts = pattern.form.ownLocation ? 2 : 1;
    const call = new TensorCall(pattern.form, key, first + texts, base + at - 1);
    memo.appendCall(call, pieces.length);
    return call;
  }

  private decode(
    view: DataView,
    text: string,
    base: number,
    start: number,
    callee: PyGlobal,
  ): TensorCall | null {
    this.position = start + 2;
    this.opcodes = 2;
    this.puts = 0;
    const tag = this.recall(view);
    if (typeof tag !== 'string') return null;
    const storageClass = this.recall(view);
    if (!(storageClass instanceof PyGlobal)) return null;
    const keyOpcodeAt = this.position;
    const key = this.text(view, text);
    if (key === null) return null;
    const isNewKey = this.puts > 0;
    const location = this.text(view, text);
    if (location === null) return null;
    const texts = this.puts;
    const ownLocation = texts > (isNewKey ? 1 : 0);
    const storageSize = this.integer(view);
    if (storageSize === null) return null;
    const hasView = view.getUint8(this.position) === Op.NONE;
    if (hasView) this.take(view, Op.NONE);
    if (!this.take(view, Op.TUPLE) || !this.put(view)) return null;
    const idAt = this.position;
    if (!this.take(view, Op.BINPERSID)) return null;
    const storageOffset = this.integer(view);
    if (storageOffset === null) return null;
    const shape = this.tuple(view);
    if (shape === null) return null;
    const stride = this.tuple(view);
    if (stride === null) return null;
    const requiresGrad = view.getUint8(this.position) === Op.NEWTRUE;
    if (!this.take(view, requiresGrad ? Op.NEWTRUE : Op.NEWFALSE)) return null;
    const hooksClass = this.recall(view);
    if (!(hooksClass instanceof PyGlobal) || !this.take(view, Op.EMPTY_TUPLE)) return null;
    const hooksAt = this.position;
    if (!this.take(view, Op.REDUCE) || !this.put(view)) return null;
    if (!this.take(view, Op.TUPLE) || !this.put(view)) return null;
    const at = this.position;
    if (!this.take(view, Op.REDUCE)) return null;
    const form = this.known(
      new TensorCallForm(
        callee,
        tag,
        storageClass,
        location,
        storageSize,
        hasView,
        ownLocation,
        storageOffset,
        shape,
        stride,
        requiresGrad,
        hooksClass,
        at - idAt,
        at - hooksAt,
      ),
    );
    const call = new TensorCall(form, key, this.memo.count + texts, base + at);
    this.memo.appendCall(call, this.puts);
    if (isNewKey) this.learn(view, text, start, keyOpcodeAt, form);
    return call;
  }

  /** Remembers the form of the call that was decoded last. */
  private learn(view: DataView, text: string, start: number, keyAt: number, form: TensorCallForm): void {
    if (view.getUint8(keyAt) !== Op.BINUNICODE) return;
    const pieces: string[] = [];
    for (let i = 0; i < this.puts; i++) {
      const at = this.putsAt[i] as number;
      if (view.getUint8(at) !== Op.LONG_BINPUT) return;
      pieces.push(text.substring(at + 5, i + 1 < this.puts ? this.putsAt[i + 1] : this.position));
    }
    const slot = headSlot(view, start);
    const head = text.substring(start, keyAt + 1);
    // One string for one head, so that patterns can be told by it.
    if (this.heads[slot] !== head) this.heads[slot] = head;
    this.patterns[patternSlot(view, this.putsAt[0] as number)] = {
      form,
      head: this.heads[slot],
      pieces,
      opcodes: this.opcodes,
    };
  }

  /** The form that stands for an equal one. */
  private known(form: TensorCallForm): TensorCallForm {
    const first = form.shape.length === 0 ? 0 : Number(form.shape[0]);
    const slot = (form.storageSize * 31 + form.shape.length * 7 + first) & (slots - 1);
    const before = this.forms[slot];
    if (before !== null && before !== undefined && isEqual(before, form)) return before;
    this.forms[slot] = form;
    return form;
  }

  private take(view: DataView, op: Op): boolean {
    if (view.getUint8(this.position) !== op) return false;
    this.position += 1;
    this.opcodes += 1;
    return true;
  }

  /** A memo entry by BINGET or LONG_BINGET. */
  private recall(view: DataView): Value | undefined {
    const op = view.getUint8(this.position);
    if (op !== Op.BINGET && op !== Op.LONG_BINGET) return undefined;
    const index =
      op === Op.BINGET ? view.getUint8(this.position + 1) : view.getUint32(this.position + 1, true);
    this.position += op === Op.BINGET ? 2 : 5;
    this.opcodes += 1;
    return this.memo.get(index);
  }

  /** The opcode that appends to the memo: one that names another index is not for us. */
  private put(view: DataView): boolean {
    const { position } = this;
    const index = this.memo.count + this.puts;
    const op = view.getUint8(position);
    if (op === Op.LONG_BINPUT && view.getUint32(position + 1, true) === index) this.position += 5;
    else if (op === Op.BINPUT && view.getUint8(position + 1) === index) this.position += 2;
    else if (op === Op.MEMOIZE) this.position += 1;
    else return false;
    this.putsAt[this.puts] = position;
    this.puts += 1;
    this.opcodes += 1;
    return true;
  }

  /** A new ASCII text with its put, or one from the memo. */
  private text(view: DataView, text: string): string | null {
    const op = view.getUint8(this.position);
    if (op !== Op.BINUNICODE && op !== Op.SHORT_BINUNICODE) {
      const known = this.recall(view);
      return typeof known === 'string' ? known : null;
    }
    const wide = op === Op.BINUNICODE;
    const length = wide ? view.getUint32(this.position + 1, true) : view.getUint8(this.position + 1);
    if (length > longestKey) return null;
    const from = this.position + (wide ? 5 : 2);
    for (let i = from; i < from + length; i++) if (view.getUint8(i) >= 0x80) return null;
    this.position = from + length;
    this.opcodes += 1;
    return this.put(view) ? text.substring(from, from + length) : null;
  }

  private integer(view: DataView): number | null {
    const { position } = this;
    const op = view.getUint8(position);
    if (op !== Op.BININT1 && op !== Op.BININT2 && op !== Op.BININT) return null;
    this.opcodes += 1;
    this.position += op === Op.BININT1 ? 2 : op === Op.BININT2 ? 3 : 5;
    if (op === Op.BININT1) return view.getUint8(position + 1);
    return op === Op.BININT2 ? view.getUint16(position + 1, true) : view.getInt32(position + 1, true);
  }

  /** A tuple of integers with its put; `()` has none. */
  private tuple(view: DataView): PyTuple | null {
    if (this.take(view, Op.EMPTY_TUPLE)) return emptyTuple;
    const marked = this.take(view, Op.MARK);
    const { numbers } = this;
    let length = 0;
    for (; length < highestRank; length++) {
      const number = this.integer(view);
      if (number === null) break;
      numbers[length] = number;
    }
    if (length === 0 || (!marked && length > 3)) return null;
    const end = marked ? Op.TUPLE : ((Op.TUPLE1 + length - 1) as Op);
    if (!this.take(view, end) || !this.put(view)) return null;
    return this.tuples.ofNumbers(numbers, length);
  }
}

/** By the memo index that names the storage class. */
function headSlot(view: DataView, start: number): number {
  return view.getUint8(start + 5) & (slots - 1);
}

/** By the size of the storage, which stands after the key's put and the location. */
function patternSlot(view: DataView, keyPutAt: number): number {
  const locationAt = keyPutAt + 5;
  const ownLength = view.getUint8(locationAt) === Op.BINUNICODE ? view.getUint8(locationAt + 1) : -1;
  // A text with its length and its put, or BINGET.
  const bytes = view.getUint32(locationAt + (ownLength < 0 ? 2 : 5 + ownLength + 5), true);
  return ((bytes >>> 8) ^ (bytes >>> 13)) & (slots - 1);
}

function isEqual(a: TensorCallForm, b: TensorCallForm): boolean {
  return (
    a.callee === b.callee &&
    a.tag === b.tag &&
    a.storageClass === b.storageClass &&
    a.location === b.location &&
    a.storageSize === b.storageSize &&
    a.hasView === b.hasView &&
    a.ownLocation === b.ownLocation &&
    a.storageOffset === b.storageOffset &&
    // Equal tuples are one, unless the cache has lost the earlier.
    a.shape === b.shape &&
    a.stride === b.stride &&
    a.requiresGrad === b.requiresGrad &&
    a.hooksClass === b.hooksClass &&
    a.idDistance === b.idDistance &&
    a.hooksDistance === b.hooksDistance
  );
}
