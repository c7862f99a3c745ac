import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { packageExtension } from '../../../scripts/package.mjs';
import { editorCache, inRoot } from '../../../scripts/paths.mjs';
import { endAll } from '../../../scripts/processes.mjs';
import { launchChromium } from '../../../scripts/vscodeHost/chromium.mjs';
import { installServedHost } from '../../../scripts/vscodeHost/install.mjs';
import { installExtension, startServer, workbenchAddress } from '../../../scripts/vscodeHost/server.mjs';
import { makeWorkspace } from '../../support/workspace';
import { Workbench } from './workbench';

/** One VS Code server with the packaged extension installed, and one browser, for the whole suite. */
interface Session {
  readonly folder: string;
  readonly workspace: string;
  readonly host: Awaited<ReturnType<typeof installServedHost>>;
  readonly vsix: string;
  readonly server: { readonly address: string; readonly logFile: string; stop(): Promise<void> };
  readonly browser: Browser;
}

export interface WorkbenchOptions extends BrowserContextOptions {
  /** VS Code's display language, as `vscode.env.language` gives it. */
  readonly language?: 'en' | 'zh-cn';
  /** Opens the workspace without trusting it. */
  readonly restricted?: boolean;
  /** Told of everything that a webview's security policy stopped, and of what hostile names would log. */
  readonly onViolation?: (text: string) => void;
}

let session: Session | undefined;
const openPages = new Set<Page>();

before(async function () {
  this.timeout(180_000);
  mkdirSync(editorCache, { recursive: true });
  const folder = mkdtempSync(join(editorCache, 'browser-'));
  const workspace = join(folder, 'checkpoints');
  makeWorkspace(workspace);
  const host = await installServedHost();
  const profile = join(folder, 'profile');
  const vsix = process.env['GRAFTLENS_VSIX'] ?? (await packageExtension());
  await installExtension(host, profile, vsix);
  const server = await startServer(host, profile);
  session = { folder, workspace, host, vsix, server, browser: await launchChromium() };
});

// A picture of each failure, taken before the hooks that follow a test close what it looked at.
beforeEach(function () {
  const test = this.currentTest;
  const body = test?.fn;
  if (test === undefined || body === undefined) return;
  test.fn = async function (this: Mocha.Context) {
    try {
      await Reflect.apply(body, this, []);
    } catch (error) {
      await takePictures(test.fullTitle());
      throw error;
    }
  };
});

after(async function () {
  this.timeout(30_000);
  if (session === undefined) return;
  await session.browser.close();
  await endAll();
  rmSync(session.folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Opens VS Code on the workspace in a browser profile of its own. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { browser, workspace } = current();
  const { language = 'en', restricted = false, onViolation, ...contextOptions } = options;
  const server = restricted ? await serverWithWorkspaceTrust() : current().server;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...contextOptions });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.address });
  // The language packs are no part of the server; this is what one would set.
  await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  if (onViolation !== undefined) watchPolicy(page, onViolation);
  openPages.add(page);
  page.once('close', () => openPages.delete(page));
  await page.goto(workbenchAddress(server, { folder: workspace }));
  return Workbench.ready(page);
}

/**
 * The browser says on its console what a Content-Security-Policy stopped, in every frame. VS Code's own pages
 * are not ours to judge.
 */
function watchPolicy(page: Page, onViolation: (text: string) => void): void {
  page.on('console', (message) => {
    const text = message.text();
    const isOurs = /webview/.test(message.location().url) || /nonce-|default-src 'none'/.test(text);
    if (/Content Security Policy/i.test(text) && isOurs) onViolation(text);
    if (/HOSTILE/.test(text)) onViolation(text);
  });
}

/**
 * A server whose windows stay restricted until a person trusts the folder. Trust is a matter of the
 * server's start, so this one runs beside the suite's until its end.
 */
async function serverWithWorkspaceTrust() {
  const { folder, host, vsix } = current();
  const profile = join(folder, 'restricted');
  await installExtension(host, profile, vsix);
  return startServer(host, profile, { workspaceTrust: true });
}

/** A path in the workspace that every workbench of the suite shows. */
export function workspaceFile(name: string): string {
  return join(current().workspace, name);
}

/** Changes settings of the workspace, as a person would in its settings.json. */
export function changeSettings(settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(workspaceFile('.vscode'), { recursive: true });
  writeFileSync(workspaceFile(join('.vscode', 'settings.json')), JSON.stringify(settings, null, 2));
}

/** Where pictures go that a person looks at: the README's are replaced only on request. */
export const pictures = {
  readme:
    process.env['GRAFTLENS_UPDATE_SCREENSHOTS'] === '1'
      ? inRoot('media', 'screenshots')
      : inRoot('out', 'browser', 'screenshots'),
  /** For whoever changes a view: nobody else sees them. */
  looks: inRoot('out', 'browser', 'looks'),
  failures: inRoot('out', 'browser', 'failures'),
};

async function takePictures(title: string): Promise<void> {
  mkdirSync(pictures.failures, { recursive: true });
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120);
  for (const page of openPages) await page.screenshot({ path: join(pictures.failures, `${name}.png`) });
}

function current(): Session {
  if (session === undefined) throw new Error('The session has not started.');
  return session;
}
