import type { PageBar, PageShare } from '../../src/protocol/checkPage';
import { formatCount, formatInteger, formatShare } from '../../src/protocol/numbers';
import { element } from '../shared/dom';
import { text } from '../shared/texts';

type StateText = (state: string) => string;

/**
 * What becomes of the elements: one bar for the checkpoint's, one for the model's.
 *
 * @param stateText the words for a state
 */
export function barSection(bars: readonly PageBar<string>[], stateText: StateText): HTMLElement[] {
  const shown = bars.filter(({ parts }) => parts.length > 0);
  if (shown.length === 0) return [];
  return [element('section', 'bars', ...shown.map((bar) => barOf(bar, stateText)))];
}

function barOf({ label, parts }: PageBar<string>, stateText: StateText): HTMLElement {
  const bar = element('div', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  for (const part of parts) {
    const piece = element('i');
    piece.dataset['state'] = part.state;
    piece.style.flexGrow = String(part.share);
    piece.title = describe(part, stateText);
    bar.append(piece);
  }
  const legend = element('ul', 'bar-legend', ...parts.map((part) => legendEntry(part, stateText)));
  return element('div', 'bar-row', element('h2', 'bar-label', text(label)), bar, legend);
}

function legendEntry(part: PageShare<string>, stateText: StateText): HTMLElement {
  const swatch = element('i', 'swatch');
  swatch.dataset['state'] = part.state;
  const entry = element(
    'li',
    'legend-entry',
    swatch,
    element('span', `state-${part.state}`, stateText(part.state)),
    ' ',
    element('b', '', formatInteger(part.keys)),
    element('span', 'dim', ` ${text('report.keysWord', part.keys)} · ${formatShare(part.share)}`),
  );
  entry.title = describe(part, stateText);
  return entry;
}

function describe({ state, keys, elements }: PageShare<string>, stateText: StateText): string {
  const counted =
    elements === null
      ? text('report.elementsUnknown')
      : text('report.elements', formatInteger(elements), formatCount(elements));
  return `${stateText(state)}: ${text('report.keys', keys)}, ${counted}`;
}
