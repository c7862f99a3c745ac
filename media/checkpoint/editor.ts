import { splitIncompleteness } from '../../src/protocol/incompleteness';
import type {
  CopyFormat,
  DocumentSummary,
  EditorCommand,
  ErrorBody,
  EventMessage,
  Message,
  SourcePlace,
  ViewState,
  ViewSummary,
  WebviewBoot,
} from '../../src/protocol/messages';
import { progressRing } from '../shared/controls';
import { element } from '../shared/dom';
import { LiveRegion } from '../shared/liveRegion';
import { HostConnection, type HostPort, RequestError } from '../shared/rpc';
import { messageText, text } from '../shared/texts';
import { dangerBanner } from './safetyLine';
import { SafetyView } from './safetyView';
import { DetailsPane } from './details';
import { type EditorMemory, MemoryKeeper, recall } from './editorMemory';
import { Header, type HeaderActions } from './header';
import { banner, failurePage, OutlineNotices, staleBanner } from './notices';
import { Outline } from './outline';
import { SearchBar } from './search';
import { Split } from './split';

/** Moving over rows with a held key asks for the details of the last one only. */
const detailsPause = 60;

/** The checkpoint editor: puts its parts together and carries what one part says to the others. */
export class CheckpointEditor {
  readonly element = element('div', 'editor');
  private readonly host: HostConnection;
  private readonly keeper: MemoryKeeper;
  private readonly memory: EditorMemory;
  private readonly live = new LiveRegion();
  private readonly header: Header;
  private readonly search: SearchBar;
  private readonly outline: Outline;
  private readonly details: DetailsPane;
  private readonly split: Split;
  private readonly safety: SafetyView;
  private readonly danger = element('div', 'danger-banner');
  private readonly incomplete = element('div', 'banners');
  private readonly banners = element('div', 'banners');
  private readonly notices = new OutlineNotices();
  private readonly loading: HTMLElement;
  private detailsTimer: ReturnType<typeof setTimeout> | undefined;
  private opened = false;

  constructor(
    port: HostPort,
    private readonly boot: WebviewBoot,
  ) {
    this.memory = recall(port, boot.defaults, boot.origin);
    this.keeper = new MemoryKeeper(port, this.memory);
    this.host = new HostConnection(port, (event) => this.receive(event));
    const isFile = boot.subject === 'checkpoint';
    const header: HeaderActions = {
      onMode: (mode) => this.setMode(mode),
      onSafety: () => this.showSafety(true),
      onExport: () => this.run('exportTable'),
      onPlace: (place) => this.openPlace(place),
      onArguments: () => this.chooseArguments(),
    };
    this.header = new Header(header, isFile);
    this.safety = new SafetyView((place) => {
      this.host.request('openDisassembly', place).catch((error: unknown) => this.failed(error));
    });
    this.search = new SearchBar({
      onFilter: (filter) => this.setView({ filter }),
      onNext: (backwards) => this.step(backwards),
      onLeave: () => this.outline.focus(),
      onFold: (foldRuns) => this.setView({ foldRuns }),
    });
    this.outline = new Outline(this.host, boot.view, this.memory, {
      onSelect: (key) => this.selected(key),
      onView: (summary, ordinal) => this.viewed(summary, ordinal),
      onError: (error) => this.failed(error),
      onActivateLeaf: () => this.activateLeaf(),
      onLeave: () => this.search.focus(),
      onMemory: () => this.keeper.save(),
    });
    this.details = new DetailsPane({
      onCopy: (format) => this.copy(format, this.memory.selected),
      onLink: (key) => void this.outline.reveal(key),
      onPlace: (place) => this.openPlace(place),
      onSource: (name, source) => this.ask('showSource', { name, text: source }),
    });
    const main = element(
      'main',
      'outline-pane',
      this.search.element,
      this.notices.element,
      this.outline.element,
    );
    this.split = new Split(main, this.details.element, this.memory, () => this.keeper.save());
    this.loading = element('div', 'loading-page', progressRing(text('editor.opening')));
    this.element.append(
      this.danger,
      this.header.element,
      this.incomplete,
      this.banners,
      this.split.element,
      this.safety.element,
      this.loading,
      this.live.element,
    );
    this.element.classList.add('opening');
    document.addEventListener('copy', (event) => this.copyEvent(event));
    // Without a selection of text Chromium offers "copy" only when this is cancelled.
    document.addEventListener('beforecopy', (event) => {
      if (this.outlineHasFocus()) event.preventDefault();
    });
  }

