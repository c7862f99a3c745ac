import type { ByteSource, Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import type { DisassemblyPart, PickleSummary } from '../protocol/messages';
import { disassemble, lineOfOffset } from '../safety/disassembly/disassembler';
import { findPickle, type FoundPickle, listPickles } from '../safety/pickleStreams';
import type { PickleStream } from '../safety/streams';

/**
 * Answers about the pickles of a file, opcode by opcode. Opens the file when it is first asked, whether or not
 * it can be shown as a checkpoint.
 */
export class PickleAnswers {
  private file: Promise<ByteSource> | null = null;
  private found: Promise<readonly FoundPickle[]> | null = null;
  /** The last one that was asked for: a person reads its parts one after another. */
  private last: PickleStream | null = null;

  constructor(
    private readonly openFile: () => Promise<ByteSource>,
    private readonly platform: Platform,
  ) {}

  /** The file is read again. */
  forget(): void {
    this.file = null;
    this.found = null;
    this.last = null;
  }

  async list(): Promise<readonly PickleSummary[]> {
    const pickles = (await this.pickles()).map(({ record, start, opcodes, loadedByTorch }) => ({
      record,
      start,
      opcodes,
      loadedByTorch,
    }));
    return [
      ...pickles.filter(({ loadedByTorch }) => loadedByTorch),
      ...pickles.filter(({ loadedByTorch }) => !loadedByTorch),
    ];
  }

  /** @throws CheckpointError `disassembly.noPickle` where no pickle starts there */
  async part(record: string | null, start: number, part: number): Promise<DisassemblyPart> {
    return disassemble(await this.pickle(record, start), part);
  }

  /** The pickle around an offset of a record, and the line of its disassembly; null where there is none. */
  async line(
    record: string | null,
    offset: number,
  ): Promise<{ readonly start: number; readonly part: number; readonly line: number } | null> {
    const around = (await this.pickles())
      .filter((one) => one.record === record && one.start <= offset)
      .at(-1);
    if (around === undefined) return null;
    const { start } = around;
    return { start, ...(await lineOfOffset(await this.pickle(record, start), offset)) };
  }

  private async pickle(record: string | null, start: number): Promise<PickleStream> {
    if (this.last !== null && this.last.record === record && this.last.start === start) return this.last;
    const found = await findPickle(await this.source(), this.platform, record, start);
    if (found === null) throw new CheckpointError('disassembly.noPickle');
    this.last = found;
    return found;
  }

  private pickles(): Promise<readonly FoundPickle[]> {
    this.found ??= this.source().then((source) => listPickles(source, this.platform));
    this.found.catch(() => (this.found = null));
    return this.found;
  }

  private source(): Promise<ByteSource> {
    this.file ??= this.openFile();
    this.file.catch(() => (this.file = null));
    return this.file;
  }
}
