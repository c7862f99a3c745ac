import type { DocumentSummary } from '../../src/protocol/messages';
import { element } from '../shared/dom';
import { text } from '../shared/texts';

/** Values shown before a person asks for all of them. */
const shownAtOnce = 6;

/** What else the file holds: epoch, args, best fitness … */
export function valueList(values: DocumentSummary['values']): HTMLElement[] {
  if (values.length === 0) return [];
  const list = element('div', 'values', element('span', 'dim', text('editor.alsoHolds')));
  list.append(...values.slice(0, shownAtOnce).map(valueEntry));
  const rest = values.slice(shownAtOnce);
  if (rest.length > 0) {
    const more = element('button', 'link', text('editor.moreValues', rest.length));
    more.type = 'button';
    more.setAttribute('aria-expanded', 'false');
    more.addEventListener('click', () => {
      more.replaceWith(...rest.map(valueEntry));
      list.classList.add('all');
    });
    list.append(more);
  }
  return [list];
}

function valueEntry(value: DocumentSummary['values'][number]): HTMLElement {
  const entry = element(
    'span',
    'value-entry',
    element('span', 'dim', value.path),
    element('span', 'mono value-text', value.text),
  );
  entry.title = `${value.path}: ${value.type}\n${value.text}`;
  return entry;
}
