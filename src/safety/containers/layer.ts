import type { ByteSource } from '../../archive/byteSource';

/**
 * What is expected of bytes: `file`: the file that was asked for; `pickle`: a record that must be a pickle;
 * `member`: a record of any kind; `storage`: a record that holds tensor data, of which nothing is said unless it
 * would do harm.
 */
export type Role = 'file' | 'pickle' | 'member' | 'storage';

/** Bytes to be looked at: a file, a record of an archive, or what one of them inflates to. */
export interface Layer {
  readonly source: ByteSource;
  /** Archive record, with the archives around it; null for the file itself. */
  readonly record: string | null;
  readonly role: Role;
  /** Archives and compressed layers around it. */
  readonly depth: number;
  /** Whether `torch.load` of the file gets to these bytes. */
  readonly loadedByTorch: boolean;
}

/** The name of a record inside a layer. */
export function nameIn({ record }: Layer, name: string): string {
  return record === null ? name : `${record}!/${name}`;
}
