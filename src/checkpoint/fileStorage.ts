import type { Integer, StorageSpec } from '../stateDict/tensorSpec';
import { storageBytes } from './storageSize';

/** What alike storages of one file have in common. */
export class StorageForm {
  readonly bytes: Integer | null;

  /** @param elements of the storage, in its dtype */
  constructor(
    readonly dtype: string | null,
    elements: Integer,
    readonly device: string | null,
    readonly source: string | null,
  ) {
    this.bytes = storageBytes(dtype, elements);
  }
}

/** A storage that a persistent id names. Files have as many as tensors, so each holds little. */
export class FileStorage implements StorageSpec {
  stamp: object = noWalk;

  constructor(
    readonly key: string,
    private readonly form: StorageForm,
  ) {}

  get dtype(): string | null {
    return this.form.dtype;
  }

  get bytes(): Integer | null {
    return this.form.bytes;
  }

  get device(): string | null {
    return this.form.device;
  }

  get source(): string | null {
    return this.form.source;
  }
}

const noWalk = {};
