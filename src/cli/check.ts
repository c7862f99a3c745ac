import { CheckpointError } from '../checkpointError';
import { checkCompatibility } from '../compatibility/checkCompatibility';
import type { ModelDescription } from '../compatibility/model';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import type { CompatibilityReport } from '../compatibility/report';
import { reasonMessage } from '../protocol/architectureReasons';
import type { Message } from '../protocol/messages';
import { text, textsFor } from '../protocol/texts/text';
import { checkJson } from './checking/checkJson';
import { checkText } from './checking/checkText';
import { exit, type CommandIo } from './command';
import { parseFlags } from './flags';
import { failureText } from './openSource';
import { ModelSources, type ModelTarget, splitTarget } from './pythonSource';
import { readCandidates } from './weights';

/**
 * `graftlens check --model FILE.py:Name --weights FILE …`: does the model load the weights. Exit status 0
 * only if `strict` and nothing is certain to land in the wrong layer, 2 where nothing proves either.
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  const texts = textsFor(io.language);
  const fail = (message: Message): number => {
    io.error(`graftlens check: ${text(texts, message)}\n`);
    return exit.noAnswer;
  };
  const options = parse(argv);
  if (options === null) return fail({ code: 'check.usage', args: [] });
  const sources = await ModelSources.load();
  const model = describe(sources, options.model);
  if ('problem' in model) return fail(model.problem);
  const baseline = options.baseline === null ? null : describe(sources, options.baseline);
  if (baseline !== null && 'problem' in baseline) return fail(baseline.problem);
  try {
    const candidates = await readCandidates(options.weights);
    const report = checkCompatibility({
      model: model.description,
      weights: { file: options.weights, candidates, key: options.weightsKey },
      baseline: baseline?.description ?? null,
      answeredBy: 'source',
    });
    if (report === null) {
      const { weights, weightsKey } = options;
      if (weightsKey === null || candidates.length === 0)
        return fail({ code: 'check.noPart', args: [weights] });
      const paths = candidates.map(({ path }) => (path.length === 0 ? '.' : path.join('.')));
      return fail({ code: 'check.noSuchPart', args: [weights, weightsKey, paths.join(', ')] });
    }
    io.out(options.json ? checkJson(report, texts) : checkText(report, texts, io.columns));
    if (report.strict === null) {
      const reason = report.error === null ? model.obstacles[0] : report.verdict;
      if (reason !== undefined) io.error(`graftlens check: ${text(texts, reason)}\n`);
    }
    return exitStatus(report);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    io.error(`graftlens check: ${failureText(options.weights, error, texts)}\n`);
    return exit.noAnswer;
  }
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

function describe(sources: ModelSources, target: ModelTarget): Described | { readonly problem: Message } {
  const prediction = sources.predict(target);
  if (prediction === 'noFile') return { problem: { code: 'architecture.noFile', args: [target.file] } };
  if (prediction === 'noName') {
    return { problem: { code: 'architecture.noName', args: [target.file, target.name] } };
  }
  return {
    description: modelFromPrediction(prediction),
    obstacles: prediction.construction.unknowns.map(reasonMessage),
  };
}

interface Options {
  readonly model: ModelTarget;
  readonly weights: string;
  readonly weightsKey: string | null;
  readonly baseline: ModelTarget | null;
  readonly json: boolean;
}

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
];

function parse(argv: readonly string[]): Options | null {
  const flags = parseFlags(argv, VALUED, ['--json']);
  if (flags === null || flags.rest.length > 0) return null;
  const { values } = flags;
  const weights = values.get('--weights');
  const sitePackages = values.get('--site-packages') ?? null;
  const target = (flag: string, args: string, root: string): ModelTarget | null => {
    const parts = splitTarget(values.get(flag) ?? '');
    if (parts === null) return null;
    return { ...parts, args: values.get(args) ?? null, root: values.get(root) ?? null, sitePackages };
  };
  const model = target('--model', '--args', '--root');
  const baseline = target('--baseline', '--baseline-args', '--baseline-root');
  if (model === null || weights === undefined) return null;
  if (values.has('--baseline') && baseline === null) return null;
  return {
    model,
    weights,
    weightsKey: values.get('--weights-key') ?? null,
    baseline,
    json: flags.switches.has('--json'),
  };
}