  /** Asks for the document and shows it, or why it cannot be shown. */
  async open(reload = false): Promise<void> {
    this.element.querySelector('.failure')?.remove();
    this.element.classList.add('opening');
    try {
      const summary = await this.host.request('open', { reload });
      this.showSummary(summary);
      this.showSafety(this.memory.safety, false);
      this.search.set(this.memory.view);
      this.opened = true;
      await this.outline.reload();
      this.reportState();
      void this.scan();
    } catch (error) {
      this.showFailure(error);
    } finally {
      this.element.classList.remove('opening');
    }
  }

  private receive(event: EventMessage): void {
    switch (event.event) {
      case 'documentChanged':
        if (!this.opened) {
          void this.open();
          return;
        }
        this.showSummary(event.summary);
        this.live.announce(text('editor.reloaded'));
        void this.outline.reload().then(() => this.scan());
        return;
      case 'documentStale':
        this.showStale(event.reason);
        return;
      case 'reveal':
        this.outline.focus();
        void this.outline.reveal(event.key);
        return;
      case 'showFinding':
        this.showSafety(true);
        this.safety.reveal(event.place);
        return;
      case 'command':
        this.run(event.command);
        return;
    }
  }

  private run(command: EditorCommand): void {
    switch (command) {
      case 'find':
        return this.search.focus();
      case 'nextMatch':
        return this.step(false);
      case 'previousMatch':
        return this.step(true);
      case 'expandAll':
        return void this.outline.toggleAll(true);
      case 'collapseAll':
        return void this.outline.toggleAll(false);
      case 'expandSubtree': {
        const row = this.outline.selected;
        return row === undefined ? undefined : void this.outline.toggle(row, true, true);
      }
      case 'toggleMode':
        return this.setMode(this.memory.view.mode === 'tree' ? 'table' : 'tree');
      case 'toggleFoldRuns':
        return this.setView({ foldRuns: !this.memory.view.foldRuns });
      case 'toggleDetails':
        return this.split.toggle();
      case 'showSafety':
        return this.showSafety(!this.memory.safety);
      case 'exportTable':
        return this.ask('exportTable', { view: this.boot.view });
      case 'goToSource':
        return this.goToSource();
      case 'copyKey':
        return this.copy('key', this.memory.selected);
      case 'copyPython':
        return this.copy('python', this.memory.selected);
      case 'copyRow':
        return this.copy('row', this.memory.selected);
      case 'copyTsv':
        return this.copy('tsv', null);
      case 'copyMarkdown':
        return this.copy('markdown', null);
      case 'copyCsv':
        return this.copy('csv', null);
      case 'copyJson':
        return this.copy('json', null);
    }
  }

  private setMode(mode: ViewState['mode']): void {
    this.showSafety(false, false);
    this.header.showMode(mode);
    this.setView({ mode });
  }

  /** Puts the safety view in the place of the rows, or the rows back. */
  private showSafety(wanted: boolean, focus = true): void {
    const shown = wanted && this.boot.subject === 'checkpoint';
    this.memory.safety = shown;
    this.safety.element.hidden = !shown;
    this.split.element.hidden = shown;
    this.header.showMode(shown ? 'safety' : this.memory.view.mode);
    this.keeper.save();
    if (!focus) return;
    if (shown) this.safety.element.focus();
    else this.outline.focus();
  }

  private scans = 0;

  /** Asks what a scan of the file sees, once its rows are there; only the last answer counts. */
  private async scan(): Promise<void> {
    if (this.boot.subject !== 'checkpoint') return;
    const scan = ++this.scans;
    const { safetyLine } = this.header;
    safetyLine.showScanning();
    try {
      const page = await this.host.request('safety', {});
      if (scan !== this.scans) return;
      safetyLine.show(page);
      this.safety.show(page);
      const isDangerous = page.verdict === 'dangerous';
      // Without rows to go back to, a second click brings the reason back.
      const show = (): void => this.showSafety(this.opened || !this.memory.safety);
      this.danger.replaceChildren(...(isDangerous ? [dangerBanner(show)] : []));
    } catch (error) {
      if (scan !== this.scans) return;
      const reason = messageText(errorBody(error));
      safetyLine.showFailure(reason);
      this.safety.showFailure(reason);
      this.danger.replaceChildren();
    }
  }

  private setView(changed: Partial<ViewState>): void {
    void this.outline.setView(changed);
    this.search.set(this.memory.view);
    this.reportState();
  }

  private step(backwards: boolean): void {
    if (this.memory.view.filter.trim() === '') {
      this.search.focus();
      return;
    }
    this.outline.nextMatch(backwards).catch((error: unknown) => this.failed(error));
  }

  private viewed(summary: ViewSummary, ordinal: number | null): void {
    const said = this.search.show(summary, ordinal);
    this.notices.show(summary.notices ?? []);
    if (said !== '') this.live.announce(said);
  }

