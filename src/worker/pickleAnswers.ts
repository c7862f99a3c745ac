import type { ByteSource, Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import type { DisassemblyFinding, DisassemblyPart, PickleSummary } from '../protocol/messages';
import type { SafetyPage } from '../protocol/safetyPage';
import { disassemble, lineOfOffset } from '../safety/disassembly/disassembler';
import { findPickle, type FoundPickle, listPickles } from '../safety/pickleStreams';
import type { ScanReport } from '../safety/report';
import { scanFile } from '../safety/scanFile';
import type { PickleStream } from '../safety/streams';
import { findingText, safetyPage } from './safetyPage';

/**
 * Answers about the pickles of a file, opcode by opcode. Opens the file when it is first asked, whether or not
 * it can be shown as a checkpoint.
 */
export class PickleAnswers {
  private file: Promise<ByteSource> | null = null;
  private scanned: Promise<ScanReport> | null = null;
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
    this.scanned = null;
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
    const made = await disassemble(await this.pickle(record, start), part);
    return { ...made, findings: findingsIn(made, await this.report(), record) };
  }

  /** What a scan of the whole file saw. */
  async safety(): Promise<SafetyPage> {
    return safetyPage(await this.report());
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

  private report(): Promise<ScanReport> {
    this.scanned ??= this.source().then((source) => scanFile(source, this.platform, source.name));
    this.scanned.catch(() => (this.scanned = null));
    return this.scanned;
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

/** What a scan found on the lines of a part. */
function findingsIn(
  { lines }: Pick<DisassemblyPart, 'lines'>,
  { calls, globals }: ScanReport,
  record: string | null,
): DisassemblyFinding[] {
  const lineOf = new Map<number, number>();
  for (const [line, { offset, opcode }] of lines.entries()) if (opcode !== null) lineOf.set(offset, line);
  return [...globals, ...calls].flatMap((finding): DisassemblyFinding[] => {
    const line = finding.record === record ? lineOf.get(finding.offset) : undefined;
    const telling = finding.tier === 'dangerous' || finding.tier === 'suspicious';
    return line === undefined || !telling ? [] : [{ line, message: findingText(finding) }];
  });
}
