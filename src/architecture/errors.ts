import type { Place, PyInstance, UnknownReason } from './values';

/** A Python exception on its way to a handler. */
export class PyRaise {
  constructor(
    readonly exception: PyInstance,
    readonly place: Place,
  ) {}
}

/** An operation met a value that is not known: its result is not known either. */
export class UnknownOperand {
  constructor(readonly reason: UnknownReason) {}
}

/**
 * The analysis of a construction ends: what happens next is not known and cannot be confined, or a
 * limit is spent.
 */
export class Abandon {
  constructor(readonly reason: UnknownReason) {}
}
