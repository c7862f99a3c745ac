import type { Message, Row, ViewState, ViewSummary } from '../protocol/messages';
import { Expansion } from './expansion';
import { highlightsIn, search } from './filter/matcher';
import type { SearchIndex } from './filter/searchIndex';
import type { Term } from './filter/terms';
import { parseFilter } from './filter/terms';
import { outlineLimits } from './limits';
import { Marks } from './marks';
import { pathText } from './names';
import { keyOf } from './nodeKeys';
import type { ContentNode, OutlineNode } from './nodes';
import type { OutlineDocument } from './outlineDocument';
import { RowList } from './rowList';
import {
  description,
  iconOf,
  shapeText,
  shownName,
  shownPath,
  shownRanges,
  valueText,
  wire,
} from './rowTexts';
import { sortNodes } from './sorting';
import { treeRows } from './treeRows';

export type ViewResult = Omit<ViewSummary, 'revision'>;
export type ExpansionKeys = { readonly expanded: readonly string[]; readonly collapsed: readonly string[] };

const initialState: ViewState = {
  mode: 'tree',
  filter: '',
  sort: null,
  foldRuns: true,
  expanded: [],
  collapsed: [],
};

/** The rows that one editor sees of a document: its mode, filter, order and what it opened. */
export class OutlineView {
  private state = initialState;
  private expansion = new Expansion();
  /** While a filter is set, opening and closing is about its result and ends with it. */
  private filteredExpansion = new Expansion();
  private filter: { readonly text: string; readonly terms: readonly Term[] } = { text: '', terms: [] };
  private filterError: Message | null = null;
  private marks: Marks | null = null;
  private matchCount: number | null = null;
  private rows = new RowList();
  /** What a limit left out. */
  private notices: Message[] = [];
  private paths = new Map<OutlineNode, string>();

  constructor(private readonly document: OutlineDocument) {}

  /** Shows another state. `anchor` is the key of the node whose row is wanted. */
  setState(state: ViewState, anchor: string | null): ViewResult {
    this.state = state;
    this.expansion = Expansion.fromKeys(state.expanded, state.collapsed, this.document.finder);
    this.applyFilter(state.filter);
    this.layOut();
    return this.result(anchor);
  }

  /** Rows [start, end), as far as they exist. */
  rowRange(start: number, end: number): Row[] {
    const rows: Row[] = [];
    for (let row = Math.max(0, start); row < Math.min(end, this.rows.length); row++) rows.push(this.row(row));
    return rows;
  }

  /** Opens or closes a node, `deep` with everything below. `/` is the root, shown or not. */
  toggle(key: string, open: boolean, deep: boolean): ViewResult & ExpansionKeys {
    const node = this.document.finder.find(key);
    if (node !== null) {
      this.activeExpansion.set(node, open, deep);
      this.layOut();
    }
    return { ...this.result(key), ...this.expansion.keys() };
  }

  /** The next row that matches the filter itself, wrapping around; −1 when none does. `ordinal` from 1. */
  nextMatch(from: number, backwards: boolean): { row: number; ordinal: number } {
    const found: number[] = [];
    for (let row = 0; row < this.rows.length; row++) if (this.matchesAt(row)) found.push(row);
    if (found.length === 0) return { row: -1, ordinal: 0 };
    const behind = found.findIndex((row) => (backwards ? row >= from : row > from));
    const atOrBehind = behind < 0 ? found.length : behind;
    const next = backwards ? atOrBehind - 1 : atOrBehind;
    const at = (next + found.length) % found.length;
    return { row: found[at] ?? -1, ordinal: at + 1 };
  }

  /** Opens what hides a node. `anchorRow` stays −1 where the filter or the mode leaves it out. */
  reveal(key: string): ViewResult & ExpansionKeys {
    const node = this.document.finder.find(key);
    if (node !== null && this.state.mode === 'tree') {
      for (let at: OutlineNode | null = node; at !== null; at = at.parent) {
        if (at !== node) this.activeExpansion.set(at, true, false);
        this.revealAmongSiblings(at);
      }
      this.layOut();
    }
    return { ...this.result(key), ...this.expansion.keys() };
  }

  /** The tensors of a table, of one node, or all that the filter leaves, in the view's order. */
  tensorsFor(node: OutlineNode | null): readonly ContentNode[] {
    if (node === null) return this.tableNodes();
    const { nodes } = this.document.table;
    const members = node.kind === 'run' ? new Set<OutlineNode>(node.members) : new Set<OutlineNode>([node]);
    return nodes.filter((tensor) => {
      for (let at: OutlineNode | null = tensor; at !== null; at = at.parent) if (members.has(at)) return true;
      return false;
    });
  }

  private get activeExpansion(): Expansion {
    return this.filter.terms.length > 0 ? this.filteredExpansion : this.expansion;
  }

  private get folding() {
    return this.state.foldRuns ? this.document.folding : null;
  }

  /** An unreadable filter leaves the last result in place. */
  private applyFilter(text: string): void {
    const parsed = parseFilter(text);
    this.filterError = parsed.error;
    if (parsed.terms === null) return;
    if (text !== this.filter.text) this.filteredExpansion = new Expansion();
    this.filter = { text, terms: parsed.terms };
  }

  private layOut(): void {
    if (this.state.mode === 'table') this.layOutTable();
    else this.layOutTree();
  }

