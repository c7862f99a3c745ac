import type { Content } from '../../../src/checkpoint/content';
import { OutlineDocument } from '../../../src/outline/outlineDocument';
import { OutlineView } from '../../../src/outline/outlineView';
import type { Row, ViewState } from '../../../src/protocol/messages';

/** Help for tests that look at rows as a person does. */

export const plainState: ViewState = {
  mode: 'tree',
  filter: '',
  sort: null,
  foldRuns: true,
  expanded: [],
  collapsed: [],
};

export interface Opened {
  readonly document: OutlineDocument;
  readonly view: OutlineView;
  /** All rows of the view. */
  rows(): Row[];
  /** `  name description` with two spaces for each level; `+` for a closed row, `-` for an open one. */
  lines(): string[];
  show(state: Partial<ViewState>): ReturnType<OutlineView['setState']>;
  row(name: string): Row;
}

export function open(content: Content, state: Partial<ViewState> = {}): Opened {
  const document = new OutlineDocument(content);
  const view = new OutlineView(document);
  view.setState({ ...plainState, ...state }, null);
  const rows = (): Row[] => view.rowRange(0, 1_000_000);
  return {
    document,
    view,
    rows,
    lines: () =>
      rows().map((row) => {
        const mark = row.expandable ? (row.expanded ? '- ' : '+ ') : '';
        return (
          '  '.repeat(row.depth) +
          mark +
          [row.name, row.description, row.value].filter(Boolean).join(' ')
        ).trimEnd();
      }),
    show: (changed) => view.setState({ ...plainState, ...changed }, null),
    row: (name) => {
      const found = rows().find((row) => row.name === name);
      if (found === undefined) throw new Error(`no row ${name}`);
      return found;
    },
  };
}
