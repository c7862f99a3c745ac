import type { Scope } from '../syntax';

/** Collects the names that a function, class, comprehension or module binds, as its statements are met. */
export class ScopeBuilder {
  readonly locals = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  yields = false;
  constructor(readonly comprehensionOf: ScopeBuilder | null) {}

  bind(name: string): void {
    if (!this.globals.has(name) && !this.nonlocals.has(name)) this.locals.add(name);
  }

  /** The names alone. */
  get names(): Scope {
    return { locals: this.locals, globals: orNone(this.globals), nonlocals: orNone(this.nonlocals) };
  }
}

const NONE: ReadonlySet<string> = new Set();

function orNone(names: ReadonlySet<string>): ReadonlySet<string> {
  return names.size === 0 ? NONE : names;
}
