import type { ViewState, ViewSummary } from '../../src/protocol/messages';
import { button, checkbox, searchField } from '../shared/controls';
import { element, setText } from '../shared/dom';
import { messageText, text } from '../shared/texts';

/** Keystrokes closer than this make one request. */
const pause = 80;

export interface SearchActions {
  readonly onFilter: (filter: string) => void;
  readonly onNext: (backwards: boolean) => void;
  readonly onLeave: () => void;
  readonly onFold: (fold: boolean) => void;
}

/** The line above the tree: search field, count of matches, hint at the syntax, folding. */
export class SearchBar {
  readonly element = element('div', 'search-bar');
  private readonly count = element('span', 'search-count');
  private readonly hint = element('span', 'search-hint');
  private readonly steps = element('span', 'search-steps');
  private readonly field;
  private readonly fold;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly actions: SearchActions) {
    this.hint.id = 'search-hint';
    this.field = searchField({
      label: text('editor.search.label'),
      placeholder: text('editor.search.placeholder'),
      describedBy: this.hint.id,
      onInput: (value) => this.typed(value),
      onKey: (event) => this.key(event),
    });
    this.field.element.classList.add('search-field');
    this.fold = checkbox(text('editor.foldRuns'), actions.onFold);
    this.fold.element.title = text('editor.foldRuns.title');
    this.steps.append(
      button({
        label: text('editor.previousMatch'),
        appearance: 'icon',
        icon: 'up',
        onClick: () => actions.onNext(true),
      }),
      button({
        label: text('editor.nextMatch'),
        appearance: 'icon',
        icon: 'down',
        onClick: () => actions.onNext(false),
      }),
      button({
        label: text('editor.search.clear'),
        appearance: 'icon',
        icon: 'close',
        onClick: () => {
          this.clear();
          this.field.focus();
        },
      }),
    );
    this.steps.hidden = true;
    this.showHint();
    this.element.append(this.field.element, this.count, this.steps, this.hint, this.fold.element);
  }

  focus(): void {
    this.field.focus();
  }

  /** Shows a state that was recalled, or changed from elsewhere. */
  set({ filter, foldRuns, mode }: ViewState): void {
    this.field.value = filter;
    this.fold.checked = foldRuns;
    // A table lists every tensor.
    this.fold.element.hidden = mode === 'table';
  }

  /** The answer to the filter: how many match, or why it cannot be used. Returns what it says. */
  show(summary: ViewSummary, ordinal: number | null): string {
    const filtered = this.field.value.trim() !== '';
    const { filterError, matchCount } = summary;
    this.field.invalid = filtered && filterError !== null;
    this.element.classList.toggle('filtered', filtered);
    this.element.classList.toggle('invalid', filtered && filterError !== null);
    let message = '';
    if (filtered && filterError !== null) message = messageText(filterError);
    else if (filtered && matchCount !== null) {
      message =
        ordinal === null || matchCount === 0
          ? text('editor.matches', matchCount)
          : text('editor.matchOf', ordinal, matchCount);
    }
    setText(this.count, message);
    this.steps.hidden = !filtered;
    return message;
  }

  private showHint(): void {
    this.hint.replaceChildren(
      ...['dtype:float16', 'shape:[64,*,3,3]', '>1M'].map((example) => {
        const sample = element('button', 'hint-example', example);
        sample.type = 'button';
        sample.title = text('editor.search.try', example);
        sample.addEventListener('click', () => {
          const current = this.field.value.trim();
          this.field.value = current === '' ? example : `${current} ${example}`;
          this.actions.onFilter(this.field.value);
          this.field.focus();
        });
        return sample;
      }),
    );
  }

  private typed(value: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.actions.onFilter(value), pause);
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.flush();
      this.actions.onNext(event.shiftKey);
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.flush();
      this.actions.onLeave();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (this.field.value === '') this.actions.onLeave();
      else this.clear();
    }
  }

  private clear(): void {
    this.field.value = '';
    clearTimeout(this.timer);
    this.actions.onFilter('');
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.actions.onFilter(this.field.value);
  }
}
