import type { DocumentSummary, WireInteger } from '../../src/protocol/messages';
import { formatBytes, formatCount, formatInteger } from '../../src/protocol/numbers';
import { element } from '../shared/dom';
import { text } from '../shared/texts';

/** Dtypes with a colour of their own; the rest share one. */
const colours = 5;

/** A number and what it counts; a lower bound is told as such. `exactly` is the number in full. */
export function stat(value: string, label: string, exactly: string, exact: boolean): HTMLElement {
  const made = element('span', 'stat', element('b', '', exact ? value : `≥ ${value}`), ` ${label}`);
  made.title = bounded(exactly, exact);
  return made;
}

export function countStat(count: WireInteger, label: string, exact: boolean): HTMLElement {
  return stat(formatCount(count), label, formatInteger(count), exact);
}

export function byteStat(bytes: WireInteger, label: string, exact: boolean): HTMLElement {
  return stat(formatBytes(bytes), label, text('editor.bytes', formatInteger(bytes)), exact);
}

function bounded(value: string, exact: boolean): string {
  return exact ? value : text('editor.atLeast', value);
}

/** The mix of dtypes by bytes, with a legend that does not depend on colours. */
export function dtypeBar(dtypes: DocumentSummary['dtypes']): HTMLElement {
  const bar = element('div', 'dtype-bar');
  const legend = element('div', 'dtype-legend');
  const total = dtypes.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  dtypes.forEach(({ dtype, tensors, bytes, exact }, index) => {
    const colour = String(Math.min(index, colours));
    const part = element('i');
    part.dataset['colour'] = colour;
    part.style.flexGrow = String(total > 0 ? Number(bytes) / total : 1);
    const swatch = element('i', 'swatch');
    swatch.dataset['colour'] = colour;
    const entry = element('span', 'legend-entry', swatch, `${dtype} ${formatInteger(tensors)}`);
    entry.title = bounded(text('editor.bytes', formatInteger(bytes)), exact);
    part.title = `${dtype}: ${entry.title}`;
    bar.append(part);
    legend.append(entry);
  });
  bar.setAttribute('aria-hidden', 'true');
  return element('div', 'dtypes', bar, legend);
}
