import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { endTree, run, start } from '../processes.mjs';

/** The word that VS Code's web client uses for the machine it is served from. */
const remoteAuthority = 'remote';

/**
 * Starts VS Code's server on a free port of this machine.
 *
 * `profile` is a folder for everything it writes (extensions, logs, machine settings).
 * Returns `{ address, logFile, stop }`.
 */
export async function startServer(host, profile, options = {}) {
  const {
    workspaceTrust = false,
    automation = true,
    settings = {},
    env = {},
    port = await freePort(),
  } = options;
  const dataFolder = join(profile, 'data');
  const machineSettings = join(dataFolder, 'data', 'Machine');
  mkdirSync(machineSettings, { recursive: true });
  writeFileSync(
    join(machineSettings, 'settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, null, 2),
  );
  const logFile = join(profile, 'server.log');
  const child = start(
    host.node,
    [
      host.serverMain,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      '--accept-server-license-terms',
      ...profileArguments(profile),
      ...['--telemetry-level', 'off'],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
      // Without this flag the built workbench does not honour `extensionTestsPath`.
      ...(automation ? ['--enable-smoke-test-driver'] : []),
    ],
    { logFile, env: { ...process.env, EXTENSIONS_GALLERY: noMarketplace, ...env } },
  );
  const address = `http://127.0.0.1:${port}`;
  await answers(address, child, logFile);
  return { address, logFile, stop: () => endTree(child) };
}

/** Installs a packaged extension into a profile, as a user would. */
export async function installExtension(host, profile, vsix) {
  await manageExtensions(host, profile, ['--install-extension', vsix]);
}

/** The identifiers of a profile's extensions. */
export async function listExtensions(host, profile) {
  const output = await manageExtensions(host, profile, ['--list-extensions']);
  return output.split('\n').filter((line) => /^[\w-]+\.[\w-]+$/.test(line));
}

/**
 * The address of a workbench: a folder, optionally with an extension in development and its tests.
 *
 * @param {{ address: string }} server
 * @param {{ folder?: string, extension?: string, tests?: string, openFile?: string }} what absolute paths
 */
export function workbenchAddress(server, { folder, extension, tests, openFile }) {
  const payload = [];
  if (extension) payload.push(['extensionDevelopmentPath', remoteAddress(extension)]);
  if (tests) payload.push(['extensionTestsPath', remoteAddress(tests)]);
  if (openFile) payload.push(['openFile', remoteAddress(openFile)]);
  const query = new URLSearchParams();
  if (folder) query.set('folder', folder);
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${server.address}/?${query.toString().replaceAll('+', '%20')}`;
}

const remoteAddress = (path) => `vscode-remote://${remoteAuthority}${pathToFileURL(path).pathname}`;

function manageExtensions(host, profile, action) {
  const flags = ['--accept-server-license-terms', ...profileArguments(profile)];
  return run(host.node, [host.serverMain, ...flags, ...action], { timeout: 120_000 });
}

function profileArguments(profile) {
  return ['--server-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')];
}

/** No welcome pages, no network, nothing that moves between two screenshots. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
  'editor.cursorBlinking': 'solid',
};

/** The server falls back to a public marketplace unless it is given the address of another. */
const noMarketplace = '{ "serviceUrl": "" }';

async function answers(address, child, logFile) {
  for (let waited = 0; waited < 60_000; waited += 200) {
    if (child.exitCode !== null) {
      throw new Error(`VS Code's server ended at once.\n${readFileSync(logFile, 'utf8').slice(-5000)}`);
    }
    try {
      const response = await fetch(address, { redirect: 'manual' });
      await response.arrayBuffer();
      if (response.status < 500) return;
    } catch {
      // Not listening yet.
    }
    await pause(200);
  }
  throw new Error(`VS Code's server did not answer at ${address} within a minute; see ${logFile}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
