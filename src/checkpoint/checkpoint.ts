import type { UnpickledStream } from '../pickle/unpickler';
import type { Integer, StorageSpec } from '../stateDict/tensorSpec';
import type { PyPersistentId, Value } from '../pickle/values';
import type { Content, PathElement } from './content';
import type { PersistentMeaning } from './fileContext';

/** The containers that a checkpoint comes in; `inspect --json` prints these names. */
export type CheckpointFormat =
  | 'torch-zip'
  | 'torch-legacy'
  | 'torch-tar'
  | 'torchscript'
  | 'pickle'
  | 'safetensors'
  | 'sharded'
  | 'dcp'
  | 'pt2'
  | 'torch-package';

/** A text of the shared table, with what fills it. */
export interface Note {
  readonly code: string;
  readonly args: readonly (string | number)[];
}

export interface CheckpointWarning extends Note {
  /** Where in the checkpoint, null for the whole file. */
  readonly path: readonly PathElement[] | null;
}

/** Source text that the file carries: TorchScript code, sources in legacy files. */
export interface EmbeddedSource {
  readonly name: string;
  /** The text, where reading the rest of the file gave it anyway. */
  readonly text?: string;
  read(): Promise<string>;
}

/** One pickle of the file and what it would import and call; the safety view reads it. */
export interface CheckpointStream {
  /** The archive record, null for a file that is a pickle. */
  readonly record: string | null;
  readonly stream: UnpickledStream;
}

/** Where a storage's bytes are. */
export interface StorageLocation {
  /** Record or member that holds it, null in files without records. */
  readonly record: string | null;
  /** Shard, null for the opened file itself. */
  readonly source: string | null;
  /** Offset of the first byte in that file. */
  readonly offset: number;
  readonly length: Integer;
}

/** The object of a file that is one pickle, as it was read, for writing it again. */
export interface PickledRoot {
  readonly value: Value;
  /** What a value of the pickle means; one object for one value. */
  content(value: Value): Content;
  persistent(id: PyPersistentId): PersistentMeaning | null;
}

/** An opened file: what it holds, and nothing of its tensor data. */
export interface Checkpoint {
  readonly format: CheckpointFormat;
  readonly fileName: string;
  readonly fileSize: number;
  /** True for a truncated file, shown up to the cut. */
  readonly partial: boolean;
  readonly root: Content;
  /** What the file says of itself, in the order in which a person reads it: protocol, byte order, versions. */
  readonly facts: readonly Note[];
  readonly warnings: readonly CheckpointWarning[];
  readonly sources: readonly EmbeddedSource[];
  readonly streams: readonly CheckpointStream[];
  /** Of torch's zip and legacy files. */
  readonly pickled?: PickledRoot;
  /** Bytes read from the file, and from shards, so far. */
  bytesRead(): number;
  /**
   * Where a storage's bytes are; null when the file does not hold them. For a zip it costs one read of a
   * local header.
   */
  locate(storage: StorageSpec): Promise<StorageLocation | null>;
}
