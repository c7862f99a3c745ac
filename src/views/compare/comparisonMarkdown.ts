import type { ComparedKey, KeyForm } from '../../compatibility/compareStateDicts';
import { jsonShape } from '../../compatibility/integers';
import type { ComparisonPage, ComparisonSide } from '../../protocol/comparisonPage';
import type { Message } from '../../protocol/messages';
import { text, type Texts } from '../../protocol/texts/text';
import { shapeText } from '../check/reportPage';
import { code, prose, row } from '../markdown';

/** Keys that a document lists; the JSON has all. */
const MAX_KEYS = 500;

/** The comparison as a document that people read in a pull request or a notebook. */
export function comparisonMarkdown(page: ComparisonPage, keys: readonly ComparedKey[], texts: Texts): string {
  const say = (name: string, ...args: readonly (string | number)[]): string =>
    text(texts, { code: name, args });
  const said = (message: Message): string => prose(text(texts, message));
  const side = (label: string, { name, facts }: ComparisonSide): string =>
    `- ${label}: ${[code(name), ...facts.map(said)].join(' · ')}`;
  const lines = [
    `# ${prose(page.a.name)} ↔ ${prose(page.b.name)}`,
    '',
    `**${page.verdict.map(said).join(' · ')}**`,
    '',
    side(say('comparison.side.a'), page.a),
    side(say('comparison.side.b'), page.b),
    '',
  ];
  const different = keys.filter(({ relation }) => relation !== 'same');
  if (different.length > 0) {
    lines.push(
      row([say('report.column.keys'), '', say('comparison.side.a'), say('comparison.side.b')]),
      row(['---', '---', '---', '---']),
      ...different
        .slice(0, MAX_KEYS)
        .map(({ key, relation, a, b }) =>
          row([code(key), say(`comparison.state.${relation}`), formOf(a), formOf(b)]),
        ),
      '',
    );
  }
  if (different.length > MAX_KEYS) lines.push(say('comparison.moreKeys', different.length - MAX_KEYS), '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function formOf(form: KeyForm | null): string {
  if (form === null) return '';
  const parts = [shapeText(jsonShape(form.shape)), form.dtype];
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? '?' : code(known.join(' '));
}
