/** Bytes of a file of the source: `source` names a shard, null is the opened file itself. */
export interface SourceRange {
  readonly source: string | null;
  readonly offset: number;
  readonly length: number;
}

/** A record of the archive to be written. Its data is copied piece by piece when it is written. */
export interface PlannedRecord {
  /** Below the archive's folder: `data.pkl`, `data/0`. */
  readonly name: string;
  /** In bytes, of all pieces together. */
  readonly size: number;
  readonly pieces: readonly (Uint8Array | SourceRange)[];
}

/** A checkpoint to be written: what `torch.save` would put into its archive. */
export interface CheckpointPlan {
  readonly records: readonly PlannedRecord[];
  /** Entries of the rearranged state_dict. */
  readonly keys: number;
}

/** Bytes that are held at once while a storage is copied. */
const COPIED_AT_ONCE = 4 << 20;

/** The data of a record. `read` gives the bytes of a range, of the source's files. */
export async function* recordData(
  record: PlannedRecord,
  read: (range: SourceRange) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (const piece of record.pieces) {
    if (piece instanceof Uint8Array) {
      yield piece;
      continue;
    }
    for (let done = 0; done < piece.length; done += COPIED_AT_ONCE) {
      const length = Math.min(COPIED_AT_ONCE, piece.length - done);
      yield await read({ source: piece.source, offset: piece.offset + done, length });
    }
  }
}