  private layOutTree(): void {
    const { outline } = this.document;
    const matches = this.matchesIn(() => this.document.treeIndex);
    this.matchCount = matches === null ? null : matches.length;
    this.marks = matches === null ? null : new Marks(outline.size, matches);
    const { rows, complete } = treeRows({
      outline,
      folding: this.folding,
      sort: this.state.sort,
      marks: this.marks,
      expansion: this.activeExpansion,
      defaults: this.document.defaults(this.state.foldRuns),
    });
    this.rows = rows;
    this.notices = complete ? [] : [{ code: 'outline.incomplete', args: [rows.length] }];
    const index = matches === null ? null : this.document.treeIndex;
    if (index?.complete === false) {
      this.notices.push({ code: 'outline.searchIncomplete', args: [index.nodes.length] });
    }
  }

  private layOutTable(): void {
    const nodes = this.tableNodes();
    this.marks = null;
    this.matchCount = this.filter.terms.length > 0 ? nodes.length : null;
    this.rows = new RowList();
    nodes.forEach((node, index) => this.rows.push(node, 0, -1, index + 1, nodes.length));
    const { table } = this.document;
    this.notices = table.complete ? [] : [{ code: 'outline.tableIncomplete', args: [table.nodes.length] }];
  }

  private tableNodes(): readonly ContentNode[] {
    const { table, outline } = this.document;
    const nodes = this.matchesIn(() => this.document.tableIndex) ?? table.nodes;
    if (this.state.sort === null) return nodes;
    return sortNodes(nodes, this.state.sort, outline, (node) => this.pathOf(node));
  }

  private pathOf(node: ContentNode): string {
    let path = this.paths.get(node);
    if (path === undefined) this.paths.set(node, (path = pathText(node).text));
    return path;
  }

  /** Null without a filter. */
  private matchesIn(indexOf: () => SearchIndex): ContentNode[] | null {
    if (this.filter.terms.length === 0) return null;
    const index = indexOf();
    const result = search(index, this.filter.terms, this.document.outline);
    if (result.error !== null) {
      this.filterError = result.error;
      return [];
    }
    const nodes: ContentNode[] = [];
    for (const position of result.matches) {
      const node = index.nodes[position];
      if (node !== undefined) nodes.push(node);
    }
    return nodes;
  }

  private revealAmongSiblings(node: OutlineNode): void {
    const run = this.folding?.runOf(node) ?? null;
    if (run !== null) this.activeExpansion.set(run, true, false);
    if (node.parent === null || node.parent.kind === 'run') return;
    const siblings = this.folding?.childrenOf(node.parent) ?? this.document.outline.childrenOf(node.parent);
    const position = siblings.indexOf(run ?? node);
    for (
      let start: number = outlineLimits.childrenShown;
      start <= position;
      start += outlineLimits.childrenShown
    ) {
      this.activeExpansion.set(this.document.outline.moreNode(node.parent, start), true, false);
    }
  }

  private result(anchor: string | null): ViewResult {
    const node = anchor === null ? null : this.document.finder.find(anchor);
    return {
      rowCount: this.rows.length,
      matchCount: this.matchCount,
      filterError: this.filterError,
      anchorRow: node === null ? -1 : this.rows.rowOf(node),
      notices: this.notices,
    };
  }

  private matchesAt(row: number): boolean {
    const node = this.rows.nodes[row];
    if (node === undefined || this.filter.terms.length === 0) return false;
    return this.marks === null || this.marks.matches(node);
  }

  private row(index: number): Row {
    const node = this.rows.nodes[index];
    if (node === undefined) throw new RangeError(`no row ${index}`);
    const { outline } = this.document;
    const isTable = this.state.mode === 'table';
    const path = this.filter.terms.length > 0 || isTable ? pathText(node) : null;
    const name = isTable && path !== null ? shownPath(path.text) : shownName(node, outline);
    const sum = outline.sumOf(node);
    const total = outline.sumOf(outline.root);
    const hasShare = sum.tensors > 0 && sum.exact && total.exact && Number(total.bytes) > 0;
    const tensor = node.kind === 'content' && node.content.type === 'tensor' ? node.content.tensor : null;
    const hasTensors = sum.tensors > 0;
    return {
      index,
      key: keyOf(node),
      depth: this.rows.depthOf(index),
      parent: this.rows.parentOf(index),
      icon: iconOf(node),
      name: name.text,
      description: description(node, outline),
      value: valueText(node),
      expandable: !isTable && (node.kind === 'more' || outline.isExpandable(node)),
      expanded: this.rows.isExpanded(index),
      shape: tensor === null ? null : shapeText(tensor),
      dtype: tensor === null ? null : tensor.dtype,
      elements: hasTensors ? wire(sum.elements) : null,
      bytes: hasTensors ? wire(sum.bytes) : null,
      exact: sum.exact,
      share: hasShare ? Math.min(1, Number(sum.bytes) / Number(total.bytes)) : null,
      matches: this.matchesAt(index),
      highlights: path === null || this.filter.terms.length === 0 ? [] : this.highlights(name, path, isTable),
      position: this.rows.positionOf(index),
      setSize: this.rows.setSizeOf(index),
      alias: node.kind === 'content' && node.place !== 'first',
    };
  }

  private highlights(
    name: ReturnType<typeof shownName>,
    path: ReturnType<typeof pathText>,
    isTable: boolean,
  ): [number, number][] {
    const start = isTable ? 0 : path.labelStart;
    const ranges = highlightsIn(path.text, this.filter.terms, start);
    return shownRanges(
      name,
      ranges.map(([from, to]) => [from - start, to - start]),
    );
  }
}
