import type { CheckPage, PageBar, PageNode, PageRepair } from '../../protocol/checkPage';
import type { Message } from '../../protocol/messages';
import { formatInteger, formatShare } from '../../protocol/numbers';
import { text, type Texts } from '../../protocol/texts/text';
import { code, prose, row } from '../markdown';

/** Rules of a repair that are listed; its code has the whole mapping. */
const MAX_RULES = 50;

/** The report as a document that people read in a pull request or a notebook. */
export function reportMarkdown(page: CheckPage, texts: Texts): string {
  const say = (code: string, ...args: readonly (string | number)[]): string => text(texts, { code, args });
  const said = (message: Message): string => prose(text(texts, message));
  const lines: string[] = [`# ${prose(page.model)} ← ${prose(page.weights)}`, ''];
  if (page.verdict !== null) lines.push(`**${said(page.verdict.message)}**`, '');
  const place = page.modelPlace === null ? [] : [prose(page.modelPlace.label)];
  lines.push([...place, ...page.facts.map(said)].join(' · '), '');
  for (const notice of page.notices) {
    const at = notice.place === null ? '' : ` (${prose(notice.place.label)})`;
    lines.push(`- ${said(notice.message)}${at}`);
  }
  if (page.notices.length > 0) lines.push('');
  for (const bar of page.bars) lines.push(...barTable(bar, say));
  lines.push(...keySection(say('report.model.title'), page.modelTree, say, said));
  lines.push(...keySection(say('report.file.title'), page.fileTree, say, said));
  if (page.repairs.length > 0) lines.push(`## ${say('report.repairs')}`, '');
  for (const repair of page.repairs) lines.push(...repairSection(repair, say, said));
  if (page.signal !== null && page.signal.rows.length > 0) {
    lines.push(
      `## ${say('report.signal.title')}`,
      '',
      row([
        say('report.signal.block'),
        say('report.signal.output'),
        say('report.signal.ratio'),
        say('report.signal.meaning'),
      ]),
      row(['---', '---', '---:', '---']),
      ...page.signal.rows.map(({ path, type, output, ratio, meaning }) =>
        row([
          `${code(path)} ${prose(type)}`,
          code(output),
          ratio === null ? '–' : ratio.toFixed(2),
          meaning.map(said).join('; '),
        ]),
      ),
      '',
      ...(page.signal.advice === null ? [] : [said(page.signal.advice), '']),
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

type Say = (code: string, ...args: readonly (string | number)[]) => string;

function barTable({ label, parts }: PageBar, say: Say): string[] {
  if (parts.length === 0) return [];
  return [
    row([say(label), say('report.column.keys'), say('report.column.elements'), '%']),
    row(['---', '---:', '---:', '---:']),
    ...parts.map(({ state, keys, elements, share }) =>
      row([
        say(`report.state.${state}`),
        formatInteger(keys),
        elements === null ? '?' : formatInteger(elements),
        formatShare(share),
      ]),
    ),
    '',
  ];
}

/** Rows that say why: modules as a whole, and single keys outside of them. */
function keySection(
  title: string,
  nodes: readonly PageNode[],
  say: Say,
  said: (message: Message) => string,
): string[] {
  const rows: string[] = [];
  for (let index = 0; index < nodes.length;) {
    const node = nodes[index];
    if (node === undefined) break;
    const states = Object.entries(node.counts).filter(([state]) => state !== 'loads');
    const isTold = node.why !== null || node.leaf !== null;
    if (states.length > 0 && isTold) {
      rows.push(
        row([
          code(node.path),
          node.place === null ? '' : prose(node.place.label),
          states.map(([state, count]) => `${say(`report.state.${state}`)} ${count}`).join(', '),
          node.why === null ? '' : said(node.why),
        ]),
      );
    }
    // What a module says need not be said again of its keys, unless some of them load.
    const isWhole = states.length === 0 || (node.why !== null && node.counts.loads === undefined);
    index += isWhole ? node.below + 1 : 1;
  }
  if (rows.length === 0) return [];
  const heads = [
    say('report.column.module'),
    say('report.column.line'),
    say('report.column.keys'),
    say('report.column.why'),
  ];
  return [`## ${title}`, '', row(heads), row(['---', '---', '---', '---']), ...rows, ''];
}

function repairSection(repair: PageRepair, say: Say, said: (message: Message) => string): string[] {
  const rules = repair.rules
    .slice(0, MAX_RULES)
    .map(
      ({ from, to, keys }) =>
        `- ${code(from)} → ${to === null ? say('report.repair.leftOut') : code(to)} (${keys})`,
    );
  if (repair.rules.length > MAX_RULES) {
    rules.push(`- ${say('report.repair.moreRules', repair.rules.length - MAX_RULES)}`);
  }
  return [
    `### ${said(repair.title)}`,
    '',
    repair.facts.map(said).join(' · '),
    '',
    ...rules,
    '',
    '```python',
    repair.code.trimEnd(),
    '```',
    '',
  ];
}
