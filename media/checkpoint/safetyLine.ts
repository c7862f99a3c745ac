import type { SafetyPage } from '../../src/protocol/safetyPage';
import { element } from '../shared/dom';
import { icon, type IconName } from '../shared/icons';
import { text, visibleMessage } from '../shared/texts';

const icons: Readonly<Record<SafetyPage['verdict'], IconName>> = {
  clean: 'check',
  unknown: 'object',
  unreadable: 'warning',
  suspicious: 'warning',
  dangerous: 'danger',
};

/** The sentence of the header: what was seen, and what `weights_only` says. Leads to the safety view. */
export class SafetyLine {
  readonly element = element('div', 'safety-line');

  constructor(private readonly onShow: () => void) {
    this.element.hidden = true;
  }

  /** Before the scan has answered. */
  showScanning(): void {
    this.element.hidden = false;
    this.element.dataset['verdict'] = 'none';
    this.element.replaceChildren(element('span', 'dim', text('safetyView.scanning')));
  }

  show(page: SafetyPage): void {
    this.element.hidden = false;
    this.element.dataset['verdict'] = page.verdict;
    const link = element(
      'button',
      'safety-sentence',
      icon(icons[page.verdict]),
      element('span', '', sentence(page)),
    );
    link.type = 'button';
    link.title = text('safetyView.show');
    link.addEventListener('click', this.onShow);
    this.element.replaceChildren(link);
  }

  showFailure(reason: string): void {
    this.element.hidden = false;
    this.element.dataset['verdict'] = 'unreadable';
    const said = element('span', '', text('safetyView.failed', reason));
    this.element.replaceChildren(element('span', 'safety-sentence', icon('warning'), said));
  }
}

/** `Only torch's own types. torch.load(weights_only=True) of 2.13 accepts it.` */
export function sentence(page: SafetyPage): string {
  const seen = visibleMessage(page.headline);
  const answer = page.weightsOnly === null ? '' : visibleMessage(page.weightsOnly);
  const ends = /[.。]$/.test(seen);
  return answer === '' ? seen : `${seen}${ends ? ' ' : ' · '}${answer}`;
}

/** A line across the editor, before everything else, of a file that would do harm. */
export function dangerBanner(onShow: () => void): HTMLElement {
  const show = element('button', 'link', text('safetyView.show'));
  show.type = 'button';
  show.addEventListener('click', onShow);
  const line = element(
    'div',
    'banner danger',
    icon('danger'),
    element('span', '', text('safetyView.banner')),
    show,
  );
  line.setAttribute('role', 'alert');
  return line;
}
