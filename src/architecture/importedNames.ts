import type { Module, Statement } from '../python/syntax';
import { topLevelOf } from './topLevel';

const cache = new WeakMap<Module, ImportedNames>();

/** What the names of a file stand for, as far as its imports alone say. */
export class ImportedNames {
  /** Dotted origins by name; null for a name that is bound in more than one way. */
  private readonly origins = new Map<string, string | null>();
  private readonly stars: string[] = [];

  private constructor(private readonly module: Module) {
    this.add(module.body);
  }

  static of(module: Module): ImportedNames {
    let names = cache.get(module);
    if (names === undefined) {
      names = new ImportedNames(module);
      cache.set(module, names);
    }
    return names;
  }

  /**
   * The full name of what a dotted name of the file stands for: `torch.nn.Conv2d` of `tnn.Conv2d`; null where
   * imports do not say.
   */
  origin(dotted: string): string | null {
    const [first = '', ...rest] = dotted.split('.');
    const own = this.originOf(first);
    return own === null ? null : [own, ...rest].join('.');
  }

  private originOf(name: string): string | null {
    const known = this.origins.get(name);
    if (known !== undefined) return this.isOnlyImported(name) ? known : null;
    if (topLevelOf(this.module).binders.has(name)) return null;
    const star = this.stars[this.stars.length - 1];
    if (star === undefined) return null;
    // `from models.common import *` brings what that file imports, by the names that everybody uses.
    if (name === 'torch') return 'torch';
    if (name === 'nn') return 'torch.nn';
    // A later star import may bring the same name.
    return star.startsWith('torch.') ? `${star}.${name}` : null;
  }

  private isOnlyImported(name: string): boolean {
    const binders = topLevelOf(this.module).binders.get(name) ?? [];
    return binders.every(({ kind }) => /^(import|importFrom|try|if)$/.test(kind));
  }

  private add(body: readonly Statement[]): void {
    for (const statement of body) {
      if (statement.kind === 'import') {
        for (const { name, alias } of statement.names) {
          // `import torch.nn` binds `torch`.
          if (alias === null) this.bind(name.split('.')[0] ?? name, name.split('.')[0] ?? name);
          else this.bind(alias, name);
        }
      } else if (statement.kind === 'importFrom') {
        const from = `${'.'.repeat(statement.level)}${statement.module}`;
        if (statement.names === null) this.stars.push(from);
        for (const { name, alias } of statement.names ?? []) this.bind(alias ?? name, `${from}.${name}`);
      } else if (statement.kind === 'try') {
        this.add(statement.body);
        for (const { body: handler } of statement.handlers) this.add(handler);
      } else if (statement.kind === 'if') {
        this.add(statement.then);
        this.add(statement.otherwise);
      }
    }
  }

  private bind(name: string, origin: string | null): void {
    const known = this.origins.get(name);
    this.origins.set(name, known === undefined || known === origin ? origin : null);
  }
}
