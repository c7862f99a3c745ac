import { element } from '../shared/dom';
import { text } from '../shared/texts';

/** Entries shown before a person asks for all of them. */
const shownAtOnce = 100;

/** A list of which the rest comes on demand: thousands of entries at once would make the page slow. */
export function folded(list: HTMLElement, items: readonly HTMLElement[]): HTMLElement {
  list.append(...items.slice(0, shownAtOnce));
  const rest = items.slice(shownAtOnce);
  if (rest.length === 0) return list;
  const more = element('button', 'link more', text('safetyView.more', rest.length));
  more.type = 'button';
  const last = element('li', '', more);
  more.addEventListener('click', () => last.replaceWith(...rest));
  list.append(last);
  return list;
}
