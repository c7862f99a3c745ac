import type { PageLeaf } from '../../src/protocol/checkPage';
import type { ComparisonSideName, ComparisonState } from '../../src/protocol/comparisonPage';
import type { KeyTableKind } from '../report/keyTable';
import { linkButton } from '../report/links';
import { text } from '../shared/texts';

/** The side that the name of a key leads to: A, where it has the key. */
export function firstSide({ state }: PageLeaf<ComparisonState>): ComparisonSideName {
  return state === 'onlyB' ? 'b' : 'a';
}

/** The keys of both sides, with what differs. Keys that both have lead to B, too. */
export function comparisonKeys(onKeyOfB: (key: string) => void): KeyTableKind<ComparisonState> {
  const linkTitle = (key: string, side: ComparisonSideName): string =>
    text('comparison.showKey', key, text(`comparison.side.${side}`));
  return {
    name: 'comparison',
    title: 'comparison.title',
    second: 'comparison.column.form',
    last: 'comparison.column.difference',
    columns: [
      { label: 'comparison.column.onlyA', states: ['onlyA'] },
      { label: 'comparison.column.onlyB', states: ['onlyB'] },
      { label: 'comparison.column.reshaped', states: ['reshaped', 'reshapedRetyped'] },
      { label: 'comparison.column.retyped', states: ['retyped', 'reshapedRetyped'] },
    ],
    fine: 'same',
    showAll: 'comparison.showAll',
    hasPlaces: false,
    isSearched: true,
    stateText: (state) => text(`comparison.state.${state}`),
    linkTitle: (leaf) => linkTitle(leaf.key, firstSide(leaf)),
    moreLinks: ({ key, state }) =>
      state === 'onlyA' || state === 'onlyB'
        ? []
        : [linkButton(text('comparison.inB'), linkTitle(key, 'b'), () => onKeyOfB(key))],
  };
}
