import type { CheckBoot } from '../../src/protocol/checkPage';
import type {
  ComparisonAction,
  ComparisonEvent,
  ComparisonPage,
  ComparisonRequests,
  ComparisonSideName,
  ComparisonState,
} from '../../src/protocol/comparisonPage';
import { barSection } from '../report/bars';
import { KeyTable } from '../report/keyTable';
import { linkButton } from '../report/links';
import { noticeList } from '../report/notices';
import { PageFrame } from '../report/pageFrame';
import { partSwitch } from '../report/parts';
import { ReportMemory } from '../report/reportMemory';
import { button, progressRing } from '../shared/controls';
import { element } from '../shared/dom';
import { HostConnection, type HostPort } from '../shared/rpc';
import { messageText, nameText, text } from '../shared/texts';
import { comparisonKeys, firstSide } from './comparisonKeys';

/** Two files or models compared: draws the page that the host sends, and sends what a person asks for. */
export class ComparisonView {
  private readonly host: HostConnection<ComparisonRequests, ComparisonEvent>;
  private readonly memory: ReportMemory;
  private readonly frame: PageFrame;
  private readonly keys: KeyTable<ComparisonState>;

  constructor(port: HostPort, boot: CheckBoot) {
    this.memory = new ReportMemory(port, boot.report);
    this.frame = new PageFrame(this.memory);
    this.host = new HostConnection<ComparisonRequests, ComparisonEvent>(port, ({ page }) => this.show(page));
    this.keys = new KeyTable(
      comparisonKeys((key) => this.ask('reveal', { side: 'b', key })),
      this.memory,
      {
        onPlace: () => undefined,
        onKey: (leaf) => this.ask('reveal', { side: firstSide(leaf), key: leaf.key }),
      },
    );
  }

  get element(): HTMLElement {
    return this.frame.element;
  }

  async open(): Promise<void> {
    this.frame.wait(text('comparison.reading'));
    try {
      this.show(await this.host.request('ready', {}));
    } catch (error) {
      this.frame.failed(error);
    }
  }

  private show(page: ComparisonPage): void {
    this.memory.isNow(page.id);
    this.frame.show(this.headParts(page), () => this.bodyParts(page));
    this.frame.announce(page.progress === null ? verdictText(page) : messageText(page.progress));
  }

  private headParts(page: ComparisonPage): HTMLElement[] {
    const verdict = element('h1', `verdict ${tones[page.tone]}`);
    if (page.verdict.length > 0) {
      const mark = element('span', 'verdict-mark', marks[page.tone]);
      mark.setAttribute('aria-hidden', 'true');
      verdict.append(mark);
    }
    verdict.append(verdictText(page));
    const actions = element('div', 'report-actions', ...this.actions(page));
    return [
      element('div', 'verdict-line', verdict, actions),
      element('dl', 'sides', ...this.side(page, 'a'), ...this.side(page, 'b')),
    ];
  }

  private actions(page: ComparisonPage): HTMLElement[] {
    if (page.progress !== null) {
      return [
        progressRing(messageText(page.progress)),
        button({ label: text('report.action.cancel'), onClick: () => this.ask('cancel', {}) }),
      ];
    }
    const isCompared = page.bars.length > 0;
    const offered: readonly ComparisonAction[] = isCompared
      ? ['run', 'swap', 'copyMarkdown', 'copyJson', 'export']
      : ['run'];
    return offered.map((action) =>
      button({ label: text(`comparison.action.${action}`), onClick: () => this.act(action) }),
    );
  }

  private side(page: ComparisonPage, side: ComparisonSideName): HTMLElement[] {
    const { name, facts } = page[side];
    const line = element('dd');
    const shown = nameText(name);
    // Where it is to be shown is known once it has been compared.
    if (page.bars.length === 0) line.append(element('span', 'mono', shown));
    else {
      const title = text('comparison.show', name);
      line.append(linkButton(shown, title, () => this.ask('reveal', { side, key: null })));
    }
    for (const fact of facts) line.append(element('span', 'dim', ` · ${messageText(fact)}`));
    return [element('dt', '', text(`comparison.side.${side}`)), line];
  }

  private bodyParts(page: ComparisonPage): HTMLElement[] {
    this.keys.show(page.tree);
    const keys = element('section', 'keys', element('h2', '', text('comparison.title')), this.keys.element);
    return [
      ...noticeList(page.notices, {
        onAction: (action) => {
          if (action === 'chooseArguments') this.act(action);
        },
        onPlace: (file, line) => this.ask('goTo', { file, line }),
      }),
      ...barSection(page.bars, (state) => text(`comparison.state.${state}`)),
      ...partSwitch(text('comparison.partsOfA'), page.a.parts, (path) =>
        this.ask('usePart', { side: 'a', path }),
      ),
      ...partSwitch(text('comparison.partsOfB'), page.b.parts, (path) =>
        this.ask('usePart', { side: 'b', path }),
      ),
      ...(page.tree.length > 0 ? [keys] : []),
    ];
  }

  private act(action: ComparisonAction): void {
    this.host
      .request('act', { action })
      .then(({ said }) => {
        if (said !== null) this.frame.tell(messageText(said));
      })
      .catch((error: unknown) => this.frame.failed(error));
  }

  private ask<K extends Exclude<keyof ComparisonRequests, 'ready' | 'act'>>(
    kind: K,
    body: ComparisonRequests[K]['request'],
  ): void {
    this.host.request(kind, body).catch((error: unknown) => this.frame.failed(error));
  }
}

function verdictText({ verdict, progress }: ComparisonPage): string {
  if (verdict.length === 0) return progress === null ? text('report.noAnswer') : messageText(progress);
  return verdict.map(messageText).join(' · ');
}

const marks = { same: '=', differs: '≠', unknown: '?' } as const;
const tones = { same: 'good', differs: 'differs', unknown: 'unknown' } as const;
