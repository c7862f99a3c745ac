import type { PageLeaf, PageNode } from '../../src/protocol/checkPage';
import { formatInteger } from '../../src/protocol/numbers';
import { checkbox, searchField } from '../shared/controls';
import { element } from '../shared/dom';
import { icon, redraw } from '../shared/icons';
import { messageText, nameText, text } from '../shared/texts';
import { linkButton, placeLink } from './links';
import type { ReportMemory } from './reportMemory';
import { matchingRows, openByDefault, visibleRows } from './treeState';

/** Rows drawn at once; a button goes on. Two thousand rows still scroll smoothly. */
const drawnAtOnce = 2000;
/** Rows drawn for each letter that is typed. */
const foundAtOnce = 300;

interface KeyLinks<State extends string> {
  readonly onPlace: (file: string, line: number) => void;
  readonly onKey: (leaf: PageLeaf<State>) => void;
}

interface Column<State extends string> {
  readonly label: string;
  readonly states: readonly State[];
}

/** What a table shows, and in which words. */
export interface KeyTableKind<State extends string> {
  /** Its class, and its name in the page's memory. */
  readonly name: string;
  /** Codes of texts: the table's name, its second and its last column. */
  readonly title: string;
  readonly second: string;
  readonly last: string;
  readonly columns: readonly Column<State>[];
  /** The state of keys that nothing is wrong with. */
  readonly fine: State;
  /** Code of the text of the box that shows those keys, too; null where there is no box and they are shown. */
  readonly showAll: string | null;
  /** Whether rows lead to the lines that make them. */
  readonly hasPlaces: boolean;
  /** Whether keys can be looked for by their names. */
  readonly isSearched: boolean;
  readonly stateText: (state: State) => string;
  /** What a key's link says that it does. */
  readonly linkTitle: (leaf: PageLeaf<State>) => string;
  /** More links of a key, behind what is said of it. */
  readonly moreLinks: (leaf: PageLeaf<State>) => readonly HTMLElement[];
}

/** Keys as a tree that opens where something is wrong. Its keys are those of a treegrid. */
export class KeyTable<State extends string> {
  readonly element = element('div', 'key-table');
  private readonly body = element('tbody');
  private readonly box;
  private readonly found = element('span', 'found dim');
  private nodes: readonly PageNode<State>[] = [];
  private shown: readonly number[] = [];
  private limit = drawnAtOnce;
  private focused: string | null = null;
  private words: readonly string[] = [];

  constructor(
    private readonly kind: KeyTableKind<State>,
    private readonly memory: ReportMemory,
    private readonly links: KeyLinks<State>,
  ) {
    this.box = checkbox(kind.showAll === null ? '' : text(kind.showAll), (checked) => {
      if (checked) this.memory.showsAll.add(kind.name);
      else this.memory.showsAll.delete(kind.name);
      this.memory.save();
      this.draw();
    });
    const head = element(
      'tr',
      '',
      columnHead('report.column.module', 'name'),
      columnHead(kind.second, 'place'),
      ...kind.columns.map(({ label }) => columnHead(label, 'number')),
      columnHead(kind.last, 'why'),
    );
    head.setAttribute('role', 'row');
    const table = element('table', `tree ${kind.name}`, headGroup(head), this.body);
    this.body.setAttribute('role', 'rowgroup');
    table.setAttribute('role', 'treegrid');
    table.setAttribute('aria-label', text(kind.title));
    table.addEventListener('keydown', (event) => this.key(event));
    const tools = [
      ...(kind.isSearched ? [this.searchField(), this.found] : []),
      ...(kind.showAll === null ? [] : [this.box.element]),
    ];
    if (tools.length > 0) this.element.append(element('div', 'key-tools', ...tools));
    this.element.append(element('div', 'table-scroller', table));
  }

  show(nodes: readonly PageNode<State>[]): void {
    this.nodes = nodes;
    this.limit = drawnAtOnce;
    this.draw();
  }

  private get showsAll(): boolean {
    const { name, showAll } = this.kind;
    return (
      showAll === null || this.memory.showsAll.has(name) || !this.nodes.some((node) => this.isTroubled(node))
    );
  }

  private isTroubled({ counts }: PageNode<State>): boolean {
    return Object.keys(counts).some((state) => state !== this.kind.fine);
  }

