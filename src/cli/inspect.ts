import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { CheckpointError } from '../checkpointError';
import { nodePlatform } from '../files/nodePlatform';
import { textsFor, type Texts } from '../protocol/texts/text';
import { exit } from './command';
import { parseFlags } from './flags';
import { inspectReport } from './inspecting/report';
import { humanReport } from './inspecting/humanReport';
import { reportJson } from './inspecting/reportJson';
import { storageStarts } from './inspecting/storageStarts';
import { failureText, openSource } from './openSource';
import { UsageError, withUsage } from './usage';

/** `graftlens inspect FILE|FOLDER [--offsets] [--json]`: what a checkpoint holds. Exit status 0 or 2. */
export const run = withUsage('inspect', async (argv, io) => {
  const texts = (): Texts => textsFor(io.language);
  const options = parse(argv);
  try {
    const checkpoint = await openCheckpoint(openSource(options.file), nodePlatform);
    if (options.json) {
      const starts = options.offsets ? await storageStarts(checkpoint) : null;
      await reportJson(options.file, checkpoint, starts, texts, io);
    } else io.out(humanReport(inspectReport(options.file, checkpoint), texts(), io.columns));
    return exit.good;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    io.error(`graftlens: ${failureText(options.file, error, texts())}\n`);
    return exit.noAnswer;
  }
});

interface Options {
  readonly file: string;
  readonly offsets: boolean;
  readonly json: boolean;
}

function parse(argv: readonly string[]): Options {
  const { switches, rest } = parseFlags(argv, [], ['--offsets', '--json']);
  const [file] = rest;
  if (file === undefined || rest.length !== 1) throw new UsageError();
  return { file, offsets: switches.has('--offsets'), json: switches.has('--json') };
}
