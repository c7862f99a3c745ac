import type { ZipDirectory } from '../archive/zipDirectory';
import type { StorageSpec } from '../stateDict/tensorSpec';
import type { CheckpointWarning } from './checkpoint';

/**
 * Whether each storage has its record, as long as the pickle says. Asked as storages become known: in one go at
 * the end the engine would still be compiling the loop when the process could end.
 */
export class StorageCheck {
  private missing = 0;
  private short = 0;
  private firstMissing = '';
  private firstShort = '';

  /** @param folder where the records of storages are, `archive/data/` */
  constructor(
    private readonly directory: ZipDirectory,
    private readonly folder: string,
  ) {}

  storage({ key, bytes }: StorageSpec): void {
    const size = this.directory.sizeOf(this.folder, key);
    if (size < 0) {
      if (this.missing++ === 0) this.firstMissing = key;
    } else if (bytes !== null && size < bytes && this.short++ === 0) this.firstShort = key;
  }

  get warnings(): readonly CheckpointWarning[] {
    const { missing, short, firstMissing, firstShort } = this;
    const warnings: CheckpointWarning[] = [];
    if (missing > 0) warnings.push({ code: 'storage.missing', args: [missing, firstMissing], path: null });
    if (short > 0) warnings.push({ code: 'storage.short', args: [short, firstShort], path: null });
    return warnings;
  }
}
