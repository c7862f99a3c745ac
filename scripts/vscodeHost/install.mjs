import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { editorCache } from '../paths.mjs';
import { run } from '../processes.mjs';

/**
 * VS Code's own server and workbench, from the npm registry: the package `code-server` carries both
 * (4.139.1 holds VS Code 1.139.1). It needs Node 24, which comes from the registry as well.
 */
const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';

/**
 * The packages' install scripts are left out on purpose: they compile modules for terminals, Kerberos
 * and a faster log, which need a compiler and headers and which nothing here uses. The server falls back
 * to logging on the console, and file watching has a prebuilt module.
 */
const npmrc = 'ignore-scripts=true\naudit=false\nfund=false\nupdate-notifier=false\n';

const stampText = `code-server ${codeServerVersion}, node ${nodeVersion}\n`;

/**
 * Installs the served VS Code once and returns where things are:
 * `{ node, serverMain }`, two absolute paths.
 */
export async function installServedHost(log = console.log) {
  const folder = process.env.GRAFTLENS_SERVED_VSCODE ?? join(editorCache, 'served');
  const platformPackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const nodeBin = join(folder, 'node_modules', platformPackage, 'bin');
  const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const host = {
    node: join(nodeBin, process.platform === 'win32' ? 'node.exe' : 'node'),
    serverMain: join(vscode, 'out', 'server-main.js'),
  };
  const stamp = join(folder, 'installed.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === stampText) return host;

  log(`Installing the served VS Code (${stampText.trim()}; 0.8 GB on disk) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  writeFileSync(join(folder, '.npmrc'), npmrc);
  await npm(
    ['install', '--no-package-lock', `code-server@${codeServerVersion}`, `${platformPackage}@${nodeVersion}`],
    folder,
    nodeBin,
  );
  // VS Code's own dependencies are a second install inside the package, normally made by its script.
  writeFileSync(join(vscode, '.npmrc'), npmrc);
  await npm(['install', '--omit=dev'], vscode, nodeBin);
  // Chat would ask to sign in.
  rmSync(join(vscode, 'extensions', 'copilot'), { recursive: true, force: true });
  writeFileSync(stamp, stampText);
  return host;
}

function npm(args, folder, nodeBin) {
  // What `npm run` exports for this repository (`npm_config_…`, `npm_package_…`) must not leak in.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix)/i.test(name),
  );
  const env = Object.fromEntries(inherited);
  env.PATH = [nodeBin, dirname(process.execPath), env.PATH].join(delimiter);
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return run(command, args, { cwd: folder, env, shell: process.platform === 'win32', timeout: 600_000 });
}
