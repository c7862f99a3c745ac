import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The extension's editor inside its webview. */
export class CheckpointEditor {
  constructor(
    readonly page: Page,
    readonly frame: FrameLocator,
  ) {}

  get grid(): Locator {
    return this.frame.locator('.outline');
  }

  get rows(): Locator {
    return this.frame.locator('.list-body > .row:visible');
  }

  get selectedRow(): Locator {
    return this.frame.locator('.list-body > .row[aria-selected=true]:visible');
  }

  get header(): Locator {
    return this.frame.locator('.header');
  }

  get details(): Locator {
    return this.frame.locator('.details');
  }

  /** The sentence of the header on what loading the file would do. */
  get safetyLine(): Locator {
    return this.frame.locator('.safety-line');
  }

  get safetyView(): Locator {
    return this.frame.locator('.safety-view');
  }

  get banner(): Locator {
    return this.frame.locator('.banner');
  }

  /** What stands in the place of the tree when the file cannot be shown. */
  get failure(): Locator {
    return this.frame.locator('.failure');
  }

  get searchField(): Locator {
    return this.frame.locator('.search-field input');
  }

  get searchCount(): Locator {
    return this.frame.locator('.search-count');
  }

  /** Polite announcements for screen readers. */
  get status(): Locator {
    return this.frame.locator('[role=status][aria-live=polite]');
  }

  /** Waits until rows are there. */
  async shown(): Promise<void> {
    await this.rows.first().waitFor({ timeout: 30_000 });
  }

  /** The row with this name, as written in the name column. */
  row(name: string): Locator {
    const exact = new RegExp(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
    return this.rows.filter({ has: this.frame.locator('.row-name', { hasText: exact }) });
  }

  /** The names of the rows from top to bottom. */
  async names(): Promise<string[]> {
    const rows = await this.rows.evaluateAll((elements) =>
      elements.map((element) => ({
        index: Number(element.getAttribute('data-index')),
        name: element.querySelector('.row-name')?.textContent ?? '',
      })),
    );
    return rows.sort((a, b) => a.index - b.index).map(({ name }) => name);
  }

  async select(name: string): Promise<void> {
    await this.row(name).locator('.row-name').click();
  }

  async expand(name: string): Promise<void> {
    await this.setExpanded(name, true);
  }

  async collapse(name: string): Promise<void> {
    await this.setExpanded(name, false);
  }

  async search(text: string): Promise<void> {
    await this.searchField.fill(text);
  }

  button(name: string): Locator {
    return this.frame.locator('vscode-button').filter({ hasText: name });
  }

  private async setExpanded(name: string, expanded: boolean): Promise<void> {
    const row = this.row(name);
    if ((await row.getAttribute('aria-expanded')) !== String(expanded)) await row.locator('.twisty').click();
    await this.frame.locator(`.list-body > .row[aria-expanded=${expanded}]:visible`).and(row).waitFor();
  }
}
