/**
 * Mutable Python objects and the trail that lets two sides of an unknown branch run on the same heap:
 * before an object changes it is saved, once per open branch; a branch is undone by restoring what was
 * saved. Objects born inside a branch are left as they are, since nothing outside it knows them.
 */

import type { UnknownReason } from './values';

let serial = 0;

/** Serials that one evaluation of a module's code can use up: it opens far fewer branches. */
const SERIALS = 4_096;

/**
 * Serials of what modules make: older than every branch of a construction. Each evaluation of a module's code has a
 * range of its own, below those of all before it, whose code it may run inside of.
 */
let moduleSerial = 0;

/** The evaluation of a module's code that made an object; not negative for what a construction made. */
export function evaluationOf(object: Mutable): number {
  return Math.floor(object.born / SERIALS);
}

/** Grows with every branch that is opened; an object remembers it from its birth. */
export function currentSerial(): number {
  return serial;
}

let nextIdentity = 1;

export abstract class PyObject {
  private identity = 0;

  /** Python's `id`: equal for the same object only. */
  get id(): number {
    if (this.identity === 0) this.identity = nextIdentity++;
    return this.identity;
  }
}

export abstract class Mutable extends PyObject {
  readonly born: number = serial;
  /** Why nothing about this object's contents is known any more: code that was not understood had it. */
  taint: UnknownReason | null = null;

  abstract saveState(): unknown;
  abstract restoreState(state: unknown): void;
}

interface SavedState {
  readonly state: unknown;
  readonly taint: UnknownReason | null;
}

export class Branch {
  readonly start: number;
  readonly saved = new Map<Mutable, SavedState>();
  constructor() {
    this.start = ++serial;
  }
}

interface Watch {
  readonly start: number;
  readonly changed: Map<Mutable, unknown>;
}

export class Trail {
  private open: Branch[] = [];
  private watches: Watch[] = [];

  get depth(): number {
    return this.open.length;
  }

  /** To be called before every change of an object. */
  touch(object: Mutable): void {
    for (const { start, changed } of this.watches) {
      if (object.born < start && !changed.has(object)) changed.set(object, object.saveState());
    }
    const branch = this.open[this.open.length - 1];
    if (branch === undefined || object.born >= branch.start || branch.saved.has(object)) return;
    branch.saved.set(object, { state: object.saveState(), taint: object.taint });
  }

  /** Runs something and gives the older objects that it changed, whatever branch they are of, as they were. */
  watched(run: () => void): ReadonlyMap<Mutable, unknown> {
    const changed = new Map<Mutable, unknown>();
    this.watches.push({ start: ++serial, changed });
    try {
      run();
    } finally {
      this.watches.pop();
    }
    return changed;
  }

  /** Whether the object existed before the innermost open branch. */
  isShared(object: Mutable): boolean {
    const branch = this.open[this.open.length - 1];
    return branch !== undefined && object.born < branch.start;
  }

  begin(): Branch {
    const branch = new Branch();
    this.open.push(branch);
    return branch;
  }

  /**
   * Runs code of a module: it belongs to no branch, since a module runs once, whichever branch asked for
   * it. What it makes is older than the open branches, so that changes by them are undone.
   */
  outside<T>(run: (evaluation: number) => T): T {
    const { open, watches } = this;
    const before = serial;
    this.open = [];
    this.watches = [];
    moduleSerial -= SERIALS;
    serial = moduleSerial;
    try {
      return run(Math.floor(moduleSerial / SERIALS));
    } finally {
      this.unwind(0);
      serial = before;
      this.open = open;
      this.watches = watches;
    }
  }

  /** Undoes branches that an ended evaluation left open. */
  unwind(depth: number): void {
    while (this.open.length > depth) this.rollback();
  }

  /** Ends the innermost branch keeping its effects. */
  commit(): void {
    const branch = this.open.pop();
    const outer = this.open[this.open.length - 1];
    if (branch === undefined || outer === undefined) return;
    for (const [object, state] of branch.saved) {
      if (object.born < outer.start && !outer.saved.has(object)) outer.saved.set(object, state);
    }
  }

  /** Ends the innermost branch, undoing it. Returns the states that it had given to older objects. */
  rollback(): Map<Mutable, SavedState> {
    const branch = this.open.pop();
    const effects = new Map<Mutable, SavedState>();
    if (branch === undefined) return effects;
    for (const [object, before] of branch.saved) {
      effects.set(object, { state: object.saveState(), taint: object.taint });
      object.restoreState(before.state);
      object.taint = before.taint;
    }
    return effects;
  }
}
