import type { ByteSource, Platform } from '../archive/byteSource';
import { CheckpointError } from '../checkpointError';
import { readContainer } from './containers/readContainer';
import { embeddedBytes } from './embeddedBytes';
import { ExtensionRegistry } from './extensionRegistry';
import { safetyLimits } from './limits';
import type {
  CallFinding,
  Disagreement,
  GlobalFinding,
  NotScanned,
  ScanError,
  ScannedStream,
  ScanReport,
} from './report';
import { scanPickle, type ScannedPickle } from './scanPickle';
import type { ContainerVisitor, PickleStream, PickleVisit } from './streams';
import { verdictOf } from './verdict';
import { weightsOnlyAnswers } from './weightsOnly/torchLoad';
import { findTorchVersion, newestTorch } from './weightsOnly/torchVersions';

export interface ScanOptions {
  /** The version of torch to answer for (`2.6`, `2.6.0+cu124`), null for the newest known. */
  readonly torch?: string | null | undefined;
}

/**
 * Scans every pickle of a file, in all its records and layers. Nothing is executed, and errors of the file are
 * in the report: what was seen before one counts.
 *
 * @param file how the report names the file
 */
export async function scanFile(
  source: ByteSource,
  platform: Platform,
  file: string,
  options: ScanOptions = {},
): Promise<ScanReport> {
  const scan = new FileScan(platform);
  await scan.container(source, '', 0);
  const answers = await weightsOnlyAnswers(source, platform);
  const torch = options.torch ?? null;
  const version = torch === null ? newestTorch : findTorchVersion(torch)?.version;
  const weightsOnly = answers.find((answer) => answer.torch === version) ?? null;
  return { ...scan.report(file), weightsOnly, weightsOnlyVersions: answers };
}

/** Takes what `readContainer` finds; one for a file with everything inside it. */
class FileScan {
  private readonly registry = new ExtensionRegistry();
  private readonly globals: GlobalFinding[] = [];
  private readonly calls: CallFinding[] = [];
  private readonly disagreements: Disagreement[] = [];
  private readonly notScanned: NotScanned[] = [];
  private readonly errors: ScanError[] = [];
  private readonly streams: ScannedStream[] = [];
  private omitted = 0;
  private hasDangerousCall = false;
  /** Streams that name each. */
  private readonly dangerousNames = new Map<string, number>();
  private embeddedFiles = 0;

  constructor(private readonly platform: Platform) {}

  /** @param prefix what stands before the names of records: the place of a file inside the file */
  async container(source: ByteSource, prefix: string, depth: number): Promise<void> {
    const placed = (record: string | null): string | null =>
      prefix === '' ? record : record === null ? prefix : `${prefix}!/${record}`;
    const visitor: ContainerVisitor = {
      pickle: (stream) => this.stream({ ...stream, record: placed(stream.record) }, depth, false),
      guess: (stream) => this.stream({ ...stream, record: placed(stream.record) }, depth, true),
      disagreement: (found) => {
        this.disagreements.push({ ...found, record: placed(found.record) });
      },
      notScanned: (found) => {
        this.notScanned.push({ ...found, record: placed(found.record) });
      },
      unreadable: ({ code, args, record, offset }) => {
        this.errors.push({ code, args, record: placed(record), offset });
      },
    };
    try {
      await readContainer(source, this.platform, visitor);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      visitor.unreadable(error);
    }
  }

  private async stream(stream: PickleStream, depth: number, isGuess: boolean): Promise<PickleVisit> {
    const scanned = await scanPickle(stream, this.platform, this.registry);
    const { findings, end, error, opcodes } = scanned;
    const visit = { end, error, opcodes, hasFindings: findings.hasAny };
    // Bytes of any kind may begin like a pickle that names something.
    if (isGuess && error !== null && !findings.isDangerous) return visit;
    this.add(stream, scanned);
    if (error !== null && !isGuess) {
      this.errors.push({ code: error.code, args: error.args, record: stream.record, offset: error.offset });
    }
    for (const bytes of findings.embedded) {
      const name = `${stream.record ?? ''}[${this.embeddedFiles}]`;
      const inner = embeddedBytes(bytes, stream.source, name);
      if (
        inner === null ||
        depth >= safetyLimits.embeddedDepth ||
        this.embeddedFiles >= safetyLimits.embeddedFiles
      ) {
        this.notScanned.push({ code: 'notScanned.embedded', args: [], record: stream.record });
        this.errors.push({ code: 'notScanned.embedded', args: [], record: stream.record, offset: null });
        break;
      }
      this.embeddedFiles++;
      await this.container(inner, name, depth + 1);
    }
    return visit;
  }

  private add({ record, start, loadedByTorch }: PickleStream, scanned: ScannedPickle): void {
    const { findings, end, protocol, opcodes } = scanned;
    for (const finding of findings.globals.values()) {
      if (this.mayList(finding)) this.globals.push(finding);
      else this.omitted++;
    }
    for (const finding of findings.calls) {
      const decides = finding.tier === 'dangerous' && !this.hasDangerousCall;
      if (this.calls.length < safetyLimits.calls || decides) this.calls.push(finding);
      else this.omitted++;
      if (decides) this.hasDangerousCall = true;
    }
    this.omitted += findings.omitted;
    this.streams.push({ record, start, end, protocol, opcodes, loadedByTorch });
  }

  /** Every dangerous name is listed, wherever it stands first. */
  private mayList({ module, name, tier }: GlobalFinding): boolean {
    if (tier !== 'dangerous') return this.globals.length < safetyLimits.globals;
    const key = `${module}\n${name}`;
    const streams = this.dangerousNames.get(key) ?? 0;
    this.dangerousNames.set(key, streams + 1);
    return streams < safetyLimits.streamsPerGlobal;
  }

  report(file: string): ScanReport {
    const { globals, calls, disagreements, notScanned, errors, streams, omitted } = this;
    const found = { globals, calls, disagreements, notScanned, errors, streams, omitted };
    return { file, verdict: verdictOf(found), weightsOnly: null, weightsOnlyVersions: [], ...found };
  }
}
