import { resolve } from 'node:path';
import { CheckpointError } from '../checkpointError';
import { checkCompatibility, type CompatibilityQuestion } from '../compatibility/checkCompatibility';
import type { ModelDescription } from '../compatibility/model';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import type { CompatibilityReport } from '../compatibility/report';
import { reportDocument } from '../compatibility/reportDocument';
import { BlockingFileSource } from '../files/blockingFileSource';
import { nodePlatform } from '../files/nodePlatform';
import type { WrittenFile } from '../files/writeCheckpoint';
import { writeRepaired } from '../files/writeRepaired';
import type { CheckOutcome, InterpreterFailure } from '../interpreter/outcome';
import { parseInputs, type InputSpec } from '../interpreter/request';
import { reasonMessage } from '../protocol/architectureReasons';
import type { Message } from '../protocol/messages';
import { text, type Texts, textsFor } from '../protocol/texts/text';
import { visibleText } from '../protocol/visibleText';
import { dangerOf } from '../safety/dangers';
import { scanFile } from '../safety/scanFile';
import { askTorch, startTorch, type TorchPython } from './checking/askTorch';
import { checkText } from './checking/checkText';
import { exit, type CommandIo } from './command';
import { parseFlags } from './flags';
import { UsageError, withUsage } from './usage';
import { failureText } from './openSource';
import { ModelSources, type ModelTarget, splitTarget } from './pythonSource';
import { readWeights, type Weights } from './weights';

/**
 * `graftlens check --model FILE.py:Name --weights FILE …`: does the model load the weights. Exit status 0
 * only if `strict` and nothing is certain to land in the wrong layer, 2 where nothing proves either.
 */
export const run = withUsage('check', async (argv, io) => {
  const texts = textsFor(io.language);
  const options = parse(argv);
  // It imports torch while the source and the checkpoint are read.
  const python = options.python === null ? null : startTorch(options.python);
  try {
    return await answer(options, python, io);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    io.error(`graftlens check: ${failureText(options.weights, error, texts)}\n`);
    return exit.noAnswer;
  } finally {
    python?.started.dispose();
  }
});

/** @throws CheckpointError of reading the checkpoint, and of writing one */
async function answer(options: Options, python: TorchPython | null, io: CommandIo): Promise<number> {
  const texts = textsFor(io.language);
  const fail = failing(io, texts);
  const sources = await ModelSources.load();
  const model = describe(sources, options.model, options.python !== null);
  if ('problem' in model) return fail(model.problem);
  const baseline = options.baseline === null ? null : describe(sources, options.baseline, false);
  if (baseline !== null && 'problem' in baseline) return fail(baseline.problem);
  const weights = await readWeights(options.weights);
  const { candidates } = weights;
  const compared: CompatibilityQuestion = {
    model: model.description,
    weights: { file: options.weights, candidates, key: options.weightsKey },
    baseline: baseline?.description ?? null,
    torch: null,
  };
  const refusal = python === null ? null : await refusalOf(weights.path);
  const outcome = refusal ?? (await prove(sources, options, compared, weights, python));
  const question = outcome?.ok === true ? { ...compared, torch: outcome.reply } : compared;
  const report = checkCompatibility(question);
  if (report === null) {
    const { weights, weightsKey } = options;
    if (weightsKey === null || candidates.length === 0)
      return fail({ code: 'check.noPart', args: [weights] });
    const paths = candidates.map(({ path }) => (path.length === 0 ? '.' : path.join('.')));
    return fail({ code: 'check.noSuchPart', args: [weights, weightsKey, paths.join(', ')] });
  }
  if (outcome?.ok === false) return noProof(report, outcome.failure, options.json, io);
  const { repairedFile } = options;
  const written = repairedFile === null ? null : await write(repairedFile, question, report, weights);
  io.out(options.json ? checkJson(report, texts, written) : checkText(report, texts, io.columns));
  if (repairedFile !== null) io.error(`graftlens check: ${text(texts, writtenMessage(written, report))}\n`);
  for (const difference of report.differences) io.error(`graftlens check: ${text(texts, difference)}\n`);
  if (report.strict === null) {
    const reason = report.error === null ? model.obstacles[0] : report.verdict;
    if (reason !== undefined) io.error(`graftlens check: ${text(texts, reason)}\n`);
  }
  return exitStatus(report);
}

