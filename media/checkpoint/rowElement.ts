import type { Row } from '../../src/protocol/messages';
import { element, setText, setTitle } from '../shared/dom';
import { icon, redraw } from '../shared/icons';
import { formatBytes, formatInteger, formatShare } from '../../src/protocol/numbers';
import { text } from '../shared/texts';

/** Deeper levels are drawn at the same place; `aria-level` still tells them apart. */
const maxIndent = 24;
/** Longer names are cut in the row; the details pane has the whole text. */
const maxNameLength = 600;

/** One line of the tree or table, reused for other rows while scrolling. */
export class RowElement {
  readonly element = element('div', 'row');
  private readonly nameCell = cell('name', 0);
  private readonly twisty = icon('chevronRight');
  private readonly symbol = icon('tensor');
  private readonly name = element('span', 'row-name');
  private readonly value = element('span', 'row-value');
  private readonly description = element('span', 'row-description');
  private readonly shape = cell('shape', 1);
  private readonly dtype = cell('dtype', 2);
  private readonly elements = cell('elements', 3);
  private readonly bytes = cell('bytes', 4);
  private readonly share = cell('share', 5);
  private readonly bar = element('div', 'share-bar');
  private readonly fill = element('div', 'share-fill');
  private shown: Row | undefined;

  constructor() {
    this.element.setAttribute('role', 'row');
    this.twisty.classList.add('twisty');
    this.symbol.classList.add('symbol');
    this.nameCell.append(this.twisty, this.symbol, this.name, this.value, this.description);
    this.bar.append(this.fill);
    this.bar.setAttribute('role', 'img');
    this.share.append(this.bar);
    this.element.append(this.nameCell, this.shape, this.dtype, this.elements, this.bytes, this.share);
  }

  /** Shows `row`, or an empty line while it is on its way. */
  paint(index: number, row: Row | undefined, selected: boolean, tree: boolean): void {
    this.element.id = `row-${index}`;
    this.element.dataset['index'] = String(index);
    this.element.setAttribute('aria-rowindex', String(index + 2));
    this.element.setAttribute('aria-selected', String(selected));
    this.element.classList.toggle('selected', selected);
    this.element.classList.toggle('loading', row === undefined);
    this.paintTree(row, tree);
    if (row === this.shown) return;
    this.shown = row;
    if (row === undefined) this.paintEmpty();
    else this.paintRow(row);
  }

  /** No row is shown: no id may name this element, and no selection may seem to be here. */
  release(): void {
    this.element.removeAttribute('id');
    this.element.classList.remove('selected');
    this.element.setAttribute('aria-selected', 'false');
  }

  private paintTree(row: Row | undefined, tree: boolean): void {
    const { element: line } = this;
    if (row === undefined || !tree) {
      for (const name of ['aria-level', 'aria-setsize', 'aria-posinset', 'aria-expanded'])
        line.removeAttribute(name);
    } else {
      line.setAttribute('aria-level', String(row.depth + 1));
      line.setAttribute('aria-setsize', String(row.setSize));
      line.setAttribute('aria-posinset', String(row.position));
      if (row.expandable) line.setAttribute('aria-expanded', String(row.expanded));
      else line.removeAttribute('aria-expanded');
    }
  }

  private paintEmpty(): void {
    for (const part of [this.name, this.value, this.description]) setText(part, '');
    for (const part of [this.shape, this.dtype, this.elements, this.bytes]) setText(part, '');
    this.bar.hidden = true;
    this.twisty.classList.add('none');
    this.symbol.classList.add('none');
  }

  private paintRow(row: Row): void {
    const { element: line } = this;
    line.classList.toggle('match', row.matches);
    line.classList.toggle('alias', row.alias);
    line.classList.toggle('wide', row.shape === null && row.dtype === null);
    line.dataset['kind'] = row.icon;
    this.nameCell.style.setProperty('--depth', String(Math.min(row.depth, maxIndent)));
    this.twisty.classList.toggle('none', !row.expandable);
    redraw(this.twisty, row.expanded ? 'chevronDown' : 'chevronRight');
    this.symbol.classList.remove('none');
    redraw(this.symbol, row.alias ? 'alias' : row.icon);
    this.paintName(row);
    setText(this.value, row.value ?? '');
    setText(this.description, row.description);
    setText(this.shape, row.shape ?? '');
    setTitle(this.shape, row.shape ?? '');
    setText(this.dtype, row.dtype ?? '');
    setTitle(this.dtype, row.dtype ?? '');
    this.paintSizes(row);
    this.paintShare(row.share);
  }

  /** Lower bounds are told as such. */
  private paintSizes({ elements, bytes, exact }: Row): void {
    const bounded = exact === false;
    const shown = (value: string) => (bounded ? `≥ ${value}` : value);
    const told = (value: string) => (bounded ? text('editor.atLeast', value) : value);
    setText(this.elements, elements === null ? '' : shown(formatInteger(elements)));
    setTitle(this.elements, elements === null ? '' : told(formatInteger(elements)));
    setText(this.bytes, bytes === null ? '' : shown(formatBytes(bytes)));
    setTitle(this.bytes, bytes === null ? '' : told(text('editor.bytes', bytes)));
  }

  /** The name with its matched ranges marked. */
  private paintName(row: Row): void {
    const full = row.name;
    const name = full.length > maxNameLength ? `${full.slice(0, maxNameLength)}…` : full;
    const parts: (Node | string)[] = [];
    let end = 0;
    for (const [from, to] of row.highlights) {
      if (from < end || from >= name.length) continue;
      if (from > end) parts.push(name.slice(end, from));
      parts.push(element('mark', '', name.slice(from, to)));
      end = to;
    }
    parts.push(name.slice(end));
    this.name.replaceChildren(...parts);
    this.nameCell.removeAttribute('title');
  }

  private paintShare(share: number | null): void {
    this.bar.hidden = share === null;
    if (share === null) return;
    const label = formatShare(share);
    this.bar.setAttribute('aria-label', label);
    setTitle(this.bar, label);
    this.fill.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  }
}

function cell(column: string, index: number): HTMLElement {
  const made = element('div', `cell ${column}`);
  made.setAttribute('role', index === 0 ? 'rowheader' : 'gridcell');
  made.setAttribute('aria-colindex', String(index + 1));
  return made;
}
