import { splitIncompleteness } from '../../src/protocol/incompleteness';
import type { DocumentSummary, SourcePlace, ViewState } from '../../src/protocol/messages';
import { formatInteger } from '../../src/protocol/numbers';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { messageText, text } from '../shared/texts';
import { warningList } from './notices';
import { SafetyLine } from './safetyLine';
import { predictionFacts } from './predictionFacts';
import { byteStat, countStat, dtypeBar, stat } from './stats';
import { valueList } from './values';

export interface HeaderActions {
  readonly onMode: (mode: ViewState['mode']) => void;
  readonly onSafety: () => void;
  readonly onExport: () => void;
  readonly onPlace: (place: SourcePlace) => void;
  readonly onArguments: () => void;
}

/** The top of the editor: what the file is, how much it holds, what else is in it. */
export class Header {
  readonly element = element('header', 'header');
  private readonly facts = element('div', 'facts');
  readonly safetyLine: SafetyLine;
  private readonly modes = new Map<ViewState['mode'] | 'safety', HTMLElement>();

  /** @param isFile false for a model that was predicted from its source */
  constructor(
    private readonly actions: HeaderActions,
    isFile: boolean,
  ) {
    this.safetyLine = new SafetyLine(actions.onSafety);
    const switcher = element('div', 'segments');
    switcher.setAttribute('role', 'group');
    switcher.setAttribute('aria-label', text('editor.mode'));
    for (const mode of ['tree', 'table'] as const) {
      const segment = button({ label: text(`editor.mode.${mode}`), onClick: () => actions.onMode(mode) });
      segment.classList.add('segment');
      this.modes.set(mode, segment);
      switcher.append(segment);
    }
    if (isFile) {
      const segment = button({ label: text('safetyView.tab'), onClick: actions.onSafety });
      segment.classList.add('segment');
      this.modes.set('safety', segment);
      switcher.append(segment);
    }
    const exporter = button({ label: text('editor.export'), onClick: actions.onExport });
    this.element.append(this.facts, element('div', 'header-actions', switcher, exporter));
  }

  showMode(mode: ViewState['mode'] | 'safety'): void {
    for (const [name, segment] of this.modes) {
      segment.setAttribute('aria-pressed', String(name === mode));
      segment.setAttribute('appearance', name === mode ? 'primary' : 'secondary');
    }
  }

  show(summary: DocumentSummary): void {
    const facts =
      summary.prediction === null
        ? [this.title(summary), this.totals(summary), ...valueList(summary.values)]
        : predictionFacts(summary, summary.prediction, this.actions);
    this.facts.replaceChildren(
      ...facts,
      ...(summary.prediction === null ? [this.safetyLine.element] : []),
      // Why the file is not complete is said by the banner.
      ...warningList(splitIncompleteness(summary).others, this.actions.onPlace),
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
      ...(summary.fileSize === null ? [] : [byteStat(summary.fileSize, text('editor.onDisk'), true)]),
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
