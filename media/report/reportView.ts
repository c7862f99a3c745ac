import type {
  CheckBoot,
  CheckEvent,
  CheckPage,
  CheckRequests,
  PageAction,
  PageLeaf,
  PageState,
  RepairAction,
} from '../../src/protocol/checkPage';
import { button, progressRing } from '../shared/controls';
import { element } from '../shared/dom';
import { HostConnection, type HostPort } from '../shared/rpc';
import { messageText, nameText, text } from '../shared/texts';
import { barSection } from './bars';
import { KeyTable } from './keyTable';
import { fileKeys, modelKeys } from './keyTables';
import { placeLink } from './links';
import { noticeList } from './notices';
import { PageFrame } from './pageFrame';
import { partSwitch } from './parts';
import { repairCards } from './repairs';
import { ReportMemory } from './reportMemory';
import { forwardSection, signalSection } from './signal';

/** The report of one check: draws the page that the host sends, and sends what a person asks for. */
export class ReportView {
  private readonly host: HostConnection<CheckRequests, CheckEvent>;
  private readonly frame: PageFrame;
  private readonly model: KeyTable<PageState>;
  private readonly file: KeyTable<PageState>;

  constructor(port: HostPort, boot: CheckBoot) {
    const memory = new ReportMemory(port, boot.report);
    this.frame = new PageFrame(memory);
    this.host = new HostConnection<CheckRequests, CheckEvent>(port, ({ page }) => this.show(page));
    const links = {
      onPlace: (file: string, line: number) => this.ask('goTo', { file, line }),
      onKey: ({ fileKey }: PageLeaf) => this.ask('revealKey', { key: fileKey ?? '' }),
    };
    this.model = new KeyTable(modelKeys, memory, links);
    this.file = new KeyTable(fileKeys, memory, links);
  }

  get element(): HTMLElement {
    return this.frame.element;
  }

  async open(): Promise<void> {
    this.frame.wait(text('report.reading'));
    try {
      this.show(await this.host.request('ready', {}));
    } catch (error) {
      this.frame.failed(error);
    }
  }

  private show(page: CheckPage): void {
    this.frame.show(this.headParts(page), () => this.bodyParts(page));
    this.frame.announce(
      [page.progress, page.verdict?.message ?? null]
        .flatMap((message) => (message === null ? [] : [messageText(message)]))
        .join(' '),
    );
  }

  private bodyParts(page: CheckPage): HTMLElement[] {
    this.model.show(page.modelTree);
    this.file.show(page.fileTree);
    return [
      ...noticeList(page.notices, {
        onAction: (action) => this.act(action),
        onPlace: (file, line) => this.ask('goTo', { file, line }),
      }),
      ...barSection(page.bars, (state) => text(`report.state.${state}`)),
      ...partSwitch(text('report.parts'), page.parts, (path) => this.ask('usePart', { path })),
      ...repairCards(page.repairs, page.advice, (index, action) => this.repair(index, action)),
      ...this.table(page.modelTree.length > 0, 'report.model.title', this.model),
      ...this.table(page.fileTree.length > 0, 'report.file.title', this.file),
      ...signalSection(page),
      ...forwardSection(page, (file, line) => this.ask('goTo', { file, line })),
    ];
  }

  private headParts(page: CheckPage): HTMLElement[] {
    const tone = page.verdict?.tone ?? 'unknown';
    const verdict = element('h1', `verdict ${page.verdict === null ? '' : tone}`);
    if (page.verdict !== null) {
      const mark = element('span', 'verdict-mark', marks[tone]);
      mark.setAttribute('aria-hidden', 'true');
      verdict.append(mark);
    }
    verdict.append(page.verdict === null ? text('report.reading') : messageText(page.verdict.message));
    const actions = element('div', 'report-actions');
    if (page.progress === null) {
      actions.append(
        button({
          label: text(page.proven ? 'report.action.run' : 'report.action.prove'),
          appearance: page.proven ? 'secondary' : 'primary',
          onClick: () => this.act('run'),
        }),
        ...(page.proven
          ? [button({ label: text('report.action.signal'), onClick: () => this.act('signal') })]
          : []),
        button({ label: text('report.action.export'), onClick: () => this.ask('export', {}) }),
      );
    } else {
      actions.append(
        progressRing(messageText(page.progress)),
        element('span', 'report-progress dim', messageText(page.progress)),
        button({ label: text('report.action.cancel'), onClick: () => this.ask('cancel', {}) }),
      );
    }
    return [element('div', 'verdict-line', verdict, actions), this.factLine(page)];
  }

  private factLine(page: CheckPage): HTMLElement {
    const facts = element('p', 'facts dim');
    facts.append(element('span', 'mono', nameText(page.model)));
    if (page.modelPlace !== null) {
      const { file, line } = page.modelPlace;
      facts.append(
        ' ',
        placeLink(page.modelPlace, () => this.ask('goTo', { file, line })),
      );
    }
    for (const fact of page.facts) facts.append(' · ', messageText(fact));
    return facts;
  }

  private table(isThere: boolean, title: string, table: KeyTable<PageState>): HTMLElement[] {
    if (!isThere) return [];
    return [element('section', 'keys', element('h2', '', text(title)), table.element)];
  }

  private act(action: PageAction): void {
    this.ask('act', { action });
  }

  private repair(index: number, action: RepairAction): void {
    this.host
      .request('repair', { index, action })
      .then(({ said }) => {
        if (said !== null) this.frame.tell(messageText(said));
      })
      .catch((error: unknown) => this.frame.failed(error));
  }

  private ask<K extends Exclude<keyof CheckRequests, 'ready' | 'repair'>>(
    kind: K,
    body: CheckRequests[K]['request'],
  ): void {
    this.host.request(kind, body).catch((error: unknown) => this.frame.failed(error));
  }
}

const marks = { good: '✓', bad: '✗', unknown: '?' } as const;
