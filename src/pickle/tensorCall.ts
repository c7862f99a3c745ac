import { Op } from './opcodes';
import { PyObject, PyPersistentId, type PyGlobal, type PyTuple, type Value } from './values';

/** What the calls of alike tensors have in common; one object for them, where the reader still has it. */
export class TensorCallForm {
  /** Where the layer above keeps what it makes of it. */
  meaning: object | null = null;

  constructor(
    readonly callee: PyGlobal,
    /** First item of the persistent id. */
    readonly tag: string,
    readonly storageClass: PyGlobal,
    readonly location: string,
    /** Elements of the storage. */
    readonly storageSize: number,
    /** Whether the id has a sixth item, None: the view of a legacy stream. */
    readonly hasView: boolean,
    /** Whether the location is a text of its own, with the memo index before the id's, not one from the memo. */
    readonly ownLocation: boolean,
    readonly storageOffset: number,
    readonly shape: PyTuple,
    readonly stride: PyTuple,
    readonly requiresGrad: boolean,
    readonly hooksClass: PyGlobal,
    /** Bytes from BINPERSID to the last REDUCE, and from that of the hooks. */
    readonly idDistance: number,
    readonly hooksDistance: number,
  ) {}
}

/**
 * The call that torch writes for a tensor: `callee(persistent id, offset, shape, stride, requires_grad,
 * hooks())`, the id being `(tag, class, key, location, size)`. Checkpoints consist of them, so only what is
 * its own stands in each; the tuples, the id and the inner call come into being when somebody asks.
 */
export class TensorCall extends PyObject {
  private unpacked: Unpacked | null = null;

  constructor(
    readonly form: TensorCallForm,
    readonly storageKey: string,
    /** Memo index of the id's tuple. */
    readonly memoIndex: number,
    offset: number,
  ) {
    super(form.callee, undefined, Op.REDUCE, offset);
  }

  get id(): PyPersistentId {
    return this.unpack().id;
  }

  /** The inner call, which comes before this one in the stream. */
  get hooks(): PyObject {
    return this.unpack().hooks;
  }

  /** What the memo has at an index after `memoIndex`, up to the arguments' tuple; undefined for others. */
  memoized(index: number): Value | undefined {
    const { form, memoIndex } = this;
    const parts: Value[] = [this.unpack().idTuple];
    if (form.shape.length > 0) parts.push(form.shape);
    if (form.stride.length > 0) parts.push(form.stride);
    parts.push(this.hooks, this.args);
    return parts[index - memoIndex];
  }

  protected override unpackArgs(): PyTuple {
    return this.unpack().args;
  }

  private unpack(): Unpacked {
    if (this.unpacked !== null) return this.unpacked;
    const { form, offset } = this;
    const idTuple: Value[] = [form.tag, form.storageClass, this.storageKey, form.location, form.storageSize];
    if (form.hasView) idTuple.push(null);
    const id = new PyPersistentId(idTuple, offset - form.idDistance);
    const hooks = new PyObject(form.hooksClass, [], Op.REDUCE, offset - form.hooksDistance);
    const args = [id, form.storageOffset, form.shape, form.stride, form.requiresGrad, hooks];
    this.unpacked = { idTuple, id, hooks, args };
    return this.unpacked;
  }
}

interface Unpacked {
  readonly idTuple: PyTuple;
  readonly id: PyPersistentId;
  readonly hooks: PyObject;
  readonly args: PyTuple;
}