/** Says why there is no answer. */
function failing(io: CommandIo, texts: Texts): (message: Message) => number {
  return (message) => {
    io.error(`graftlens check: ${text(texts, message)}\n`);
    return exit.noAnswer;
  };
}

/** A file that would run code is given to no torch, whatever is asked of it. */
async function refusalOf(path: string): Promise<CheckOutcome | null> {
  const source = BlockingFileSource.open(path);
  try {
    const danger = dangerOf(await scanFile(source, nodePlatform, path));
    if (danger === null) return null;
    const code = danger.more === 0 ? 'check.dangerous' : 'check.dangerousMore';
    const failure: InterpreterFailure = {
      code,
      args: [visibleText(danger.first, 300).text, danger.more],
      file: path,
      line: null,
      stage: 'start',
      exception: null,
      message: '',
      frames: [],
    };
    return { ok: false, failure, log: '' };
  } finally {
    source.close();
  }
}

/** What the user's torch says, where it is asked. */
async function prove(
  sources: ModelSources,
  { model, inputs, timeLimit }: Options,
  compared: CompatibilityQuestion,
  weights: Weights,
  python: TorchPython | null,
): Promise<CheckOutcome | null> {
  if (python === null) return null;
  return interruptible((signal) =>
    askTorch(python, {
      model: {
        file: resolve(model.file),
        root: sources.root(model),
        name: model.name,
        args: model.args ?? '',
      },
      weights,
      compared,
      inputs,
      timeLimit,
      signal,
    }),
  );
}

/** Writes what the first repair makes of the file; null where nothing is to be repaired. */
async function write(
  path: string,
  question: CompatibilityQuestion,
  { repairs: [repair] }: CompatibilityReport,
  { checkpoint, source }: Weights,
): Promise<WrittenFile | null> {
  if (repair === undefined) return null;
  return interruptible((signal) => writeRepaired(path, question, repair, checkpoint, source, { signal }));
}

/** Something that SIGINT and SIGTERM end in an orderly way. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  }
}

/** No answer: why, where, and with `--json` what the source alone says. */
function noProof(
  report: CompatibilityReport,
  failure: InterpreterFailure,
  json: boolean,
  io: CommandIo,
): number {
  const texts = textsFor(io.language);
  const message = text(texts, failure);
  const { code, file, line } = failure;
  if (json) {
    const verdict = { code: 'check.verdict.noProof', args: [] };
    const error = { code, message, file, line };
    io.out(checkJson({ ...report, strict: null, verdict, error }, texts, null));
  }
  const place = file === null ? '' : line === null ? `${file}: ` : `${file}:${line}: `;
  io.error(`graftlens check: ${place}${message}\n`);
  return exit.noAnswer;
}

/** What became of `--write-repaired`. */
function writtenMessage(written: WrittenFile | null, { repairs }: CompatibilityReport): Message {
  if (written === null) return { code: 'check.written.nothing', args: [] };
  const certain = repairs[0]?.certainty !== 'ambiguous';
  const { path, keys, bytes } = written;
  return { code: certain ? 'check.written' : 'check.written.oneOfSeveral', args: [path, keys, bytes] };
}

/** 0 only if it loads strictly and nothing is known to land in the wrong layer. */
export function exitStatus({ strict, wrongLayer }: CompatibilityReport): number {
  if (strict === null) return exit.noAnswer;
  return strict && !wrongLayer.some(({ certainty }) => certainty === 'certain') ? exit.good : exit.no;
}

interface Described {
  readonly description: ModelDescription;
  /** What of the source is not understood, with its place. */
  readonly obstacles: readonly Message[];
}

