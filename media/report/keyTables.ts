import type { PageLeaf, PageState } from '../../src/protocol/checkPage';
import { text } from '../shared/texts';
import type { KeyTableKind } from './keyTable';

const shared = {
  fine: 'loads',
  last: 'report.column.why',
  isSearched: false,
  stateText: (state: PageState) => text(`report.state.${state}`),
  linkTitle: ({ fileKey }: PageLeaf) => text('report.showInCheckpoint', fileKey ?? ''),
  moreLinks: () => [],
} as const;

/** The keys of the model, with what becomes of them. */
export const modelKeys: KeyTableKind<PageState> = {
  ...shared,
  name: 'model',
  title: 'report.model.title',
  second: 'report.column.line',
  columns: [
    { label: 'report.column.loads', states: ['loads'] },
    { label: 'report.column.wrongLayer', states: ['wrongLayer'] },
    { label: 'report.column.lost', states: ['lost', 'mismatched', 'headSwap'] },
    { label: 'report.column.new', states: ['new'] },
  ],
  showAll: 'report.showAll',
  hasPlaces: true,
};

/** The keys of the checkpoint that do not load where they belong. */
export const fileKeys: KeyTableKind<PageState> = {
  ...shared,
  name: 'file',
  title: 'report.file.title',
  second: 'report.column.shape',
  columns: [
    { label: 'report.column.wrongLayer', states: ['wrongLayer'] },
    { label: 'report.column.mismatched', states: ['mismatched', 'headSwap'] },
    { label: 'report.column.dropped', states: ['dropped'] },
  ],
  showAll: null,
  hasPlaces: false,
};
