import type { ErrorBody, Message, SourcePlace, Warning } from '../../src/protocol/messages';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { icon } from '../shared/icons';
import { messageText, text } from '../shared/texts';

/** Warnings shown before a person asks for all of them. */
const shownAtOnce = 2;

/** Warnings as lines with their place in the checkpoint; a long list is folded. */
export function warningList(
  warnings: readonly Warning[],
  onPlace: (place: SourcePlace) => void,
): HTMLElement[] {
  if (warnings.length === 0) return [];
  const warningLine = (warning: Warning): HTMLElement => lineOf(warning, onPlace);
  const list = element('ul', 'warnings', ...warnings.slice(0, shownAtOnce).map(warningLine));
  const rest = warnings.slice(shownAtOnce);
  if (rest.length === 0) return [list];
  const more = element('button', 'link', text('editor.moreWarnings', rest.length));
  more.type = 'button';
  more.addEventListener('click', () => {
    more.remove();
    list.append(...rest.map(warningLine));
  });
  return [element('div', 'warnings-folded', list, more)];
}

function lineOf(warning: Warning, onPlace: (place: SourcePlace) => void): HTMLElement {
  const line = element('li', 'warning', icon('warning'), element('span', '', messageText(warning)));
  if (warning.path !== null && warning.path.length > 0) {
    line.append(element('span', 'warning-path mono', warning.path.join(' › ')));
  }
  if (warning.place !== undefined) line.append(placeLink(warning.place, onPlace));
  return line;
}

/** `attention.py:12`, which opens the line. */
export function placeLink(
  place: SourcePlace,
  onPlace: (place: SourcePlace) => void,
  shown = `${place.file.replace(/^.*[\\/]/, '')}:${place.line}`,
): HTMLElement {
  const link = element('button', 'link mono', shown);
  link.type = 'button';
  link.title = text('editor.goTo', `${place.file}:${place.line}`);
  link.addEventListener('click', () => onPlace(place));
  return link;
}

/** A line across the editor: the file changed and cannot be read, or is cut off. */
export function banner(message: Message, kind: 'warning' | 'info'): HTMLElement {
  const line = element('div', `banner ${kind}`, icon('warning'), element('span', '', messageText(message)));
  line.setAttribute('role', 'status');
  return line;
}

/** The shown tree is no longer that of the file, and why; a person can have the file read again. */
export function staleBanner(reason: Message, onRetry: () => void): HTMLElement {
  const stopped = reason.code.startsWith('worker.');
  const line = banner({ code: stopped ? 'editor.stopped' : 'editor.stale', args: [] }, 'info');
  const retry = element('button', 'link', text('editor.retry'));
  retry.type = 'button';
  retry.addEventListener('click', onRetry);
  line.append(element('span', 'dim', messageText(reason)), retry);
  return line;
}

/** What a limit left out of the rows below. */
export class OutlineNotices {
  readonly element = element('div', 'outline-notices');

  constructor() {
    this.element.setAttribute('role', 'status');
    this.element.hidden = true;
  }

  show(notices: readonly Message[]): void {
    this.element.hidden = notices.length === 0;
    this.element.replaceChildren(
      ...notices.map((notice) =>
        element('div', 'warning', icon('warning'), element('span', '', messageText(notice))),
      ),
    );
  }
}

/** What stands in the place of the tree when the file cannot be shown. */
export function failurePage(
  error: ErrorBody,
  actions: {
    readonly onRetry: () => void;
    /** Another way to see what cannot be shown, by the code of its label. */
    readonly other: { readonly label: string; readonly onClick: () => void };
  },
): HTMLElement {
  const page = element('div', 'failure', element('h1', '', text('editor.cannotShow')));
  page.setAttribute('role', 'alert');
  page.append(element('p', '', messageText(error)));
  const place = placeOf(error);
  if (place !== '') page.append(element('p', 'dim', place));
  page.append(
    element(
      'div',
      'failure-buttons',
      button({
        label: text(actions.other.label),
        appearance: 'primary',
        onClick: actions.other.onClick,
      }),
      button({ label: text('editor.retry'), onClick: actions.onRetry }),
    ),
  );
  return page;
}

function placeOf(error: ErrorBody): string {
  const { record, offset } = error;
  if (record !== null && offset !== null) return text('editor.errorAtRecord', record, offset);
  if (offset !== null) return text('editor.errorAt', offset);
  return record === null ? '' : text('editor.errorInRecord', record);
}