function describe(
  sources: ModelSources,
  target: ModelTarget,
  torchAnswers: boolean,
): Described | { readonly problem: Message } {
  const prediction = sources.predict(target);
  if (prediction === 'noName' && torchAnswers) {
    // A name that only running the file makes; torch says whether it is there.
    return { description: unknownModel(target), obstacles: [] };
  }
  if (prediction === 'noFile') return { problem: { code: 'architecture.noFile', args: [target.file] } };
  if (prediction === 'noName') {
    return { problem: { code: 'architecture.noName', args: [target.file, target.name] } };
  }
  return {
    description: modelFromPrediction(prediction),
    obstacles: prediction.construction.unknowns.map(reasonMessage),
  };
}

function unknownModel({ file, name, args }: ModelTarget): ModelDescription {
  const nothing = { exact: false, entries: [], modules: null, raises: null };
  return { name, args: args ?? '', file: resolve(file), line: null, ...nothing };
}

interface Options {
  readonly model: ModelTarget;
  readonly weights: string;
  readonly weightsKey: string | null;
  readonly baseline: ModelTarget | null;
  /** The user's interpreter; null for an answer from the source alone. */
  readonly python: string | null;
  readonly inputs: readonly InputSpec[] | null;
  /** Where the checkpoint that the first repair makes is written; null for nowhere. */
  readonly repairedFile: string | null;
  /** Seconds that the interpreter may take. */
  readonly timeLimit: number;
  readonly json: boolean;
}

/** Seconds for the interpreter, where none are given: large models on slow disks take a minute. */
const TIME_LIMIT = 300;

/** A week; more is no limit, and more than a timer of the system holds. */
const MAX_TIME_LIMIT = 7 * 24 * 3600;

const VALUED = [
  '--model',
  '--args',
  '--root',
  '--site-packages',
  '--weights',
  '--weights-key',
  '--baseline',
  '--baseline-args',
  '--baseline-root',
  '--python',
  '--input',
  '--time-limit',
  '--write-repaired',
];

function parse(argv: readonly string[]): Options {
  const flags = parseFlags(argv, VALUED, ['--json']);
  const [stray] = flags.rest;
  if (stray !== undefined) throw new UsageError({ code: 'cli.noOption', args: [stray] });
  const { values } = flags;
  const required = (flag: string): string => {
    const value = values.get(flag);
    if (value === undefined) throw new UsageError({ code: 'cli.required', args: [flag] });
    return value;
  };
  const wrongValue = (flag: string): UsageError =>
    new UsageError({ code: 'cli.wrongValue', args: [flag, values.get(flag) ?? ''] });
  const weights = required('--weights');
  const sitePackages = values.get('--site-packages') ?? null;
  const target = (flag: string, args: string, root: string): ModelTarget => {
    const parts = splitTarget(required(flag));
    if (parts === null) throw wrongValue(flag);
    return { ...parts, args: values.get(args) ?? null, root: values.get(root) ?? null, sitePackages };
  };
  const model = target('--model', '--args', '--root');
  const baseline = values.has('--baseline')
    ? target('--baseline', '--baseline-args', '--baseline-root')
    : null;
  const python = values.get('--python') ?? null;
  const input = values.get('--input');
  const inputs = input === undefined ? null : parseInputs(input);
  if (input !== undefined && inputs === null) throw wrongValue('--input');
  // A forward pass is the interpreter's.
  if (inputs !== null && python === null)
    throw new UsageError({ code: 'cli.needs', args: ['--input', '--python'] });
  const timeLimit = Number(values.get('--time-limit') ?? TIME_LIMIT);
  if (!(timeLimit > 0 && timeLimit <= MAX_TIME_LIMIT)) throw wrongValue('--time-limit');
  return {
    model,
    weights,
    weightsKey: values.get('--weights-key') ?? null,
    baseline,
    python,
    inputs,
    repairedFile: values.get('--write-repaired') ?? null,
    timeLimit,
    json: flags.switches.has('--json'),
  };
}

function checkJson(report: CompatibilityReport, texts: Texts, written: WrittenFile | null): string {
  const document = { ...reportDocument(report, (message) => text(texts, message)), written };
  return `${JSON.stringify(document, null, 2)}\n`;
}
