import type { CheckPage } from '../../src/protocol/checkPage';
import { element } from '../shared/dom';
import { messageText, text } from '../shared/texts';
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
  if (signal.length === 0) {
    return [element('section', 'signal', title, element('p', 'dim', text('report.signal.none')))];
  }
  const rows = signal.map(({ path, type, output, ratio, meaning }) =>
    element(
      'tr',
      '',
      element('th', 'mono', path, element('span', 'dim', ` · ${type}`)),
      element('td', 'mono', output),
      element('td', `number ${ratioClass(ratio)}`, ratio === null ? '–' : `${ratio.toFixed(2)} ×`),
      element('td', 'why', meaning === null ? '' : messageText(meaning)),
    ),
  );
  return [
    element(
      'section',
      'signal',
      title,
      table(
        ['report.signal.block', 'report.signal.output', 'report.signal.ratio', 'report.signal.meaning'],
        rows,
      ),
    ),
  ];
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
    if (error.module !== null) line.append(' ', element('span', 'mono', error.module));
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
      element('th', 'mono', path === '' ? text('report.forward.whole') : path),
      element('td', 'mono dim', type),
      element('td', 'mono', output),
    ),
  );
  const details = element(
    'details',
    'forward',
    element('summary', '', text('report.forward.title', forward.modules.length)),
    table(['report.column.module', 'report.forward.type', 'report.signal.output'], rows),
  );
  return [element('section', 'signal', ...parts, details)];
}

function table(heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const head = element('tr', '', ...heads.map((code) => element('th', '', text(code))));
  const scroller = element(
    'div',
    'table-scroller',
    element('table', 'plain', element('thead', '', head), element('tbody', '', ...rows)),
  );
  return scroller;
}

function ratioClass(ratio: number | null): string {
  if (ratio === null || (ratio >= 0.9 && ratio <= 1.1)) return '';
  return ratio < 0.3 || ratio > 3 ? 'state-wrongLayer' : 'state-lost';
}
