import type { Scope } from '../syntax';

/** Collects the names that a function, class, comprehension or module binds, as its statements are met. */
export class ScopeBuilder implements Scope {
  readonly locals = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  yields = false;
  constructor(readonly comprehensionOf: ScopeBuilder | null) {}

  bind(name: string): void {
    if (!this.globals.has(name) && !this.nonlocals.has(name)) this.locals.add(name);
  }
}
