import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { CheckpointError } from '../checkpointError';
import { nodePlatform } from '../files/nodePlatform';
import { text, textsFor, type Texts } from '../protocol/texts/text';
import { exit, type CommandIo } from './command';
import { inspectReport } from './inspecting/report';
import { humanReport } from './inspecting/humanReport';
import { reportJson } from './inspecting/reportJson';
import { storageStarts } from './inspecting/storageStarts';
import { failureText, openSource } from './openSource';

/** `graftlens inspect FILE|FOLDER [--offsets] [--json]`: what a checkpoint holds. Exit status 0 or 2. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const texts = (): Texts => textsFor(io.language);
  const options = parse(argv);
  if (options === null) {
    io.error(`graftlens inspect: ${text(texts(), { code: 'cli.inspectUsage', args: [] })}\n`);
    return exit.noAnswer;
  }
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
}

interface Options {
  readonly file: string;
  readonly offsets: boolean;
  readonly json: boolean;
}

function parse(argv: readonly string[]): Options | null {
  const files: string[] = [];
  let offsets = false;
  let json = false;
  let onlyFiles = false;
  for (const argument of argv) {
    if (onlyFiles || !argument.startsWith('-') || argument === '-') files.push(argument);
    else if (argument === '--') onlyFiles = true;
    else if (argument === '--offsets') offsets = true;
    else if (argument === '--json') json = true;
    else return null;
  }
  const [file] = files;
  return files.length === 1 && file !== undefined ? { file, offsets, json } : null;
}
