import type {
  SafetyAnswer,
  SafetyCall,
  SafetyGlobal,
  SafetyNote,
  SafetyPage,
  SafetyPlace,
  SafetyTier,
} from '../../src/protocol/safetyPage';
import { formatInteger } from '../../src/protocol/numbers';
import { visibleText } from '../../src/protocol/visibleText';
import { element } from '../shared/dom';
import { messageText, text } from '../shared/texts';
import { folded } from './foldedList';

/** Characters of a record's name in a link; its tooltip has more. */
const longestName = 60;

/** What a scan saw: calls, imports, what `weights_only` says, disagreements, and what was not scanned. */
export class SafetyView {
  readonly element = element('section', 'safety-view');
  private page: SafetyPage | null = null;
  /** To come once the page is there. */
  private wanted: SafetyPlace | null = null;

  constructor(private readonly onPlace: (place: SafetyPlace) => void) {
    this.element.setAttribute('aria-label', text('safetyView.label'));
    this.element.tabIndex = -1;
    this.element.hidden = true;
    this.element.append(element('p', 'dim', text('safetyView.scanning')));
  }

  show(page: SafetyPage): void {
    const { scrollTop } = this.element;
    this.page = page;
    this.element.replaceChildren(
      element('h2', 'safety-head', text('safetyView.label')),
      element('p', 'dim', text('safetyView.inert')),
      ...this.calls(page),
      ...this.answers(page.answers),
      ...this.globals(page),
      ...notes('safetyView.disagreements', page.disagreements),
      ...notes('safetyView.notScanned', page.notScanned),
      ...notes('safetyView.errors', page.errors),
    );
    this.element.scrollTop = scrollTop;
    if (this.wanted !== null) this.reveal(this.wanted);
  }

  showFailure(reason: string): void {
    this.element.replaceChildren(element('p', '', text('safetyView.failed', reason)));
  }

  /** Scrolls to the finding of a place and gives it the focus; to the view's head where there is none. */
  reveal(place: SafetyPlace): void {
    this.wanted = this.page === null ? place : null;
    if (this.page === null) return;
    for (const more of this.element.querySelectorAll<HTMLElement>('button.more')) more.click();
    const wanted = keyOf(place);
    const entries = [...this.element.querySelectorAll<HTMLElement>('.safety-entry')];
    const found = entries.find((entry) => entry.dataset['place'] === wanted);
    for (const entry of entries) entry.classList.toggle('revealed', entry === found);
    const target = found ?? this.element;
    target.scrollIntoView({ block: 'center' });
    target.focus();
  }

  private calls({ calls, hidden }: SafetyPage): HTMLElement[] {
    // What torch's own pickles call is said by what they import.
    const telling = calls.filter(({ tier }) => tier !== 'torch' && tier !== 'library');
    if (telling.length === 0 && hidden.calls === 0) return [];
    return [
      heading('safetyView.calls'),
      list(telling.map((call) => this.call(call))),
      ...hiddenLine(hidden.calls),
    ];
  }

  private call(call: SafetyCall): HTMLElement {
    const what = element('div', 'safety-what', badge(call.tier), element('code', 'mono', call.call));
    if (call.times > 1) what.append(element('span', 'dim', text('safetyView.times', call.times)));
    return entry(call, what, call.reason === null ? '' : messageText(call.reason), [
      element('span', 'dim mono', call.opcode),
      this.link(call),
    ]);
  }

  private globals({ globals, hidden }: SafetyPage): HTMLElement[] {
    if (globals.length === 0) return [];
    return [
      heading('safetyView.imports'),
      list(globals.map((global) => this.global(global))),
      ...hiddenLine(hidden.globals),
    ];
  }

  private global(global: SafetyGlobal): HTMLElement {
    const what = element('div', 'safety-what', badge(global.tier), element('code', 'mono', global.name));
    const places: (HTMLElement | string)[] = [this.link(global)];
    if (global.calledAt.length > 0) {
      places.push(element('span', 'dim', text('safetyView.calledAt', '').trimEnd()));
      places.push(...global.calledAt.map((place) => this.link(place, formatInteger(place.offset))));
      if (global.calledMore) places.push(element('span', 'dim', '…'));
    }
    return entry(global, what, global.reason === null ? '' : messageText(global.reason), places);
  }

  private answers(answers: readonly SafetyAnswer[]): HTMLElement[] {
    if (answers.length === 0) return [];
    const items = answers.map((answer) => {
      const { accepted, versions, reason, place } = answer;
      const verdict =
        accepted === null ? 'safetyView.untold' : accepted ? 'safetyView.accepts' : 'safetyView.refuses';
      const what = element(
        'div',
        'safety-what',
        element('span', 'mono', `torch ${versions}`),
        element('span', 'safety-answer', text(verdict)),
      );
      what.dataset['accepted'] = String(accepted);
      return entry(
        null,
        what,
        reason === null ? '' : messageText(reason),
        place === null ? [] : [this.link(place)],
      );
    });
    return [heading('safetyView.weightsOnly'), list(items)];
  }

  /** Leads to the place in the disassembly. */
  private link(place: SafetyPlace, shown = placeText(place)): HTMLElement {
    const link = element('button', 'link mono', shown);
    link.type = 'button';
    link.title =
      place.record === null
        ? text('safetyView.goTo', place.offset)
        : text('safetyView.goToIn', place.record, place.offset);
    link.addEventListener('click', () => this.onPlace(place));
    return link;
  }
}

function heading(code: string): HTMLElement {
  return element('h3', 'safety-heading', text(code));
}

function list(items: readonly HTMLElement[]): HTMLElement {
  return folded(element('ul', 'safety-list'), items);
}

/** @param place of the finding, which `reveal` looks for */
function entry(
  place: SafetyPlace | null,
  what: HTMLElement,
  why: string,
  places: readonly (HTMLElement | string)[],
): HTMLElement {
  const line = element('li', 'safety-entry', what);
  if (place !== null) {
    line.dataset['place'] = keyOf(place);
    line.tabIndex = -1;
  }
  if (why !== '') line.append(element('div', 'safety-why', why));
  if (places.length > 0) line.append(element('div', 'safety-places', ...places));
  return line;
}

function badge(tier: SafetyTier): HTMLElement {
  const mark = element('span', 'tier', text(`safety.tier.${tier}`));
  mark.dataset['tier'] = tier;
  return mark;
}

function notes(code: string, all: readonly SafetyNote[]): HTMLElement[] {
  if (all.length === 0) return [];
  const items = all.map(({ message, record }) => {
    const line = element('li', 'safety-entry', element('div', '', messageText(message)));
    if (record !== null) line.append(element('div', 'safety-places dim mono', record));
    return line;
  });
  return [heading(code), list(items)];
}

function hiddenLine(count: number): HTMLElement[] {
  return count === 0 ? [] : [element('p', 'dim', text('safetyView.hidden', count))];
}

/** `data.pkl: 1,234`, `1,234` in a file without records. */
function placeText({ record, offset }: SafetyPlace): string {
  const number = formatInteger(offset);
  if (record === null) return `@ ${number}`;
  const name = visibleText(record.slice(record.lastIndexOf('/') + 1), longestName).text;
  return `${name} @ ${number}`;
}

function keyOf({ record, offset }: SafetyPlace): string {
  return JSON.stringify([record, offset]);
}
