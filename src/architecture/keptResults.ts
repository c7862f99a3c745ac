import { Footing } from './footing';
import { moved } from './moved';
import type { Reads } from './reads';
import type { Sources } from './sources';

/** Open documents whose results are kept. */
const MAX_GROUPS = 12;

interface Kept {
  readonly footing: Footing;
  readonly value: unknown;
}

interface Group {
  /** What was used in the round before. */
  last: ReadonlyMap<string, Kept>;
  used: Map<string, Kept>;
}

/** Results with what they rest on. A round uses those of one document; what it does not use is dropped after it. */
export class KeptResults {
  private readonly groups = new Map<string, Group>();
  private group: Group = { last: new Map(), used: new Map() };

  constructor(private readonly sources: Sources) {}

  startRound(document: string): void {
    const group = this.groups.get(document) ?? { last: new Map(), used: new Map() };
    group.last = group.used;
    group.used = new Map();
    this.group = group;
    // The one that was used last is the last one.
    this.groups.delete(document);
    this.groups.set(document, group);
    const [oldest] = this.groups.keys();
    if (this.groups.size > MAX_GROUPS && oldest !== undefined) this.groups.delete(oldest);
  }

  clear(): void {
    this.groups.clear();
    this.group = { last: new Map(), used: new Map() };
  }

  /** The value for a key: what is kept, where it holds, else what is computed, with what that read. */
  answer<T>(key: string, compute: () => { readonly value: T; readonly reads: Reads }): T {
    const { last, used } = this.group;
    const known = used.get(key) ?? last.get(key);
    if (known !== undefined) {
      const found = known.footing.stand(this.sources);
      const value = found === null ? undefined : found === 'still' ? known.value : moved(known.value, found);
      if (value !== undefined) {
        used.set(key, value === known.value ? known : { ...known, value });
        return value as T;
      }
    }
    const { value, reads } = compute();
    used.set(key, { footing: Footing.of(reads, this.sources), value });
    return value;
  }
}
