import { CheckpointError } from '../checkpointError';
import {
  type ComparedKeys,
  comparedParts,
  differencesOf,
  type KeyDifferences,
  keysOfModel,
  keysOfPart,
  MAX_COMPARED_PARTS,
} from '../compatibility/compareStateDicts';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import { reasonMessage } from '../protocol/architectureReasons';
import type { Message } from '../protocol/messages';
import { text, textsFor, type Texts } from '../protocol/texts/text';
import { visibleText } from '../protocol/visibleText';
import { exit } from './command';
import { parseFlags } from './flags';
import { UsageError, withUsage } from './usage';
import { failureText } from './openSource';
import { ModelSources, splitTarget } from './pythonSource';
import { readWeights } from './weights';

/** Keys of each kind shown to a person; `--json` has all. */
const SHOWN = 40;

/** `graftlens diff A B`: keys, shapes and dtypes of two files or models. Exit status 0 if they are the same. */
export const run = withUsage('diff', async (argv, io) => {
  const texts = textsFor(io.language);
  const fail = (message: Message): number => {
    io.error(`graftlens diff: ${text(texts, message)}\n`);
    return exit.noAnswer;
  };
  const flags = parseFlags(argv, ['--args', '--root', '--site-packages'], ['--json']);
  const [first, second] = flags.rest;
  if (flags.rest.length !== 2 || first === undefined || second === undefined) throw new UsageError();
  const a = await sideOf(first, flags.values, texts);
  if (!Array.isArray(a)) return fail(a);
  const b = await sideOf(second, flags.values, texts);
  if (!Array.isArray(b)) return fail(b);
  const parts = comparedParts(a, b);
  const one = parts === null ? undefined : a[parts[0]];
  const other = parts === null ? undefined : b[parts[1]];
  if (one === undefined || other === undefined) {
    return fail({ code: 'check.noPart', args: [a.length === 0 ? first : second] });
  }
  const differences = differencesOf(one, other);
  io.out(
    flags.switches.has('--json')
      ? `${JSON.stringify(differences, null, 2)}\n`
      : differencesText(differences, first, second, texts),
  );
  return differences.same ? exit.good : exit.no;
});

/** The state_dicts of one side, or what keeps it from having any. */
async function sideOf(
  side: string,
  values: ReadonlyMap<string, string>,
  texts: Texts,
): Promise<ComparedKeys[] | Message> {
  const target = splitTarget(side);
  if (target === null) {
    try {
      return (await readWeights(side)).candidates.slice(0, MAX_COMPARED_PARTS).map(keysOfPart);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      return { code: 'check.unreadable', args: [failureText(side, error, texts)] };
    }
  }
  const sources = await ModelSources.load();
  const prediction = sources.predict({
    ...target,
    args: values.get('--args') ?? null,
    root: values.get('--root') ?? null,
    sitePackages: values.get('--site-packages') ?? null,
  });
  if (prediction === 'noFile') return { code: 'architecture.noFile', args: [target.file] };
  if (prediction === 'noName') return { code: 'architecture.noName', args: [target.file, target.name] };
  const { unknowns, raises, exact } = prediction.construction;
  if (raises !== null) {
    return { code: 'check.verdict.raises', args: [target.name, raises.code, raises.message] };
  }
  const [reason] = unknowns;
  if (!exact) {
    const why = reason === undefined ? '' : text(texts, reasonMessage(reason));
    return { code: 'check.notExact', args: [target.name, reason?.file ?? '', reason?.line ?? 0, why] };
  }
  return [keysOfModel(modelFromPrediction(prediction))];
}

function differencesText(differences: KeyDifferences, a: string, b: string, texts: Texts): string {
  const say = (code: string, ...args: (string | number)[]): string => text(texts, { code, args });
  if (differences.same) return `${say('check.diff.same')}\n`;
  const lines: string[] = [];
  const list = (title: string, items: readonly string[]): void => {
    if (items.length === 0) return;
    lines.push(title, ...items.slice(0, SHOWN).map((item) => `  ${visibleText(item, 500).text}`));
    if (items.length > SHOWN) lines.push(`  ${say('cli.moreValues', items.length - SHOWN)}`);
  };
  const shape = (sizes: readonly unknown[] | null): string =>
    sizes === null ? '?' : `[${sizes.join(', ')}]`;
  list(say('check.diff.onlyIn', a, differences.onlyInA.length), differences.onlyInA);
  list(say('check.diff.onlyIn', b, differences.onlyInB.length), differences.onlyInB);
  list(
    say('check.diff.reshaped', differences.reshaped.length),
    differences.reshaped.map((one) => `${one.key}  ${shape(one.a)} | ${shape(one.b)}`),
  );
  list(
    say('check.diff.retyped', differences.retyped.length),
    differences.retyped.map((one) => `${one.key}  ${one.a ?? '?'} | ${one.b ?? '?'}`),
  );
  return `${lines.join('\n')}\n`;
}
