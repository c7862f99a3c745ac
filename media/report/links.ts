import type { PagePlace } from '../../src/protocol/checkPage';
import { element } from '../shared/dom';
import { nameText, text } from '../shared/texts';

/** A button that reads as a link: it leads to a place in another editor. */
export function linkButton(label: string, title: string, onClick: () => void): HTMLButtonElement {
  const link = element('button', 'link mono', label);
  link.type = 'button';
  link.title = title;
  link.addEventListener('click', onClick);
  return link;
}

export function placeLink(place: PagePlace, onClick: () => void): HTMLButtonElement {
  return linkButton(nameText(place.label), text('report.goTo', place.label), onClick);
}
