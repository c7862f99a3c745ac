/**
 * Why a file, or a part of it, cannot be read. `code` names a text of the shared table and `args` fill it;
 * core code never writes sentences.
 */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';

  constructor(
    readonly code: string,
    readonly args: readonly (string | number)[] = [],
    /** Byte offset into `record`, or into the file where `record` is null; null when there is none to give. */
    readonly offset: number | null = null,
    /** The archive record that is at fault, null for the file itself. */
    readonly record: string | null = null,
  ) {
    super(`${code}(${args.join(', ')})${offset === null ? '' : ` at ${offset}`}`);
  }

  /** The same error, placed in a record. */
  inRecord(record: string): CheckpointError {
    return this.record === null ? new CheckpointError(this.code, this.args, this.offset, record) : this;
  }
}
