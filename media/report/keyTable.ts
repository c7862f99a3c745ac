import type { PageNode, PageState } from '../../src/protocol/checkPage';
import { formatInteger } from '../../src/protocol/numbers';
import { checkbox } from '../shared/controls';
import { element } from '../shared/dom';
import { icon, redraw } from '../shared/icons';
import { messageText, nameText, text } from '../shared/texts';
import { linkButton, placeLink } from './links';
import type { ReportMemory } from './reportMemory';
import { openByDefault, visibleRows } from './treeState';

/** Rows drawn at once; a button goes on. Two thousand rows still scroll smoothly. */
const drawnAtOnce = 2000;

interface KeyLinks {
  readonly onPlace: (file: string, line: number) => void;
  readonly onKey: (key: string) => void;
}

interface Column {
  readonly label: string;
  readonly states: readonly PageState[];
}

const columns: Readonly<Record<'model' | 'file', readonly Column[]>> = {
  model: [
    { label: 'report.column.loads', states: ['loads'] },
    { label: 'report.column.wrongLayer', states: ['wrongLayer'] },
    { label: 'report.column.lost', states: ['lost', 'mismatched', 'headSwap'] },
    { label: 'report.column.new', states: ['new'] },
  ],
  file: [
    { label: 'report.column.wrongLayer', states: ['wrongLayer'] },
    { label: 'report.column.mismatched', states: ['mismatched', 'headSwap'] },
    { label: 'report.column.dropped', states: ['dropped'] },
  ],
};

/** Keys as a tree that opens where something is wrong. Its keys are those of a treegrid. */
export class KeyTable {
  readonly element = element('div', 'key-table');
  private readonly body = element('tbody');
  private readonly columns: readonly Column[];
  private readonly filter;
  private nodes: readonly PageNode[] = [];
  private shown: readonly number[] = [];
  private limit = drawnAtOnce;
  private focused: string | null = null;

  constructor(
    private readonly kind: 'model' | 'file',
    private readonly memory: ReportMemory,
    private readonly links: KeyLinks,
  ) {
    this.columns = columns[kind];
    this.filter = checkbox(text('report.showAll'), (checked) => {
      if (checked) this.memory.showsAll.add(this.kind);
      else this.memory.showsAll.delete(this.kind);
      this.memory.save();
      this.draw();
    });
    const head = element(
      'tr',
      '',
      columnHead('report.column.module', 'name'),
      columnHead(kind === 'model' ? 'report.column.line' : 'report.column.shape', 'place'),
      ...this.columns.map(({ label }) => columnHead(label, 'number')),
      columnHead('report.column.why', 'why'),
    );
    head.setAttribute('role', 'row');
    const table = element('table', `tree ${kind}`, headGroup(head), this.body);
    this.body.setAttribute('role', 'rowgroup');
    table.setAttribute('role', 'treegrid');
    table.setAttribute('aria-label', text(`report.${kind}.title`));
    table.addEventListener('keydown', (event) => this.key(event));
    if (kind === 'model') this.element.append(this.filter.element);
    this.element.append(element('div', 'table-scroller', table));
  }

  show(nodes: readonly PageNode[]): void {
    this.nodes = nodes;
    this.limit = drawnAtOnce;
    this.draw();
  }

  private get showsAll(): boolean {
    return this.kind === 'file' || this.memory.showsAll.has(this.kind) || !this.nodes.some(isTroubled);
  }

  private draw(): void {
    const hadFocus = document.hasFocus() && this.body.contains(document.activeElement);
    const { showsAll } = this;
    this.filter.checked = showsAll;
    this.filter.element.hidden = !this.nodes.some(isTroubled) || this.nodes.every(isTroubled);
    this.shown = visibleRows(
      this.nodes,
      (node) => this.isOpen(node),
      (node) => showsAll || isTroubled(node),
    );
    const rows = this.shown.slice(0, this.limit).map((index) => this.row(index));
    const left = this.shown.length - rows.length;
    this.body.replaceChildren(...rows, ...(left > 0 ? [this.moreRow(left)] : []));
    const current = rows.find(({ dataset }) => dataset['path'] === this.focused) ?? rows[0];
    if (current === undefined) return;
    current.tabIndex = 0;
    if (hadFocus) current.focus();
  }

  private isOpen(node: PageNode): boolean {
    return this.memory.toggled.get(this.nameOf(node)) ?? openByDefault(node);
  }

  private nameOf(node: PageNode): string {
    return `${this.kind} ${node.path}`;
  }

  private row(index: number): HTMLTableRowElement {
    const node = this.nodes[index];
    const row = element('tr', node?.leaf === null ? 'module' : 'leaf');
    if (node === undefined) return row;
    row.setAttribute('role', 'row');
    row.setAttribute('aria-level', String(node.depth + 1));
    row.dataset['path'] = node.path;
    row.dataset['index'] = String(index);
    row.tabIndex = -1;
    row.addEventListener('focus', () => this.rove(row));
    const isOpen = node.leaf === null && this.isOpen(node);
    if (node.leaf === null) row.setAttribute('aria-expanded', String(isOpen));
    const name = element('div', 'node-name');
    name.style.paddingInlineStart = `${Math.min(node.depth, 24) * 14}px`;
    const twisty = element('span', 'twisty');
    if (node.leaf === null) {
      const arrow = icon('chevronRight');
      redraw(arrow, isOpen ? 'chevronDown' : 'chevronRight');
      twisty.append(arrow);
    }
    name.append(twisty, this.nameCell(node));
    if (node.type !== null) name.append(element('span', 'dim node-type', nameText(node.type)));
    name.title = nameText(node.path);
    const head = element('th', 'mono', name);
    head.scope = 'row';
    if (node.leaf === null) {
      head.classList.add('opens');
      head.addEventListener('click', () => this.toggle(node, !isOpen));
    }
    head.setAttribute('role', 'rowheader');
    row.append(head, this.secondCell(node), ...this.counts(node), whyCell(node));
    return row;
  }

