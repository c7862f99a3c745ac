import type { SignalRow } from '../../compatibility/report';
import type { PageSignal, PageSignalRow } from '../../protocol/checkPage';
import type { Message } from '../../protocol/messages';

/** Ratios this near to 1 are no change that a layer would notice. */
const UNCHANGED = 0.05;
/** Initialisations that differ by less than this give one number. */
const SAME = 0.02;
/** The logit whose sigmoid is 0.90. */
const LOGIT_OF_90 = Math.log(9);

/** The signal check as the page shows it. */
export function signalPage(rows: readonly SignalRow[]): PageSignal {
  const closes = rows.some(({ gate, ratio }) => gate !== null && changed(ratio));
  return {
    rows: rows.map(rowOf),
    advice: closes ? { code: 'report.signal.advice', args: [] } : null,
  };
}

/** Shapes of an output, nested as the model gives them. */
export function outputText(output: unknown): string {
  const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
  return text.replaceAll(',', ', ').replaceAll(',  ', ', ');
}

function rowOf(row: SignalRow): PageSignalRow {
  const { path, type, output, ratio, least, most } = row;
  return {
    path,
    type,
    output: outputText(output),
    ratio,
    range: least === null || most === null || most - least < SAME ? null : [least, most],
    meaning: meaningOf(row),
  };
}

function meaningOf(row: SignalRow): Message[] {
  const { gate } = row;
  const what: Message[] =
    gate === null || gate.mean === null || !changed(gate.mean)
      ? []
      : [{ code: 'report.signal.gate', args: [gate.mean.toFixed(2)] }];
  return [...what, ...consequence(row)];
}

/** What the pretrained layer behind the block gets, or what the model gives where there is none. */
function consequence({ ratio, behind, outputs }: SignalRow): Message[] {
  if (behind !== null && changed(behind.ratio)) {
    return [{ code: 'report.signal.behind', args: [behind.path, behind.ratio.toFixed(2)] }];
  }
  const output = outputs?.find(changed) ?? null;
  if (behind === null && output !== null) {
    const confidence = 1 / (1 + Math.exp(-LOGIT_OF_90 * output));
    return [{ code: 'report.signal.outputs', args: [output.toFixed(2), confidence.toFixed(2)] }];
  }
  if (ratio === null || changed(ratio)) return [];
  return [{ code: 'report.signal.kept', args: [] }];
}

function changed(value: number | null): value is number {
  return value !== null && Math.abs(value - 1) > UNCHANGED;
}
