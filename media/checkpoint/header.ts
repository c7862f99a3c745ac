import { splitIncompleteness } from '../../src/protocol/incompleteness';
import type { DocumentSummary, ViewState, WireInteger } from '../../src/protocol/messages';
import { formatBytes, formatCount, formatInteger } from '../../src/protocol/numbers';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { messageText, text } from '../shared/texts';
import { warningList } from './notices';
import { valueList } from './values';

export interface HeaderActions {
  readonly onMode: (mode: ViewState['mode']) => void;
  readonly onExport: () => void;
}

/** Dtypes with a colour of their own; the rest share one. */
const colours = 5;

/** The top of the editor: what the file is, how much it holds, what else is in it. */
export class Header {
  readonly element = element('header', 'header');
  private readonly facts = element('div', 'facts');
  private readonly modes = new Map<ViewState['mode'], HTMLElement>();

  constructor(actions: HeaderActions) {
    const switcher = element('div', 'segments');
    switcher.setAttribute('role', 'group');
    switcher.setAttribute('aria-label', text('editor.mode'));
    for (const mode of ['tree', 'table'] as const) {
      const segment = button({ label: text(`editor.mode.${mode}`), onClick: () => actions.onMode(mode) });
      segment.classList.add('segment');
      this.modes.set(mode, segment);
      switcher.append(segment);
    }
    const exporter = button({ label: text('editor.export'), onClick: actions.onExport });
    this.element.append(this.facts, element('div', 'header-actions', switcher, exporter));
  }

  showMode(mode: ViewState['mode']): void {
    for (const [name, segment] of this.modes) {
      segment.setAttribute('aria-pressed', String(name === mode));
      segment.setAttribute('appearance', name === mode ? 'primary' : 'secondary');
    }
  }

  show(summary: DocumentSummary): void {
    this.facts.replaceChildren(
      this.title(summary),
      this.totals(summary),
      ...valueList(summary.values),
      // Why the file is not complete is said by the banner.
      ...warningList(splitIncompleteness(summary).others),
    );
  }

  private title(summary: DocumentSummary): HTMLElement {
    const facts = [text(`format.${summary.format}`), ...summary.facts.map(messageText)].join(' · ');
    return element(
      'div',
      'title-line',
      element('h1', 'title', summary.fileName),
      element('span', 'dim', facts),
    );
  }

  private totals(summary: DocumentSummary): HTMLElement {
    const { totals } = summary;
    const line = element(
      'div',
      'totals',
      stat(
        formatInteger(totals.tensors),
        text('editor.tensors', totals.tensors),
        formatInteger(totals.tensors),
        totals.tensorsExact,
      ),
      countStat(totals.elements, text('editor.elements', totals.elements), totals.exact),
    );
    if (totals.parameters !== null) {
      line.append(countStat(totals.parameters, text('editor.parameters', totals.parameters), totals.exact));
    }
    line.append(
      byteStat(totals.bytes, text('editor.inTensors'), totals.exact),
      byteStat(summary.fileSize, text('editor.onDisk'), true),
    );
    if (totals.unusedStorageBytes !== 0) {
      const unused = byteStat(totals.unusedStorageBytes, text('editor.unused'), totals.unusedExact);
      const exactly = text('editor.unused.title', formatInteger(totals.unusedStorageBytes));
      unused.classList.add('attention');
      unused.title = totals.unusedExact ? exactly : text('editor.atLeast', exactly);
      line.append(unused);
    }
    if (summary.dtypes.length > 0) line.append(dtypeBar(summary.dtypes));
    return line;
  }
}

/** A number and what it counts; a lower bound is told as such. `exactly` is the number in full. */
function stat(value: string, label: string, exactly: string, exact: boolean): HTMLElement {
  const made = element('span', 'stat', element('b', '', exact ? value : `≥ ${value}`), ` ${label}`);
  made.title = bounded(exactly, exact);
  return made;
}

function countStat(count: WireInteger, label: string, exact: boolean): HTMLElement {
  return stat(formatCount(count), label, formatInteger(count), exact);
}

function byteStat(bytes: WireInteger, label: string, exact: boolean): HTMLElement {
  return stat(formatBytes(bytes), label, text('editor.bytes', formatInteger(bytes)), exact);
}

function bounded(value: string, exact: boolean): string {
  return exact ? value : text('editor.atLeast', value);
}

/** The mix of dtypes by bytes, with a legend that does not depend on colours. */
function dtypeBar(dtypes: DocumentSummary['dtypes']): HTMLElement {
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
