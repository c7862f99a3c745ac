import type { DocumentSummary, PredictionSummary, SourcePlace } from '../../src/protocol/messages';
import { formatInteger } from '../../src/protocol/numbers';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { text } from '../shared/texts';
import { placeLink } from './notices';
import { byteStat, countStat, dtypeBar, stat } from './stats';

export interface PredictionActions {
  readonly onPlace: (place: SourcePlace) => void;
  readonly onArguments: () => void;
}

/** The header of a predicted model: what it costs, with which arguments, and what attention blocks add. */
export function predictionFacts(
  summary: DocumentSummary,
  prediction: PredictionSummary,
  actions: PredictionActions,
): HTMLElement[] {
  return [
    element(
      'div',
      'title-line',
      element('h1', 'title', summary.fileName),
      element('span', 'dim', text('format.prediction')),
      placeLink(prediction.place, actions.onPlace),
    ),
    totals(summary, prediction),
    argumentLine(prediction, actions),
    ...attentionLine(summary, prediction),
  ];
}

function totals(summary: DocumentSummary, prediction: PredictionSummary): HTMLElement {
  const line = element('div', 'totals', parameterStat(summary, prediction));
  line.append(countOf(prediction.keys, text('prediction.keys', prediction.keys), prediction.exact));
  if (prediction.buffers !== null && prediction.buffers !== 0) {
    line.append(countStat(prediction.buffers, text('prediction.buffers'), true));
  }
  if (prediction.exact) {
    line.append(byteStat(summary.totals.bytes, text('editor.inTensors'), summary.totals.exact));
  }
  if (summary.dtypes.length > 0) line.append(dtypeBar(summary.dtypes));
  return line;
}

/** Exact, or a bound that is proven, or said to be unknown. */
function parameterStat({ totals }: DocumentSummary, { atLeast }: PredictionSummary): HTMLElement {
  if (totals.parameters !== null) {
    return countStat(totals.parameters, text('editor.parameters', totals.parameters), true);
  }
  if (atLeast !== null) return countStat(atLeast, text('editor.parameters', atLeast), false);
  return element('span', 'stat attention', element('b', '', text('prediction.notKnown')));
}

/** Keys that were not understood may be missing, and others may be deleted: no bound. */
function countOf(count: number, label: string, exact: boolean): HTMLElement {
  const shown = formatInteger(count);
  return exact
    ? stat(shown, label, shown, true)
    : stat(shown, text('prediction.keysSoFar', count), shown, true);
}

function argumentLine(prediction: PredictionSummary, actions: PredictionActions): HTMLElement {
  const line = element(
    'div',
    'arguments',
    element('code', 'mono', prediction.call),
    element('span', 'dim', text(origins[prediction.argumentsFrom])),
  );
  if (prediction.calledAt !== null) line.append(placeLink(prediction.calledAt, actions.onPlace));
  const change = button({ label: text('prediction.changeArguments'), onClick: actions.onArguments });
  line.append(change);
  return line;
}

const origins = {
  defaults: 'prediction.from.defaults',
  user: 'prediction.from.user',
  call: 'prediction.from.call',
} as const;

function attentionLine(summary: DocumentSummary, { attention }: PredictionSummary): HTMLElement[] {
  if (attention === null || attention.elements === null) return [];
  const added = formatInteger(attention.elements);
  const whole = summary.totals.parameters;
  const share = whole === null ? 0 : Number(attention.elements) / Number(whole);
  const told =
    whole === null || Number(whole) === 0
      ? text('source.lens.blocksOnly', attention.blocks, added)
      : text('source.lens.blocks', attention.blocks, added, `${(share * 100).toFixed(2)} %`);
  return [element('div', 'dim', told)];
}
