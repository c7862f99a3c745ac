import type { CheckPage, PageSignalRow } from '../../src/protocol/checkPage';
import { element } from '../shared/dom';
import { messageText, nameText, text } from '../shared/texts';
import { placeLink } from './links';

/** What each new block does to the signal at its initialisation. */
export function signalSection({ signal, forward }: CheckPage): HTMLElement[] {
  if (signal === null) return [];
  const title = element(
    'h2',
    '',
    text('report.signal.title'),
    element('span', 'dim', ` ${text('report.signal.input', forward?.input ?? '')}`),
  );
  if (signal.rows.length === 0) {
    return [element('section', 'signal', title, element('p', 'dim', text('report.signal.none')))];
  }
  return [
    element(
      'section',
      'signal',
      title,
      table(
        'plain blocks',
        [
          columnHead('report.signal.block'),
          columnHead('report.signal.output'),
          columnHead('report.signal.ratio', 'number'),
          columnHead('report.signal.meaning', 'why'),
        ],
        signal.rows.map(signalRow),
      ),
      ...(signal.advice === null ? [] : [element('p', 'signal-advice', messageText(signal.advice))]),
    ),
  ];
}

function signalRow({ path, type, output, ratio, range, meaning }: PageSignalRow): HTMLElement {
  const factor = element('td', `number ${ratioClass(ratio)}`, ratio === null ? '–' : `${ratio.toFixed(2)} ×`);
  if (range !== null) {
    const [least, most] = range;
    factor.append(element('span', 'dim range', ` ${least.toFixed(2)} – ${most.toFixed(2)}`));
    factor.title = text('report.signal.range', least.toFixed(2), most.toFixed(2));
  }
  return element(
    'tr',
    '',
    rowHead(nameText(path), element('span', 'dim', ` · ${nameText(type)}`)),
    element('td', 'mono', output),
    factor,
    element('td', 'why', meaning.map(messageText).join(text('report.signal.join'))),
  );
}

/** The output of every module in a forward pass, or the line at which it raised. */
export function forwardSection(
  { forward }: CheckPage,
  onPlace: (file: string, line: number) => void,
): HTMLElement[] {
  if (forward === null) return [];
  const parts: HTMLElement[] = [];
  const { error } = forward;
  if (error !== null) {
    const line = element('p', 'notice error', messageText(error.message));
    if (error.module !== null) line.append(' ', element('span', 'mono', nameText(error.module)));
    if (error.place !== null) {
      const { file, line: number } = error.place;
      line.append(
        ' ',
        placeLink(error.place, () => onPlace(file, number)),
      );
    }
    parts.push(line);
  }
  const rows = forward.modules.map(({ path, type, output }) =>
    element(
      'tr',
      '',
      rowHead(path === '' ? text('report.forward.whole') : nameText(path)),
      element('td', 'mono dim', nameText(type)),
      element('td', 'mono', output),
    ),
  );
  const details = element(
    'details',
    'forward',
    element('summary', '', text('report.forward.title', forward.modules.length)),
    table(
      'plain',
      ['report.column.module', 'report.forward.type', 'report.signal.output'].map((code) => columnHead(code)),
      rows,
    ),
  );
  return [element('section', 'signal', ...parts, details)];
}

function table(className: string, heads: readonly HTMLElement[], rows: readonly HTMLElement[]): HTMLElement {
  const made = element(
    'table',
    className,
    element('thead', '', element('tr', '', ...heads)),
    element('tbody', '', ...rows),
  );
  sayRoles(made);
  return element('div', 'table-scroller', made);
}

/** The layout takes the roles of a table's elements away, so each says its own. */
function sayRoles(table: HTMLTableElement): void {
  table.setAttribute('role', 'table');
  for (const group of table.querySelectorAll('thead, tbody')) group.setAttribute('role', 'rowgroup');
  for (const row of table.querySelectorAll('tr')) row.setAttribute('role', 'row');
  for (const cell of table.querySelectorAll('td')) cell.setAttribute('role', 'cell');
  for (const head of table.querySelectorAll('th')) {
    head.setAttribute('role', head.scope === 'col' ? 'columnheader' : 'rowheader');
  }
}

function columnHead(code: string, className = ''): HTMLElement {
  const head = element('th', className, text(code));
  head.scope = 'col';
  return head;
}

function rowHead(...content: readonly (Node | string)[]): HTMLElement {
  const head = element('th', 'mono', ...content);
  head.scope = 'row';
  return head;
}

function ratioClass(ratio: number | null): string {
  if (ratio === null || (ratio >= 0.9 && ratio <= 1.1)) return '';
  return ratio < 0.3 || ratio > 3 ? 'state-wrongLayer' : 'state-lost';
}
