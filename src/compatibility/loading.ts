import type { StateDict, StateDictEntry } from '../stateDict/stateDict';
import type { Integer } from '../stateDict/tensorSpec';
import type { ModelDescription, ModelEntry, ModelModule } from './model';

/** Why torch refuses an entry, besides missing, unexpected and mismatched keys. */
export interface Refusal {
  readonly key: string;
  /** `check.refused.*` of the texts. */
  readonly code: 'check.refused.noTensor' | 'check.refused.runningStatistics' | 'check.refused.torch';
  readonly args: readonly (string | number)[];
}

/** What `load_state_dict` does with a file's state_dict, keys in torch's order. */
export interface Loading {
  /** Whether `strict=True` succeeds; null where neither is proven. */
  readonly strict: boolean | null;
  /** Model key → file key, for all that load. Other names only through torch's own compatibility rules. */
  readonly loads: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
  readonly refused: readonly Refusal[];
  /** Paths of modules whose loading only running it shows; their keys are compared as plain ones. */
  readonly unknownModules: readonly string[];
}

/** A file's entry on its way down the modules; torch's rules rename some. */
interface Incoming {
  readonly key: string;
  /** The file's own key, null for an entry that torch makes up. */
  readonly fileKey: string | null;
  readonly entry: StateDictEntry | null;
}

/**
 * Follows `Module.load_state_dict` and `_load_from_state_dict` of torch 2.13 with the additions of torch's
 * layers, module by module, each with the entries below its prefix.
 */
export function loadStateDict(model: ModelDescription, file: StateDict): Loading {
  const run = new Run(model, file);
  return run.result();
}

class Run {
  private readonly loads = new Map<string, string>();
  private readonly missing: string[] = [];
  private readonly unexpected: string[] = [];
  private readonly mismatched: string[] = [];
  private readonly refused: Refusal[] = [];
  private readonly unknown: string[] = [];
  private readonly owned: ReadonlyMap<string, readonly ModelEntry[]>;

  constructor(
    private readonly model: ModelDescription,
    private readonly file: StateDict,
  ) {
    this.owned = entriesByModule(model.entries);
  }

  result(): Loading {
    const { modules } = this.model;
    const incoming = [...this.file.entries.values()].map((entry) => ({
      key: entry.key,
      fileKey: entry.key,
      entry,
    }));
    if (modules === null) this.loadFlat(incoming);
    else this.loadTree(modules, incoming);
    return {
      strict: this.strict(),
      loads: this.loads,
      missing: this.missing,
      unexpected: this.unexpected,
      mismatched: this.mismatched,
      refused: this.refused,
      unknownModules: this.unknown,
    };
  }

  /** Modules come parents first, so each finds what its parent left for it. */
  private loadTree(modules: readonly ModelModule[], incoming: readonly Incoming[]): void {
    const waiting = new Map<string, Incoming[]>([['', [...incoming]]]);
    for (const module of modules) {
      const local = waiting.get(module.path) ?? [];
      waiting.delete(module.path);
      const adapted = this.adapted(module, local);
      const below = this.loadModule(module, adapted);
      for (const [name, entries] of below) {
        waiting.set(module.path === '' ? name : `${module.path}.${name}`, entries);
      }
    }
  }

  /** The entries after what the module's own class does with them first. */
  private adapted(module: ModelModule, local: Incoming[]): Incoming[] {
    const prefix = module.path === '' ? '' : `${module.path}.`;
    const version = this.file.metadata?.get(module.path)?.version ?? null;
    const has = (key: string): boolean => local.some((item) => item.key === key);
    switch (module.load) {
      case 'plain':
      case 'lazy':
        return local;
      case 'unknown':
        this.unknown.push(module.path);
        return local;
      case 'batchNorm': {
        const key = `${prefix}num_batches_tracked`;
        const old = version === null || version < 2;
        return old && !has(key) ? [...local, { key, fileKey: null, entry: null }] : local;
      }
      case 'frozenBatchNorm':
        return local.filter((item) => item.key !== `${prefix}num_batches_tracked`);
      case 'instanceNorm': {
        if (version !== null) return local;
        const statistics = ['running_mean', 'running_var'].map((name) => prefix + name).filter(has);
        if (statistics.length === 0) return local;
        this.refused.push({
          key: statistics[0] ?? prefix,
          code: 'check.refused.runningStatistics',
          args: [statistics.join(', '), module.type],
        });
        return local.filter((item) => !statistics.includes(item.key));
      }
      case 'weightNorm':
        return this.renamedNorms(module, prefix, local);
    }
  }

