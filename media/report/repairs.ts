import type { PageRepair, PageRule, RepairAction } from '../../src/protocol/checkPage';
import type { Message } from '../../src/protocol/messages';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { messageText, nameText, text } from '../shared/texts';

/** Rules that a card shows at once; all are in the mapping. */
const shownRules = 6;
/** Characters of code that a card shows: a mapping of every key can be megabytes. */
const shownCodeLength = 20_000;

/** How to load the file nevertheless: one card for each way, the best first. */
export function repairCards(
  repairs: readonly PageRepair[],
  advice: readonly Message[],
  onAction: (index: number, action: RepairAction) => void,
): HTMLElement[] {
  if (repairs.length + advice.length === 0) return [];
  const cards = repairs.map((repair, index) =>
    card(repair, index === 0, (action) => onAction(index, action)),
  );
  return [
    element(
      'section',
      'repairs',
      element('h2', '', text('report.repairs')),
      element('div', 'cards', ...cards, ...advice.map(adviceCard)),
    ),
  ];
}

function card(repair: PageRepair, isFirst: boolean, onAction: (action: RepairAction) => void): HTMLElement {
  const title = element('h3', 'card-title', messageText(repair.title));
  const facts = element(
    'p',
    'card-facts',
    ...repair.facts.flatMap((fact, index) => [
      ...(index > 0 ? [' · '] : []),
      element('span', index === 0 ? 'badge' : 'dim', messageText(fact)),
    ]),
  );
  const rules = element('ul', 'rules mono', ...repair.rules.slice(0, shownRules).map(ruleLine));
  const hidden = repair.rules.length - shownRules;
  if (hidden > 0) rules.append(element('li', 'dim', text('report.repair.moreRules', hidden)));
  const actions = element(
    'div',
    'card-actions',
    button({
      label: text('report.repair.insert'),
      appearance: isFirst ? 'primary' : 'secondary',
      onClick: () => onAction('insert'),
    }),
    button({ label: text('report.repair.save'), onClick: () => onAction('save') }),
    button({ label: text('report.repair.copy'), onClick: () => onAction('copy') }),
    button({
      label: text('report.repair.mapping', repair.changed),
      onClick: () => onAction('mapping'),
    }),
  );
  const made = element('article', 'card', title, facts, rules, actions);
  const code = element('details', 'code', element('summary', '', text('report.repair.code')));
  code.append(element('pre', 'mono', shownCode(repair.code)));
  made.append(code);
  return made;
}

/** What is not ASCII has its escapes already: Python's. */
function shownCode(code: string): string {
  if (code.length <= shownCodeLength) return code;
  const start = code.slice(0, shownCodeLength);
  return `${start}…\n\n${text('report.repair.codeCut', code.length - shownCodeLength)}`;
}

function adviceCard(advice: Message): HTMLElement {
  return element(
    'article',
    'card',
    element('h3', 'card-title', text('report.advice.title')),
    element('p', '', messageText(advice)),
  );
}

function ruleLine({ from, to, keys }: PageRule): HTMLElement {
  const target = to === null ? text('report.repair.leftOut') : nameText(to);
  return element(
    'li',
    '',
    nameText(from),
    element('span', 'dim', ' → '),
    target,
    element('span', 'dim', `  ${text('report.keys', keys)}`),
  );
}
