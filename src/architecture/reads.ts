import type { FunctionDefinition, Statement } from '../python/syntax';
import type { PyFunction, PyModule } from './values';

/** What is looked at of a function, without running it, as a text. */
export type Glance = (definition: FunctionDefinition) => string;

/**
 * What an evaluation read of the modules of a program. A variable that is computed when it is first read, and the
 * top level of a module, are evaluations of their own: whoever reads them rests on what they read.
 */
export class Reads {
  /** Variables by module, whether they were found or not. */
  readonly names = new Map<PyModule, Set<string>>();
  /** Modules of which all names were listed. */
  readonly listed = new Set<PyModule>();
  /** Functions whose bodies were run. */
  readonly bodies = new Map<FunctionDefinition, PyModule>();
  readonly glances = new Map<FunctionDefinition, readonly [PyModule, Glance]>();
  /** Statements that were looked into, functions and all. */
  readonly statements = new Set<Statement>();
  /** What holds only if the world is as it is assumed to be, as codes of the table of texts. */
  readonly assumptions = new Set<string>();
  /** Evaluations that this one rests on. */
  readonly inner = new Set<Reads>();

  variable(module: PyModule, name: string): void {
    let names = this.names.get(module);
    if (names === undefined) {
      names = new Set();
      this.names.set(module, names);
    }
    if (names.has(name)) return;
    names.add(name);
    const own = module.reads.get(name);
    if (own !== undefined) this.inner.add(own);
    const run = module.reads.get('');
    if (run !== undefined) this.inner.add(run);
  }

  body(callee: PyFunction): void {
    if (!callee.globals.isInternal) this.bodies.set(callee.definition, callee.globals);
  }

  glance(callee: PyFunction, glance: Glance): void {
    if (!callee.globals.isInternal) this.glances.set(callee.definition, [callee.globals, glance]);
  }

  /** With everything that this rests on. */
  whole(): Reads {
    const all = new Reads();
    const seen = new Set<Reads>([this]);
    // A set is walked to its end, however it grows.
    for (const reads of seen) {
      for (const [module, names] of reads.names) {
        const known = all.names.get(module);
        if (known === undefined) all.names.set(module, new Set(names));
        else for (const name of names) known.add(name);
      }
      for (const module of reads.listed) all.listed.add(module);
      for (const [definition, module] of reads.bodies) all.bodies.set(definition, module);
      for (const [definition, glance] of reads.glances) all.glances.set(definition, glance);
      for (const statement of reads.statements) all.statements.add(statement);
      for (const assumption of reads.assumptions) all.assumptions.add(assumption);
      for (const inner of reads.inner) seen.add(inner);
    }
    return all;
  }
}
