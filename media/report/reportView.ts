import type {
  CheckBoot,
  CheckEvent,
  CheckPage,
  CheckRequests,
  PageAction,
  RepairAction,
} from '../../src/protocol/checkPage';
import { button, progressRing } from '../shared/controls';
import { element } from '../shared/dom';
import { LiveRegion } from '../shared/liveRegion';
import { HostConnection, type HostPort, RequestError } from '../shared/rpc';
import { messageText, nameText, text } from '../shared/texts';
import { barSection } from './bars';
import { keepPlace } from './keptPlace';
import { KeyTable } from './keyTable';
import { placeLink } from './links';
import { noticeList } from './notices';
import { partSwitch } from './parts';
import { repairCards } from './repairs';
import { ReportMemory } from './reportMemory';
import { forwardSection, signalSection } from './signal';

/** The report of one check: draws the page that the host sends, and sends what a person asks for. */
export class ReportView {
  readonly element = element('div', 'report');
  private readonly host: HostConnection<CheckRequests, CheckEvent>;
  private readonly memory: ReportMemory;
  private readonly live = new LiveRegion();
  private readonly head = element('header', 'report-head');
  private readonly body = element('main', 'report-body');
  private readonly model: KeyTable;
  private readonly file: KeyTable;
  private verdict = '';
  /** Whether a person has scrolled, or may have. */
  private moved = false;

  constructor(port: HostPort, boot: CheckBoot) {
    this.memory = new ReportMemory(port, boot.report);
    this.host = new HostConnection<CheckRequests, CheckEvent>(port, ({ page }) => this.show(page));
    const links = {
      onPlace: (file: string, line: number) => this.ask('goTo', { file, line }),
      onKey: (key: string) => this.ask('revealKey', { key }),
    };
    this.model = new KeyTable('model', this.memory, links);
    this.file = new KeyTable('file', this.memory, links);
    this.element.append(this.head, this.body, this.live.element);
    // Of the two, the one that scrolls: in a low window the head goes with the rest.
    for (const scroller of [this.element, this.body]) {
      scroller.addEventListener('scroll', () => {
        if (this.moved) this.memory.keepScroll(this.top);
      });
    }
    for (const event of ['keydown', 'pointerdown', 'wheel'] as const) {
      this.element.addEventListener(event, () => (this.moved = true), { passive: true });
    }
  }

  async open(): Promise<void> {
    this.body.replaceChildren(element('div', 'report-loading', progressRing(text('report.reading'))));
    try {
      this.show(await this.host.request('ready', {}));
    } catch (error) {
      this.failed(error);
    }
  }

  private get top(): number {
    return Math.max(this.element.scrollTop, this.body.scrollTop);
  }

  private set top(top: number) {
    this.element.scrollTop = top;
    this.body.scrollTop = top;
  }

  /** Rows that were never drawn are taken for low ones: the page gets its height when it is there. */
  private goTo(top: number): void {
    this.top = top;
    if (this.moved || this.top >= top) return;
    requestAnimationFrame(() => {
      if (!this.moved) this.top = top;
    });
  }

  private show(page: CheckPage): void {
    // The first pages after a reload are shorter than the one that was left.
    const top = this.moved ? this.top : this.memory.scroll;
    const giveBack = keepPlace(this.element);
    this.head.replaceChildren(...this.headParts(page));
    this.model.show(page.modelTree);
    this.file.show(page.fileTree);
    this.body.replaceChildren(
      ...noticeList(page.notices, {
        onAction: (action) => this.act(action),
        onPlace: (file, line) => this.ask('goTo', { file, line }),
      }),
      ...barSection(page.bars),
      ...partSwitch(page.parts, (path) => this.ask('usePart', { path })),
      ...repairCards(page.repairs, page.advice, (index, action) => this.repair(index, action)),
      ...this.table(page.modelTree.length > 0, 'report.model.title', this.model),
      ...this.table(page.fileTree.length > 0, 'report.file.title', this.file),
      ...signalSection(page),
      ...forwardSection(page, (file, line) => this.ask('goTo', { file, line })),
    );
    giveBack();
    this.goTo(top);
    this.announce(page);
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

  private table(isThere: boolean, title: string, table: KeyTable): HTMLElement[] {
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
        if (said !== null) this.live.announce(messageText(said));
      })
      .catch((error: unknown) => this.failed(error));
  }

  private ask<K extends Exclude<keyof CheckRequests, 'ready' | 'repair'>>(
    kind: K,
    body: CheckRequests[K]['request'],
  ): void {
    this.host.request(kind, body).catch((error: unknown) => this.failed(error));
  }

  private announce(page: CheckPage): void {
    const said = [page.progress, page.verdict?.message ?? null]
      .flatMap((message) => (message === null ? [] : [messageText(message)]))
      .join(' ');
    if (said === this.verdict) return;
    this.verdict = said;
    this.live.announce(said);
  }

  private failed(error: unknown): void {
    const reason =
      error instanceof RequestError
        ? messageText(error.body)
        : error instanceof Error
          ? error.message
          : String(error);
    this.body.querySelector('.report-loading, .failed-request')?.remove();
    const line = element('div', 'notice error failed-request', reason);
    line.setAttribute('role', 'alert');
    this.body.prepend(line);
  }
}

const marks = { good: '✓', bad: '✗', unknown: '?' } as const;
