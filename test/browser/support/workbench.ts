import type { Locator, Page } from 'playwright-core';
import { eventuallyHolds } from '../../support/eventually';
import { CheckpointEditor } from './checkpointEditor';

/** VS Code's window, by what a person sees and does in it. */
export class Workbench {
  private constructor(readonly page: Page) {}

  /** Waits until the explorer lists the workspace and VS Code knows the extension. */
  static async ready(page: Page): Promise<Workbench> {
    const workbench = new Workbench(page);
    await workbench.explorer.getByRole('treeitem').first().waitFor({ timeout: 60_000 });
    // Files that are opened before the server's extensions are known get the text editor.
    await eventuallyHolds(async () => {
      try {
        await workbench.findCommand('Graftlens: ', 1000);
      } finally {
        await page.keyboard.press('Escape');
      }
    }, 40_000);
    // Commands are registered before custom editors, and nothing shows when those are.
    await page.waitForTimeout(2000);
    return workbench;
  }

  get explorer(): Locator {
    return this.page.locator('.explorer-folders-view');
  }

  /** The tabs of all editor groups. */
  get tabs(): Locator {
    return this.page.locator('.tabs-container [role=tab]');
  }

  get notificationCenter(): Locator {
    return this.page.locator('.notifications-center .notification-list-item');
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Lines of the visible text editor. */
  get textEditor(): Locator {
    return this.page.locator('.editor-instance .monaco-editor .view-lines').first();
  }

  /** Opens a file for good (a single click only previews it). */
  async clickFile(name: string): Promise<void> {
    const file = this.explorer.getByRole('treeitem', { name, exact: true });
    await this.explorer.getByRole('treeitem').first().waitFor();
    // A low window shows a part of the folder only, and VS Code makes no rows for the rest.
    for (let scrolls = 0; scrolls < 20 && (await file.count()) === 0; scrolls++) {
      await this.explorer.hover();
      await this.page.mouse.wheel(0, 100);
      await this.page.waitForTimeout(100);
    }
    await file.dblclick();
  }

  /** Chooses from a context menu. VS Code takes no click in a menu's first tenth of a second. */
  async chooseFromMenu(on: Locator, item: RegExp): Promise<void> {
    await on.click({ button: 'right' });
    const entry = this.page.getByRole('menuitem', { name: item });
    await entry.hover();
    await this.page.waitForTimeout(200);
    await entry.click();
  }

  async openCheckpoint(name: string): Promise<CheckpointEditor> {
    await this.clickFile(name);
    await this.tabs.filter({ hasText: name }).first().waitFor();
    const editor = this.editor();
    await editor.shown();
    return editor;
  }

  /** Opens a checkpoint of any folder by its path in the workspace, as Ctrl+P does. */
  async quickOpen(path: string): Promise<CheckpointEditor> {
    await this.quickOpenText(path);
    const editor = this.editor();
    await editor.shown();
    return editor;
  }

  /** The same for a file that has no editor of its own. */
  async quickOpenText(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const input = this.page.locator('.quick-input-widget input');
    const found = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
    await eventuallyHolds(async () => {
      await this.page.keyboard.press('Control+P');
      await input.fill(path, { timeout: 3000 });
      await found.waitFor({ timeout: 3000 });
    }, 20_000);
    await found.click();
    await this.tabs.filter({ hasText: name }).first().waitFor();
  }

  /** The checkpoint editor of a group, counted in the order in which they were opened. */
  editor(index = 0): CheckpointEditor {
    const outer = this.page.locator('iframe.webview.ready').nth(index);
    return new CheckpointEditor(this.page, outer.contentFrame().locator('#active-frame').contentFrame());
  }

  /** Runs a command through the palette by its whole title, as a person would type it. */
  async runCommand(title: string): Promise<void> {
    // An editor that takes the focus while it opens closes the palette again.
    await eventuallyHolds(() => this.findCommand(title, 3000), 20_000);
    await this.page.keyboard.press('Enter');
  }

  /** Reloads the window the way VS Code does, so that editors keep what they know. */
  async reload(): Promise<void> {
    const reloaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await reloaded;
    await this.explorer.getByRole('treeitem').first().waitFor({ timeout: 60_000 });
  }

  async closeEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
    await this.tabs.first().waitFor({ state: 'detached' });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  private async findCommand(title: string, timeout: number): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    await this.page.keyboard.press('F1');
    await input.fill(`>${title}`, { timeout });
    const found = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title });
    await found.first().waitFor({ timeout });
  }
}
