import type { CopyFormat, DetailField, Details, SourcePlace } from '../../src/protocol/messages';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { messageText, text } from '../shared/texts';
import { placeLink, warningList } from './notices';

export interface DetailsActions {
  readonly onCopy: (format: CopyFormat) => void;
  readonly onLink: (key: string) => void;
  readonly onPlace: (place: SourcePlace) => void;
  readonly onSource: (name: string, source: string) => void;
}

/** Everything that is known of the selected node. */
export class DetailsPane {
  readonly element = element('section', 'details');
  private shown: string | null = null;

  constructor(private readonly actions: DetailsActions) {
    this.element.setAttribute('aria-label', text('editor.details'));
    this.element.tabIndex = -1;
    this.show(null);
  }

  show(details: Details | null): void {
    const sameNode = details !== null && details.key === this.shown;
    const scroll = sameNode ? this.element.scrollTop : 0;
    this.shown = details?.key ?? null;
    if (details === null) {
      this.element.replaceChildren(element('p', 'details-empty', text('editor.details.empty')));
      return;
    }
    this.element.replaceChildren(
      element('h2', 'details-title', details.title),
      this.buttons(details),
      ...warningList(details.warnings, this.actions.onPlace),
      this.fields(details.fields),
      ...this.sources(details),
    );
    this.element.scrollTop = scroll;
  }

  private buttons(details: Details): HTMLElement {
    const row = element('div', 'details-buttons');
    const place = details.fields.find((field) => field.place !== undefined)?.place;
    if (place !== undefined) {
      const source = button({
        label: text('prediction.goToSource'),
        appearance: 'primary',
        onClick: () => this.actions.onPlace(place),
      });
      row.append(source);
    }
    row.append(button({ label: text('editor.copyKey'), onClick: () => this.actions.onCopy('key') }));
    if (details.pythonAccess !== null) {
      const python = button({
        label: text('editor.copyPython'),
        onClick: () => this.actions.onCopy('python'),
      });
      python.title = details.pythonAccess;
      row.append(python);
    }
    row.append(button({ label: text('editor.copyRow'), onClick: () => this.actions.onCopy('row') }));
    return row;
  }

  private fields(fields: readonly DetailField[]): HTMLElement {
    const list = element('dl', 'details-fields');
    for (const field of fields) {
      list.append(element('dt', '', text(field.label)), this.value(field));
    }
    return list;
  }

  private value(field: DetailField): HTMLElement {
    const content = field.message === null ? field.value : messageText(field.message);
    const { link, place } = field;
    const cell = element('dd', field.message === null ? 'mono' : '');
    if (place !== undefined) {
      cell.append(placeLink(place, this.actions.onPlace, content));
      return cell;
    }
    if (link === null) {
      cell.textContent = content;
      return cell;
    }
    const target = element('button', 'link', content);
    target.type = 'button';
    target.title = text('editor.goTo', content);
    target.addEventListener('click', () => this.actions.onLink(link));
    cell.append(target);
    return cell;
  }

  private sources(details: Details): HTMLElement[] {
    if (details.sources.length === 0) return [];
    const list = element('ul', 'details-sources');
    for (const source of details.sources) {
      const open = element('button', 'link', source.name);
      open.type = 'button';
      open.title = text('editor.openSource');
      open.addEventListener('click', () => this.actions.onSource(source.name, source.text));
      const excerpt = element('pre', 'source-excerpt', firstLines(source.text));
      list.append(element('li', '', open, excerpt));
    }
    return [element('h3', 'details-heading', text('editor.sources')), list];
  }
}

/** Enough of a source to recognise it; the whole opens in an editor. */
function firstLines(source: string): string {
  const lines = source.slice(0, 4000).split('\n', 13);
  return lines.length > 12 || source.length > 4000 ? `${lines.slice(0, 12).join('\n')}\n…` : lines.join('\n');
}