  private searchField(): HTMLElement {
    this.found.setAttribute('role', 'status');
    this.found.id = `found-${this.kind.name}`;
    const field = searchField({
      label: text('comparison.search'),
      placeholder: text('comparison.search'),
      describedBy: this.found.id,
      onInput: (typed) => {
        this.words = typed
          .toLowerCase()
          .split(/\s+/)
          .filter((word) => word !== '');
        this.limit = this.words.length === 0 ? drawnAtOnce : foundAtOnce;
        this.draw();
      },
      onKey: (event) => {
        if (event.key === 'ArrowDown') focusable(this.body.firstElementChild)?.focus();
      },
    });
    return field.element;
  }

  private draw(): void {
    const hadFocus = document.hasFocus() && this.body.contains(document.activeElement);
    const { showsAll } = this;
    this.box.checked = showsAll;
    const troubled = (node: PageNode<State>): boolean => this.isTroubled(node);
    this.box.element.hidden = !this.nodes.some(troubled) || this.nodes.every(troubled);
    const matching = this.words.length === 0 ? null : matchingRows(this.nodes, this.words);
    this.shown = visibleRows(
      this.nodes,
      (node) => this.isOpen(node),
      // Who looks for a key wants to see it, whatever its state is.
      (node, index) => (matching === null ? showsAll || troubled(node) : matching.has(index)),
    );
    const keys = matching === null ? 0 : this.shown.filter((at) => this.nodes[at]?.leaf !== null).length;
    this.found.textContent = matching === null ? '' : text('comparison.found', keys);
    const rows = this.shown.slice(0, this.limit).map((index) => this.row(index));
    const left = this.shown.length - rows.length;
    this.body.replaceChildren(...rows, ...(left > 0 ? [this.moreRow(left)] : []));
    const current = rows.find(({ dataset }) => dataset['path'] === this.focused) ?? rows[0];
    if (current === undefined) return;
    current.tabIndex = 0;
    if (hadFocus) current.focus();
  }

  /** What is looked for is shown, however deep it lies. */
  private isOpen(node: PageNode<State>): boolean {
    if (this.words.length > 0) return true;
    return this.memory.toggled.get(this.nameOf(node)) ?? openByDefault(node, this.kind.fine);
  }

  private nameOf(node: PageNode<State>): string {
    return `${this.kind.name} ${node.path}`;
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
    row.append(head, this.secondCell(node), ...this.counts(node), this.whyCell(node));
    return row;
  }

  private nameCell({ leaf, name }: PageNode<State>): HTMLElement {
    if (leaf === null || leaf.fileKey === null) return element('span', '', nameText(name));
    return linkButton(nameText(name), this.kind.linkTitle(leaf), () => this.links.onKey(leaf));
  }

  private secondCell(node: PageNode<State>): HTMLElement {
    const cell = gridCell('place');
    const { place, leaf } = node;
    if (!this.kind.hasPlaces) cell.append(element('span', 'mono dim', shapeOf(node)));
    else {
      if (place !== null) cell.append(placeLink(place, () => this.links.onPlace(place.file, place.line)));
      const shape = element('span', 'mono dim shape', shapeOf(node));
      if (leaf !== null) cell.append(place === null ? '' : ' ', shape);
    }
    return cell;
  }

  private counts(node: PageNode<State>): HTMLElement[] {
    return this.kind.columns.map(({ states }) => {
      const count = states.reduce((sum, state) => sum + (node.counts[state] ?? 0), 0);
      const [state] = states.filter((one) => (node.counts[one] ?? 0) > 0);
      const cell = gridCell(`number ${state === undefined ? 'zero' : `state-${state}`}`);
      cell.append(count === 0 ? '·' : node.leaf === null ? formatInteger(count) : '●');
      if (count === 0) cell.setAttribute('aria-label', '0');
      return cell;
    });
  }

  private whyCell({ leaf, why }: PageNode<State>): HTMLElement {
    const cell = gridCell('why');
    if (leaf !== null && leaf.state !== this.kind.fine) {
      cell.append(
        element('span', `state-${leaf.state}`, this.kind.stateText(leaf.state)),
        why === null ? '' : ': ',
      );
    }
    if (why !== null) cell.append(messageText(why));
    if (leaf === null) return cell;
    for (const link of this.kind.moreLinks(leaf))
      cell.append(cell.childNodes.length === 0 ? '' : ' · ', link);
    return cell;
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

  private toggle(node: PageNode<State>, isOpen: boolean): void {
    if (this.words.length > 0) return;
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

  private parentRow(row: HTMLTableRowElement, node: PageNode<State>): HTMLElement | null {
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

function shapeOf({ leaf }: PageNode<string>): string {
  return leaf === null ? '' : [leaf.shape ?? '', leaf.dtype ?? ''].join(' ').trim();
}