  private nameCell(node: PageNode): HTMLElement {
    const { leaf } = node;
    const key = leaf?.fileKey ?? null;
    if (leaf === null || key === null) return element('span', '', nameText(node.name));
    return linkButton(nameText(node.name), text('report.showInCheckpoint', key), () => this.links.onKey(key));
  }

  private secondCell(node: PageNode): HTMLElement {
    const cell = gridCell('place');
    const { place, leaf } = node;
    if (this.kind === 'file') cell.append(element('span', 'mono dim', shapeOf(node)));
    else if (place !== null) {
      cell.append(placeLink(place, () => this.links.onPlace(place.file, place.line)));
    }
    if (this.kind === 'model' && leaf !== null) {
      const shape = element('span', 'mono dim shape', shapeOf(node));
      cell.append(place === null ? '' : ' ', shape);
    }
    return cell;
  }

  private counts(node: PageNode): HTMLElement[] {
    return this.columns.map(({ states }) => {
      const count = states.reduce((sum, state) => sum + (node.counts[state] ?? 0), 0);
      const [state] = states.filter((one) => (node.counts[one] ?? 0) > 0);
      const cell = gridCell(`number ${state === undefined ? 'zero' : `state-${state}`}`);
      cell.append(count === 0 ? '·' : node.leaf === null ? formatInteger(count) : '●');
      if (count === 0) cell.setAttribute('aria-label', '0');
      return cell;
    });
  }

  private moreRow(left: number): HTMLTableRowElement {
    const more = linkButton(text('report.moreRows', left), '', () => {
      this.limit += drawnAtOnce;
      this.draw();
    });
    const cell = gridCell('whole');
    cell.append(more);
    const row = element('tr', 'more', cell);
    row.setAttribute('role', 'row');
    return row;
  }

  private toggle(node: PageNode, isOpen: boolean): void {
    this.focused = node.path;
    this.memory.toggled.set(this.nameOf(node), isOpen);
    this.memory.save();
    this.draw();
  }

  private rove(row: HTMLTableRowElement): void {
    for (const other of this.body.querySelectorAll<HTMLElement>('tr[tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
    this.focused = row.dataset['path'] ?? null;
  }

  private key(event: KeyboardEvent): void {
    const row = document.activeElement?.closest('tr');
    if (!(row instanceof HTMLTableRowElement) || !this.body.contains(row)) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const node = this.nodes[Number(row.dataset['index'])];
    const isOpen = row.getAttribute('aria-expanded') === 'true';
    const step = this.stepOf(event.key, row);
    if (step !== undefined) step?.focus();
    else if (event.key === 'ArrowRight' && node?.leaf === null) {
      if (isOpen) focusable(row.nextElementSibling)?.focus();
      else this.toggle(node, true);
    } else if (event.key === 'ArrowLeft' && node !== undefined) {
      if (isOpen) this.toggle(node, false);
      else this.parentRow(row, node)?.focus();
    } else if ((event.key === 'Enter' || event.key === ' ') && event.target === row) {
      if (node?.leaf === null) this.toggle(node, !isOpen);
      else row.querySelector('button')?.click();
    } else return;
    event.preventDefault();
  }

  /** The row that a key moves to; undefined for keys that do not move, null at the end. */
  private stepOf(key: string, row: HTMLTableRowElement): HTMLElement | null | undefined {
    switch (key) {
      case 'ArrowDown':
        return focusable(row.nextElementSibling);
      case 'ArrowUp':
        return focusable(row.previousElementSibling);
      case 'Home':
        return focusable(this.body.firstElementChild);
      case 'End':
        return focusable(this.body.lastElementChild);
      default:
        return undefined;
    }
  }

  private parentRow(row: HTMLTableRowElement, node: PageNode): HTMLElement | null {
    let above = row.previousElementSibling;
    while (above !== null && Number(above.getAttribute('aria-level')) > node.depth) {
      above = above.previousElementSibling;
    }
    return focusable(above);
  }
}

function focusable(row: Element | null): HTMLElement | null {
  if (!(row instanceof HTMLElement)) return null;
  return row.classList.contains('more') ? row.querySelector('button') : row;
}

function isTroubled({ counts }: PageNode): boolean {
  return Object.keys(counts).some((state) => state !== 'loads');
}

function columnHead(label: string, className: string): HTMLElement {
  const head = element('th', className, text(label));
  head.scope = 'col';
  head.setAttribute('role', 'columnheader');
  return head;
}

function headGroup(row: HTMLElement): HTMLElement {
  const group = element('thead', '', row);
  group.setAttribute('role', 'rowgroup');
  return group;
}

/** The layout takes the roles of a table's elements away, so each says its own. */
function gridCell(className: string): HTMLTableCellElement {
  const cell = element('td', className);
  cell.setAttribute('role', 'gridcell');
  return cell;
}

function shapeOf({ leaf }: PageNode): string {
  return leaf === null ? '' : [leaf.shape ?? '', leaf.dtype ?? ''].join(' ').trim();
}

function whyCell(node: PageNode): HTMLElement {
  const cell = gridCell('why');
  if (node.why !== null) cell.append(messageText(node.why));
  if (node.leaf !== null && node.leaf.state !== 'loads') {
    cell.prepend(
      element('span', `state-${node.leaf.state}`, text(`report.state.${node.leaf.state}`)),
      node.why === null ? '' : ': ',
    );
  }
  return cell;
}
