import type { ByteSource, Platform } from '../archive/byteSource';
import type { CheckpointError } from '../checkpointError';
import type { Disagreement, NotScanned } from './report';

/** One pickle in a file: where its bytes are. */
export interface PickleStream {
  /** Archive record, with the archives around it (`inner.zip!/data.pkl`); null for the file itself. */
  readonly record: string | null;
  /** The record's bytes after inflating, or the file. */
  readonly source: ByteSource;
  /** Offset of the first opcode. */
  readonly start: number;
  /** Offset after the last byte that the stream can have. */
  readonly end: number;
  /** Whether `torch.load` of the file would unpickle this stream. */
  readonly loadedByTorch: boolean;
}

/** What became of a stream that was visited. */
export interface PickleVisit {
  /** After STOP, or of the opcode that failed. */
  readonly end: number;
  readonly error: CheckpointError | null;
  /** Opcodes executed; a few before an error say that this was no pickle. */
  readonly opcodes: number;
  /** Whether the stream named a global, called or built anything. */
  readonly hasFindings: boolean;
}

/** Told what a container holds while it is walked, so that inflated records need not be kept. */
export interface ContainerVisitor {
  /**
   * A pickle that is one. What it holds counts, its error too; several in one record are visited one after
   * another, each from the `end` of the one before.
   */
  pickle(stream: PickleStream): Promise<PickleVisit>;
  /**
   * Bytes that may be a pickle to some reader (data before an archive, a record of any name). Only findings
   * count; nothing is said of bytes that break off without any.
   */
  guess(stream: PickleStream): Promise<PickleVisit>;
  disagreement(disagreement: Disagreement): void;
  notScanned(notScanned: NotScanned): void;
  /** The container, or a part of it, cannot be read. */
  unreadable(error: CheckpointError): void;
}

/** How `torch.load` would read a file. `other`: no pickle of it, or none that it can. */
export type TorchFormat = 'zip' | 'legacy' | 'tar' | 'torchscript' | 'other';

/**
 * Walks every record, stream and layer of a file. Errors of the file go to the visitor.
 * `readContainer` in `containers` is the one that `scanFile` uses.
 */
export type ContainerReader = (
  source: ByteSource,
  platform: Platform,
  visitor: ContainerVisitor,
) => Promise<TorchFormat>;
