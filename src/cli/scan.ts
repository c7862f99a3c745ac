import { CheckpointError } from '../checkpointError';
import { BlockingFileSource } from '../files/blockingFileSource';
import { nodePlatform } from '../files/nodePlatform';
import { text, textsFor, type Texts } from '../protocol/texts/text';
import type { ScanReport, Verdict } from '../safety/report';
import { scanFile } from '../safety/scanFile';
import { exit } from './command';
import { parseFlags } from './flags';
import { UsageError, withUsage } from './usage';
import { failureText } from './openSource';
import { filesToScan, isScanned } from './scanning/filesToScan';
import { humanReport } from './scanning/humanReport';
import { reportJson } from './scanning/reportJson';
import { sarifLog } from './scanning/sarif';

/**
 * `graftlens scan FILE… [--torch VERSION] [--json | --sarif]`: what unpickling would do. Exit status 0 for
 * `clean` and `unknown`, 1 for `suspicious` and `dangerous`, 2 for `unreadable`; of several files, the worst.
 */
export const run = withUsage('scan', async (argv, io) => {
  const texts = textsFor(io.language);
  const flags = parseFlags(argv, ['--torch'], ['--json', '--sarif']);
  const torch = flags.values.get('--torch') ?? null;
  if (flags.rest.length === 0 || flags.switches.size > 1) throw new UsageError();
  const reports: ScanReport[] = [];
  let status: number = exit.good;
  let isFirst = true;
  const several = flags.rest.length > 1 || flags.rest.some((target) => !isScanned(target));
  for (const target of flags.rest) {
    const files = filesToScan(target);
    if (files.length === 0) {
      io.error(`graftlens: ${text(texts, { code: 'safety.noFiles', args: [target] })}\n`);
      status = exit.noAnswer;
    }
    for (const { path, isAsked } of files) {
      const report = await reportOf(path, torch);
      // In a folder, what holds no pickle is none of our business.
      if (!isAsked && report.streams.length === 0 && !isBad(report.verdict)) continue;
      status = Math.max(status, statusOf(report.verdict));
      if (report.verdict === 'unreadable') io.error(`graftlens: ${firstFailure(report, texts)}\n`);
      if (torch !== null && report.weightsOnly === null && report.weightsOnlyVersions.length > 0) {
        const known = report.weightsOnlyVersions.map((answer) => answer.torch).join(', ');
        io.error(`graftlens: ${text(texts, { code: 'safety.unknownTorch', args: [torch, known] })}\n`);
      }
      if (flags.switches.size > 0) reports.push(report);
      else {
        io.out(`${isFirst ? '' : '\n'}${humanReport(report, texts, io.columns)}`);
        isFirst = false;
        await io.turn();
      }
    }
  }
  if (flags.switches.has('--sarif')) io.out(`${JSON.stringify(sarifLog(reports, texts), null, 2)}\n`);
  if (flags.switches.has('--json')) {
    const documents = reports.map((report) => reportJson(report, texts));
    const [only] = documents;
    io.out(`${JSON.stringify(several || only === undefined ? documents : only)}\n`);
  }
  return status;
});

/** A file that cannot be opened is one that cannot be read. */
async function reportOf(path: string, torch: string | null): Promise<ScanReport> {
  try {
    const source = BlockingFileSource.open(path);
    try {
      return await scanFile(source, nodePlatform, path, { torch });
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { code, args, record, offset } = error;
    return {
      file: path,
      verdict: 'unreadable',
      globals: [],
      calls: [],
      omitted: 0,
      weightsOnly: null,
      weightsOnlyVersions: [],
      disagreements: [],
      notScanned: [],
      streams: [],
      errors: [{ code, args, record, offset }],
    };
  }
}

function statusOf(verdict: Verdict): number {
  if (verdict === 'unreadable') return exit.noAnswer;
  return isBad(verdict) ? exit.no : exit.good;
}

function isBad(verdict: Verdict): boolean {
  return verdict === 'suspicious' || verdict === 'dangerous';
}

function firstFailure(report: ScanReport, texts: Texts): string {
  const [error] = report.errors;
  if (error === undefined) return report.file;
  const { code, args, record, offset } = error;
  return failureText(report.file, new CheckpointError(code, args, offset, record), texts);
}
