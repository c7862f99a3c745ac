import { decimalAt } from '../archive/decimal';
import type { StorageSpec } from '../stateDict/tensorSpec';

/** The storages of one file by key. torch counts the keys up from 0; those need no hash table. */
export class StoragesByKey {
  /** The storages `0`, `1` and so on, as far as they came in this order. */
  private readonly numbered: StorageSpec[] = [];
  private readonly others = new Map<string, StorageSpec>();

  /** @param seen told of each storage that is added */
  constructor(private readonly seen: (storage: StorageSpec) => void) {}

  get(key: string): StorageSpec | undefined {
    const number = decimalAt(key, 0, key.length);
    const storage = number < 0 ? undefined : this.numbered[number];
    return storage ?? (this.others.size === 0 ? undefined : this.others.get(key));
  }

  /** @param key one that the table has not */
  add(key: string, storage: StorageSpec): void {
    const { numbered } = this;
    if (decimalAt(key, 0, key.length) === numbered.length) numbered.push(storage);
    else this.others.set(key, storage);
    this.seen(storage);
  }
}
