import type { HostPort } from '../shared/rpc';

/** Milliseconds between two savings while a person scrolls. */
const saveInterval = 150;

/** What a person opened in the report, kept by VS Code over a reload of the window and while the tab is hidden. */
export class ReportMemory {
  /** Rows whose being open differs from what the table would do, by `table path`. */
  readonly toggled: Map<string, boolean>;
  scroll: number;
  /** Tables that show the keys that load, too. */
  readonly showsAll: Set<string>;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly port: HostPort,
    /** Finds the report again when the window is reloaded. */
    private report: string,
  ) {
    const saved = record(port.getState());
    this.toggled = new Map(
      Object.entries(record(saved['toggled'])).flatMap(([key, value]) =>
        typeof value === 'boolean' ? [[key, value] as const] : [],
      ),
    );
    this.scroll = typeof saved['scroll'] === 'number' ? saved['scroll'] : 0;
    const all = saved['showsAll'];
    this.showsAll = new Set(Array.isArray(all) ? all.filter((one) => typeof one === 'string') : []);
    this.save();
  }

  /** The page has come to be about something else. */
  isNow(report: string): void {
    if (report === this.report) return;
    this.report = report;
    this.save();
  }

  keepScroll(top: number): void {
    this.scroll = top;
    this.save();
  }

  save(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.port.setState({
        report: this.report,
        toggled: Object.fromEntries(this.toggled),
        scroll: this.scroll,
        showsAll: [...this.showsAll],
      });
    }, saveInterval);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
