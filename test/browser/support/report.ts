import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The report of a weight compatibility check inside its webview. */
export class Report {
  private constructor(
    readonly page: Page,
    readonly frame: FrameLocator,
  ) {}

  /** The report whose tab is shown; `index` counts the webviews that are. */
  static in(page: Page, index = 0): Report {
    const outer = page.locator('iframe.webview.ready').nth(index);
    return new Report(page, outer.contentFrame().locator('#active-frame').contentFrame());
  }

  get verdict(): Locator {
    return this.frame.locator('.verdict');
  }

  get facts(): Locator {
    return this.frame.locator('.facts');
  }

  /** What is being done now; nothing when nothing is. */
  get progress(): Locator {
    return this.frame.locator('.report-progress');
  }

  get notices(): Locator {
    return this.frame.locator('.notice');
  }

  get bars(): Locator {
    return this.frame.locator('.bar-row');
  }

  get repairs(): Locator {
    return this.frame.locator('.card');
  }

  get signal(): Locator {
    return this.frame.locator('.signal');
  }

  /** A row of the table of the model's keys, by its path. */
  row(path: string): Locator {
    return this.frame.locator(`.keys tr[data-path="${path}"]`);
  }

  button(name: string): Locator {
    return this.frame.locator('vscode-button').filter({ hasText: name });
  }
}
