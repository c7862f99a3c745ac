import type { CompatibilityReport, JsonShape, ModelKeyState, Repair } from '../../compatibility/report';
import { proofMessage } from '../../compatibility/repair/trials';
import { modulesOf, type ModuleSummary } from '../../compatibility/moduleSummary';
import { formatInteger } from '../../protocol/numbers';
import { text, type Texts } from '../../protocol/texts/text';
import { visibleText } from '../../protocol/visibleText';
import { wrap } from '../wrap';
import { proofLines } from './forwardText';

/** Modules, keys and rules shown to a person; `--json` has all. */
const SHOWN = 12;

/** What a person reads in a terminal: the verdict, counts, the modules that lose something, repairs. */
export function checkText(report: CompatibilityReport, texts: Texts, columns: number): string {
  const width = Math.max(60, Math.min(columns, 100));
  const page = new Page(report, texts, width);
  return `${page.lines().join('\n')}\n`;
}

class Page {
  constructor(
    private readonly report: CompatibilityReport,
    private readonly texts: Texts,
    private readonly width: number,
  ) {}

  lines(): readonly string[] {
    return [
      ...this.header(),
      ...this.counts(),
      ...this.modules(),
      ...this.unexpected(),
      ...this.repairs(),
      ...proofLines(this.report, this.texts),
      ...this.notes(),
    ];
  }

  private say(code: string, ...args: (string | number)[]): string {
    return text(this.texts, { code, args });
  }

  private header(): readonly string[] {
    const { model, weights, verdict } = this.report;
    const part = weights.path.length === 0 ? '' : ` [${weights.path.join('.')}]`;
    return [
      ...wrap(visibleText(`${model.name}(${model.args}) ← ${weights.file}${part}`, 500).text, this.width),
      ...wrap(text(this.texts, verdict), this.width),
    ];
  }

  private counts(): readonly string[] {
    const { keys, fileKeys, elements } = this.report;
    const ofModel = (...states: ModelKeyState[]): number =>
      keys.filter(({ state }) => states.includes(state)).length;
    const ofFile = (state: string): number => fileKeys.filter((key) => key.state === state).length;
    const rows: [string, number, number | string][] = [
      ['check.row.loads', ofFile('loads'), elements.loaded],
      ['check.row.wrongLayer', ofFile('wrongLayer'), elements.wrongLayer],
      ['check.row.dropped', fileKeys.length - ofFile('loads') - ofFile('wrongLayer'), elements.dropped],
      ['check.row.new', ofModel('new', 'mismatched', 'headSwap'), elements.new],
      ['check.row.lost', ofModel('lost'), elements.lost],
    ];
    const shown = rows.filter(([, count]) => count > 0);
    return [
      '',
      ...shown.map(
        ([code, count, all]) =>
          `  ${formatInteger(count).padStart(7)}  ${this.say(code, count)}, ${this.say('cli.elements', integerText(all))}`,
      ),
    ];
  }

  private modules(): readonly string[] {
    const losing = modulesOf(this.report).filter((module) => module.loads < module.keys);
    if (losing.length === 0) return [];
    const lines = ['', this.say('check.modules')];
    for (const module of losing.slice(0, SHOWN)) lines.push(...this.module(module));
    if (losing.length > SHOWN) lines.push(`  ${this.say('cli.moreValues', losing.length - SHOWN)}`);
    return lines;
  }

  private module(module: ModuleSummary): readonly string[] {
    const place = module.file === null ? '' : `  ${module.file}:${module.line ?? '?'}`;
    const parts = [
      module.loads > 0 ? this.say('check.count.loads', module.loads) : '',
      module.wrongLayer > 0 ? this.say('check.count.wrongLayer', module.wrongLayer) : '',
      module.lost > 0 ? this.say('check.count.lost', module.lost) : '',
      module.mismatched > 0 ? this.say('check.count.mismatched', module.mismatched) : '',
      module.headSwap > 0 ? this.say('check.count.headSwap', module.headSwap) : '',
      module.fresh > 0 ? this.say('check.count.new', module.fresh) : '',
    ].filter((part) => part !== '');
    const first = `  ${visibleText(module.path === '' ? this.report.model.name : module.path, 200).text}${place}`;
    return [first, ...wrap(`    ${parts.join(', ')}`, this.width)];
  }

  private unexpected(): readonly string[] {
    const dropped = this.report.fileKeys.filter(
      ({ state, belongsTo }) => state === 'unexpected' && belongsTo === null,
    );
    if (dropped.length === 0) return [];
    const lines = ['', this.say('check.unexpected', dropped.length)];
    for (const { key, shape } of dropped.slice(0, SHOWN)) {
      lines.push(`  ${visibleText(key, 200).text} ${shapeText(shape)}`);
    }
    if (dropped.length > SHOWN) lines.push(`  ${this.say('cli.moreValues', dropped.length - SHOWN)}`);
    return lines;
  }

  private repairs(): readonly string[] {
    return this.report.repairs.flatMap((repair, i) => this.repair(repair, i));
  }

  private repair(repair: Repair, index: number): readonly string[] {
    const title = `${text(this.texts, repair.message)} (${this.say(`check.certainty.${repair.certainty}`)})`;
    const recovers = this.say(
      'check.recovers',
      repair.recovers.keys,
      integerText(repair.recovers.elements),
      repair.loads,
    );
    const rules = repair.rules
      .slice(0, SHOWN)
      .map(({ from, to, keys }) =>
        to === null
          ? `     ${this.say('check.rule.drop', from, keys)}`
          : `     ${this.say('check.rule.move', from, to, keys)}`,
      );
    if (repair.rules.length > SHOWN)
      rules.push(`     ${this.say('cli.moreValues', repair.rules.length - SHOWN)}`);
    const proof = proofMessage(repair);
    const proven = proof === null ? [] : [`   ${text(this.texts, proof)}`];
    return ['', ...wrap(`${index + 1}. ${title}`, this.width), `   ${recovers}`, ...proven, ...rules];
  }

  private notes(): readonly string[] {
    const notes = [...this.report.refused, ...this.report.differences, ...this.report.notes];
    return notes.length === 0
      ? []
      : ['', ...notes.flatMap((note) => wrap(`! ${text(this.texts, note)}`, this.width))];
  }
}

function shapeText(shape: JsonShape | null): string {
  return shape === null ? '?' : `[${shape.join(', ')}]`;
}

function integerText(value: number | string): string {
  return formatInteger(typeof value === 'string' ? BigInt(value) : value);
}
