import type { Checkpoint } from '../checkpoint/checkpoint';
import { storageElementSize } from '../checkpoint/storageSize';
import { CheckpointError } from '../checkpointError';
import { PyGlobal, type Value } from '../pickle/values';
import type { StorageSpec } from '../stateDict/tensorSpec';
import { storageClass } from '../torchNames/storageTypes';
import type { PlannedRecord, SourceRange } from './plan';

/** Part of a storage, in bytes. */
export interface StoragePart {
  readonly storage: StorageSpec;
  readonly offset: number;
  readonly length: number;
}

/** Local headers asked for at once: a source does small reads of the same moment together. */
const LOCATED_TOGETHER = 500;

/** The storages that a written pickle names, numbered in the order in which it names them, as torch does. */
export class StorageTable {
  private readonly keys = new Map<StorageSpec, string>();
  private readonly parts: (readonly StoragePart[])[] = [];
  private readonly classes = new Map<string, PyGlobal>();

  constructor(private readonly checkpoint: Checkpoint) {}

  /**
   * The persistent id of a storage: `("storage", class, key, location, elements)`. `dtype` null is an untyped
   * storage, whose elements are bytes.
   */
  id(storage: StorageSpec, dtype: string | null): Value {
    let key = this.keys.get(storage);
    if (key === undefined) {
      key = this.add([{ storage, offset: 0, length: size(storage) }]);
      this.keys.set(storage, key);
    }
    return this.idOf(key, dtype, storage.device ?? 'cpu', size(storage));
  }

  /** The same for a new storage: parts of others one after the other. */
  joined(parts: readonly StoragePart[], dtype: string | null): Value {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return this.idOf(this.add(parts), dtype, parts[0]?.storage.device ?? 'cpu', length);
  }

  /** Where the bytes of all of them are, in the order of their keys. */
  async records(): Promise<PlannedRecord[]> {
    const places = await this.locateAll();
    return this.parts.map((parts, key) => {
      const pieces = parts.flatMap((part): SourceRange[] => {
        if (part.length === 0) return [];
        const place = places.get(part.storage);
        if (place === undefined || place.length < part.offset + part.length)
          throw new CheckpointError('writing.noBytes', [part.storage.key]);
        return [{ source: place.source, offset: place.offset + part.offset, length: part.length }];
      });
      return { name: `data/${key}`, size: parts.reduce((sum, { length }) => sum + length, 0), pieces };
    });
  }

  private add(parts: readonly StoragePart[]): string {
    this.parts.push(parts);
    return String(this.parts.length - 1);
  }

  private idOf(key: string, dtype: string | null, location: string, bytes: number): Value {
    // One whose dtype has no storage class is written as an untyped one, which counts bytes.
    const name = dtype === null ? null : storageClass(dtype);
    const elements = Math.floor(bytes / (name === null ? 1 : storageElementSize(dtype)));
    const type =
      name === null ? this.classNamed('torch.storage', 'UntypedStorage') : this.classNamed('torch', name);
    return ['storage', type, key, location, elements];
  }

  /** One object for a name, so that the pickle says it once. */
  private classNamed(module: string, name: string): PyGlobal {
    let found = this.classes.get(name);
    if (found === undefined) {
      found = new PyGlobal(module, name, 0);
      this.classes.set(name, found);
    }
    return found;
  }

  private async locateAll(): Promise<Map<StorageSpec, SourceRange>> {
    const storages = [...new Set(this.parts.flatMap((parts) => parts.map(({ storage }) => storage)))];
    const places = new Map<StorageSpec, SourceRange>();
    for (let i = 0; i < storages.length; i += LOCATED_TOGETHER) {
      const some = storages.slice(i, i + LOCATED_TOGETHER);
      const found = await Promise.all(some.map((storage) => this.checkpoint.locate(storage)));
      some.forEach((storage, j) => {
        const place = found[j] ?? null;
        if (place === null) return;
        places.set(storage, { source: place.source, offset: place.offset, length: Number(place.length) });
      });
    }
    return places;
  }
}

function size({ bytes, key }: StorageSpec): number {
  if (typeof bytes !== 'number') throw new CheckpointError('writing.noBytes', [key]);
  return bytes;
}
