import { reasonMessage } from '../../protocol/architectureReasons';
import { formatCount, formatInteger } from '../../protocol/numbers';
import { text, type Texts } from '../../protocol/texts/text';
import type { Obstacle } from '../../outline/prediction/predictedModel';
import type { BuiltAt, SourceClass } from '../../worker/sourceMessages';

/** Call sites that one line has room for. */
const MAX_SHOWN = 4;

export interface LensParts {
  readonly attention: boolean;
  readonly callSites: boolean;
}

/** What a class costs, in one line. Never empty. */
export function lensText(cls: SourceClass, parts: LensParts, texts: Texts): string {
  const say = (code: string, ...args: readonly (string | number)[]): string => text(texts, { code, args });
  const line: string[] = [];
  if (cls.attention !== null && parts.attention) line.push(say('source.lens.attention', cls.attention));
  if (cls.built === null) {
    if (cls.formula === null) line.push(say('source.lens.notKnown'));
    else line.push(formulaText(cls, say));
    const sites = inOrder(
      cls,
      cls.callSites.filter(({ parameters }) => parameters !== null),
    );
    if (parts.callSites && sites.length > 0) {
      const shown = sites.slice(0, MAX_SHOWN);
      const more = sites.length > MAX_SHOWN ? ['…'] : [];
      const args = shown.map((site) => (isNumbered(cls, sites) ? site.args : `(${site.args})`));
      const counts = shown.map(({ parameters }) => formatInteger(parameters ?? 0n));
      const names = isNumbered(cls, sites) ? `${cls.required.join()} = ` : '';
      line.push(
        say('source.lens.usedWith', names + [...args, ...more].join(', '), [...counts, ...more].join(' / ')),
      );
    }
    return line.join(' · ');
  }
  const { built } = cls;
  if (built.raises !== null) line.push(say('source.lens.raises', built.raises.code, built.raises.message));
  else if (built.parameters !== null) {
    line.push(say('source.lens.counts', formatCount(built.parameters), built.entries.length));
  } else if (built.atLeast !== null) line.push(say('source.lens.atLeast', formatCount(built.atLeast)));
  else line.push(say('source.lens.notKnown'));
  if (cls.argumentsSet) line.push(say('source.lens.arguments', `(${built.args})`));
  else if (cls.defaults.length > 0) line.push(say('source.lens.defaults'));
  const blocks = built.attention.filter(({ path }) => path !== '');
  if (parts.attention && blocks.length > 0) {
    const added = sum(blocks.map(({ parameters }) => parameters));
    if (added !== null && built.parameters !== null && built.parameters > 0n) {
      const share = `${((Number(added) / Number(built.parameters)) * 100).toFixed(2)} %`;
      line.push(say('source.lens.blocks', blocks.length, formatInteger(added), share));
    } else if (added !== null) {
      line.push(say('source.lens.blocksOnly', blocks.length, formatInteger(added)));
    }
  }
  return line.join(' · ');
}

/** Lines that stand in the way of an exact answer, each once. */
export function obstaclesOf(cls: SourceClass): Obstacle[] {
  const obstacles = cls.built?.obstacles ?? [];
  const lines = new Map(obstacles.map((one) => [`${one.file}:${one.line}`, one]));
  return [...lines.values()].filter(({ file, line }) => file !== '' && line > 0);
}

export function obstacleText(obstacle: Obstacle, texts: Texts): string {
  return text(texts, reasonMessage(obstacle));
}

/** `2·c1·(c1 // r)`: Python's arithmetic as a person writes it. */
export function writtenFormula(formula: string): string {
  return formula
    .replaceAll('**', '^')
    .replace(/\s*\/\/\s*/g, ' // ')
    .replaceAll('*', '·');
}

function formulaText(cls: SourceClass, say: (code: string, ...args: string[]) => string): string {
  const formula = cls.formula ?? '';
  const names = new Set(formula.match(/[A-Za-z_]\w*/g));
  const defaults = cls.defaults.filter(({ name }) => names.has(name));
  const shown = defaults.map(({ name, text: value }) => `, ${name} = ${value}`).join('');
  return say('source.lens.formula', writtenFormula(formula)) + shown;
}

/** Whether one number is all that is given: then `c1 = 256, 512` says it. */
function isNumbered({ required }: SourceClass, sites: readonly BuiltAt[]): boolean {
  return required.length === 1 && sites.every(({ args }) => /^\d+$/.test(args));
}

/** Numbers by size, anything else as it was found. */
function inOrder(cls: SourceClass, sites: readonly BuiltAt[]): readonly BuiltAt[] {
  return isNumbered(cls, sites) ? [...sites].sort((a, b) => Number(a.args) - Number(b.args)) : sites;
}

function sum(counts: readonly (bigint | null)[]): bigint | null {
  let total = 0n;
  for (const count of counts) {
    if (count === null) return null;
    total += count;
  }
  return total;
}