  /** `weight_g`, `weight_v` → `parametrizations.weight.original0`, `original1`, where both are there. */
  private renamedNorms(module: ModelModule, prefix: string, local: Incoming[]): Incoming[] {
    const below = `${prefix}parametrizations.`;
    const names = this.model.modules
      ?.filter(({ path }) => path.startsWith(below) && !path.slice(below.length).includes('.'))
      .map(({ path }) => path.slice(below.length));
    let result = local;
    for (const name of names ?? []) {
      const old = [`${prefix}${name}_g`, `${prefix}${name}_v`];
      const parts = old.map((key) => result.find((item) => item.key === key));
      if (parts.includes(undefined)) continue;
      result = result.filter((item) => !old.includes(item.key));
      parts.forEach((part, i) => {
        if (part !== undefined) result.push({ ...part, key: `${below}${name}.original${i}` });
      });
    }
    void module;
    return result;
  }

  private loadModule(module: ModelModule, local: readonly Incoming[]): Map<string, Incoming[]> {
    const prefix = module.path === '' ? '' : `${module.path}.`;
    const byKey = new Map(local.map((item) => [item.key, item]));
    const own = this.owned.get(module.path) ?? [];
    const tensors = own.filter((entry) => entry.kind !== 'extraState');
    for (const entry of tensors) {
      const item = byKey.get(entry.key);
      if (item === undefined) this.missing.push(entry.key);
      else this.copy(entry, item, module);
    }
    const extraKey = `${prefix}_extra_state`;
    if (module.extraState) {
      if (byKey.has(extraKey)) this.loads.set(extraKey, extraKey);
      else this.missing.push(extraKey);
    } else if (byKey.has(extraKey)) this.unexpected.push(extraKey);
    const names = new Set(tensors.map((entry) => entry.key));
    const children = new Set(module.children);
    const below = new Map<string, Incoming[]>();
    for (const item of local) {
      if (item.key === extraKey) continue;
      const rest = item.key.slice(prefix.length);
      const dot = rest.indexOf('.');
      if (dot < 0) {
        if (!names.has(item.key)) this.unexpected.push(item.key);
        continue;
      }
      const name = rest.slice(0, dot);
      if (!children.has(name)) this.unexpected.push(item.key);
      else {
        const list = below.get(name);
        if (list === undefined) below.set(name, [item]);
        else list.push(item);
      }
    }
    return below;
  }

  private copy(entry: ModelEntry, item: Incoming, module: ModelModule | null): void {
    // Made up by torch: it fits.
    if (item.entry === null || item.fileKey === null) return;
    const { tensor } = item.entry;
    if (tensor === null) {
      this.refused.push({ key: entry.key, code: 'check.refused.noTensor', args: [entry.key] });
      return;
    }
    const lazy = module?.load === 'lazy' && entry.shape === null;
    if (lazy || shapesLoad(entry.shape, tensor.shape)) this.loads.set(entry.key, item.fileKey);
    else this.mismatched.push(entry.key);
  }

  /** Without the modules: by keys alone, where no special rule can be known. */
  private loadFlat(incoming: readonly Incoming[]): void {
    const byKey = new Map(incoming.map((item) => [item.key, item]));
    for (const entry of this.model.entries) {
      const item = byKey.get(entry.key);
      if (item === undefined) this.missing.push(entry.key);
      else if (entry.kind === 'extraState') this.loads.set(entry.key, entry.key);
      else this.copy(entry, item, null);
    }
    const known = new Set(this.model.entries.map((entry) => entry.key));
    for (const { key } of incoming) if (!known.has(key)) this.unexpected.push(key);
    this.unknown.push('');
  }

  private strict(): boolean | null {
    if (this.model.raises !== null) return null;
    const failures = [
      ...this.missing,
      ...this.unexpected,
      ...this.mismatched,
      ...this.refused.map(({ key }) => key),
    ];
    if (!this.model.exact) return null;
    if (this.unknown.length === 0) return failures.length === 0;
    return null;
  }
}

/** Whether torch copies a file's tensor: equal shapes, or one element in one dimension into a scalar. */
export function shapesLoad(model: readonly Integer[] | null, file: readonly Integer[] | null): boolean {
  if (model === null || file === null) return false;
  if (model.length === 0 && file.length === 1 && Number(file[0]) === 1) return true;
  return sameShapes(model, file);
}

export function sameShapes(a: readonly Integer[], b: readonly Integer[]): boolean {
  return a.length === b.length && a.every((size, i) => BigInt(size) === BigInt(b[i] ?? -1));
}

/** Entries of each module itself, by the module's path. */
function entriesByModule(entries: readonly ModelEntry[]): Map<string, ModelEntry[]> {
  const result = new Map<string, ModelEntry[]>();
  for (const entry of entries) {
    const path = modulePath(entry.key);
    const own = result.get(path);
    if (own === undefined) result.set(path, [entry]);
    else own.push(entry);
  }
  return result;
}

/** The path of the module that registers a key. */
export function modulePath(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('.')));
}
