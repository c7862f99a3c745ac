#!/usr/bin/env node
/**
 * Stands in for desktop VS Code where it cannot be had: understands the arguments that
 * `@vscode/test-electron` gives an editor, opens the served VS Code in a headless browser with them, and
 * ends with what the tests' `run()` says.
 */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { format } from 'node:util';
import { join } from 'node:path';
import { editorCache, inRoot } from '../paths.mjs';
import { endAll, endChildrenOnSignals } from '../processes.mjs';
import { launchChromium } from './chromium.mjs';
import { installServedHost } from './install.mjs';
import { startServer, workbenchAddress } from './server.mjs';

/** What the workbench and the extension host write on their consoles. */
const workbenchLog = inRoot('out', 'workbench.log');

/** Longest time for the whole suite, start of the workbench included. */
const limit = 8 * 60_000;

endChildrenOnSignals();
process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  return 1;
});
await endAll();

async function main(args) {
  const valueOf = (name) => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
  const extension = valueOf('--extensionDevelopmentPath');
  const tests = valueOf('--extensionTestsPath');
  const folder = args.find((arg) => !arg.startsWith('-'));
  if (!extension || !tests) {
    throw new Error('Give --extensionDevelopmentPath=FOLDER and --extensionTestsPath=FILE.');
  }
  const host = await installServedHost();
  mkdirSync(editorCache, { recursive: true });
  const profile = mkdtempSync(join(editorCache, 'tests-'));
  let browser;
  try {
    const workspaceTrust = !args.includes('--disable-workspace-trust');
    const server = await startServer(host, profile, { workspaceTrust });
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const failed = new Promise((_, reject) => {
      page.once('crash', () => reject(new Error('The page of the workbench crashed.')));
      setTimeout(
        () => reject(new Error(`The tests took longer than ${limit / 60_000} minutes.`)),
        limit,
      ).unref();
    });
    const log = createWriteStream(workbenchLog);
    await page.exposeFunction('codeAutomationLog', (type, values) => {
      log.write(`${type}: ${format(...values)}
`);
    });
    const exit = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code) => resolve(code));
    });
    await page.goto(workbenchAddress(server, { folder, extension, tests }));
    return await Promise.race([exit, failed]);
  } finally {
    await browser?.close();
    await endAll();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
