import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { editorCache, inRoot, root } from './paths.mjs';
import { endAll, endChildrenOnSignals } from './processes.mjs';
import { launchChromium, onPath } from './vscodeHost/chromium.mjs';
import { installServedHost } from './vscodeHost/install.mjs';
import { startServer, workbenchAddress } from './vscodeHost/server.mjs';

const samples = inRoot('test', 'samples');
const sample = join(samples, 'detector.pth');

/** Builds, and opens the sample in the user's editor, or in the served one. */
export async function openSample(flags) {
  endChildrenOnSignals();
  try {
    await build();
    const check = flags.includes('--check');
    const desktop = check || flags.includes('--served') ? undefined : desktopEditor();
    if (desktop) {
      await openOnDesktop(desktop);
      return;
    }
    const server = await serve();
    const address = workbenchAddress(server, { folder: samples, extension: root, openFile: sample });
    if (check) {
      await waitForRows(address);
      await endAll();
      return;
    }
    console.log(`\nGraftlens is open in VS Code at\n\n  ${address}\n\nCtrl-C ends it.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
    await endAll();
  }
}

/** The command of a desktop VS Code, undefined where there is none or nothing to show it on. */
function desktopEditor() {
  const named = process.env.GRAFTLENS_CODE;
  if (named) return named;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  // In a terminal of a remote window `code` only talks to that window and cannot load an extension.
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const suffix = process.platform === 'win32' ? '.cmd' : '';
  const onMac = '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code';
  return (
    ['code', 'code-insiders', 'codium'].map((name) => onPath(name + suffix)).find((path) => path) ??
    (existsSync(onMac) ? onMac : undefined)
  );
}

function openOnDesktop(command) {
  const args = [`--extensionDevelopmentPath=${root}`, '--new-window', samples, sample];
  const shell = process.platform === 'win32';
  const quote = (text) => (shell ? `"${text}"` : text);
  return new Promise((resolve, reject) => {
    const child = spawn(quote(command), args.map(quote), { stdio: 'inherit', shell });
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with status ${code}.`)),
    );
  });
}

async function serve() {
  const host = await installServedHost();
  const profile = join(editorCache, 'start');
  mkdirSync(profile, { recursive: true });
  // A file that is opened with the window comes before VS Code knows the extensions' editors, so name ours.
  const settings = { 'workbench.editorAssociations': { '*.pth': 'graftlens.checkpoint' } };
  return startServer(host, profile, { settings });
}

async function waitForRows(address) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(address);
    const editor = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    await editor.locator('.list-body > .row:visible').first().waitFor({ timeout: 90_000 });
    mkdirSync(inRoot('out'), { recursive: true });
    const screenshot = inRoot('out', 'start.png');
    await page.screenshot({ path: screenshot });
    console.log(`The editor shows ${sample}; see ${screenshot}`);
  } finally {
    await browser.close();
  }
}