  private selected(key: string | null): void {
    clearTimeout(this.detailsTimer);
    this.detailsTimer = setTimeout(() => {
      this.reportState();
      this.split.showSelection(key !== null);
      if (key === null) this.details.show(null);
      else this.showDetails(key).catch((error: unknown) => this.failed(error));
    }, detailsPause);
  }

  private async showDetails(key: string): Promise<void> {
    const details = await this.host.request('details', { view: this.boot.view, key });
    if (this.memory.selected === key) this.details.show(details);
  }

  /** The details of a tensor of a file, the line that builds one of a model. */
  private activateLeaf(): void {
    if (this.boot.subject === 'prediction') this.goToSource();
    else this.split.reveal();
  }

  private goToSource(): void {
    const { selected } = this.memory;
    if (selected === null) return this.live.announce(text('editor.nothingSelected'));
    this.host
      .request('goToSource', { key: selected })
      .then(({ found }) => {
        if (!found) this.live.announce(text('prediction.noSource'));
      })
      .catch((error: unknown) => this.failed(error));
  }

  private openPlace(place: SourcePlace): void {
    this.host.request('openPlace', place).catch((error: unknown) => this.failed(error));
  }

  private chooseArguments(): void {
    this.host.request('chooseArguments', {}).catch((error: unknown) => this.failed(error));
  }

  private copy(format: CopyFormat, key: string | null): void {
    const needsRow = format === 'key' || format === 'python' || format === 'row';
    if (needsRow && key === null) return this.live.announce(text('editor.nothingSelected'));
    this.host
      .request('copyToClipboard', { view: this.boot.view, key, format })
      .then(({ lines }) => this.live.announce(text('editor.copied', lines)))
      .catch((error: unknown) => this.failed(error));
  }

  private copyEvent(event: ClipboardEvent): void {
    if (!this.outlineHasFocus() || (document.getSelection()?.toString() ?? '') !== '') return;
    event.preventDefault();
    this.copy('key', this.memory.selected);
  }

  private outlineHasFocus(): boolean {
    return this.outline.element.contains(document.activeElement);
  }

  private ask(kind: 'exportTable', body: { readonly view: string }): void;
  private ask(kind: 'showSource', body: { readonly name: string; readonly text: string }): void;
  private ask(kind: 'exportTable' | 'showSource', body: never): void {
    this.host.request(kind, body).catch((error: unknown) => this.failed(error));
  }

  private lastReported = '';

  private reportState(): void {
    const { view, selected } = this.memory;
    const state = {
      mode: view.mode,
      foldRuns: view.foldRuns,
      filtered: view.filter.trim() !== '',
      selected: selected !== null,
    };
    const serialized = JSON.stringify(state);
    if (serialized === this.lastReported) return;
    this.lastReported = serialized;
    this.host.request('editorState', state).catch(() => undefined);
  }

  private showSummary(summary: DocumentSummary): void {
    this.header.show(summary);
    this.outline.fit(summary.dtypes.map(({ dtype }) => dtype));
    this.showIncompleteness(summary);
  }

  /** What is missing stays said, whatever else is to be said; a document that was read is not stale. */
  private showIncompleteness(summary: DocumentSummary): void {
    const reason = splitIncompleteness(summary).reason ?? { code: 'editor.partial', args: [] };
    this.incomplete.replaceChildren(...(summary.partial ? [banner(reason, 'warning')] : []));
    this.banners.replaceChildren();
  }

  private showStale(reason: Message): void {
    const retry = (): void => {
      this.banners.replaceChildren();
      // When it succeeds, every editor of the document is told that it changed.
      this.host.request('open', { reload: true }).catch((error: unknown) => this.showStale(errorBody(error)));
    };
    this.banners.replaceChildren(staleBanner(reason, retry));
  }

  /** An answer to one action failed: the document stays. */
  private failed(error: unknown): void {
    if (!this.opened) {
      this.showFailure(error);
      return;
    }
    this.banners.replaceChildren(banner(errorBody(error), 'warning'));
  }

  private showFailure(error: unknown): void {
    this.element.querySelector('.failure')?.remove();
    this.element.classList.add('failed');
    const page = failurePage(errorBody(error), {
      onRetry: () => {
        this.element.classList.remove('failed');
        void this.open(true);
      },
      other:
        this.boot.subject === 'prediction'
          ? { label: 'prediction.changeArguments', onClick: () => this.chooseArguments() }
          : {
              label: 'editor.openAsText',
              onClick: () => void this.host.request('openAsText', {}).catch(() => undefined),
            },
    });
    this.element.append(page);
    void this.scan();
  }
}

function errorBody(error: unknown): ErrorBody {
  if (error instanceof RequestError) return error.body;
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', args: [reason], offset: null, record: null };
}
