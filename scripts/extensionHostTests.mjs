import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { editorCache, inRoot, root } from './paths.mjs';

/**
 * Runs `out/vscode/index.js` inside VS Code's extension host, with a copy of the samples as its workspace.
 * The editor is GRAFTLENS_TEST_VSCODE, else a downloaded desktop VS Code, else the served one.
 * Throws when the tests fail.
 */
export async function runInVsCode(env) {
  mkdirSync(editorCache, { recursive: true });
  const workspace = mkdtempSync(join(editorCache, 'workspace-'));
  cpSync(inRoot('test', 'samples'), workspace, { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: await editorExecutable(),
      extensionDevelopmentPath: root,
      extensionTestsPath: inRoot('out', 'vscode', 'index.js'),
      extensionTestsEnv: env,
      launchArgs: [workspace],
    });
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function editorExecutable() {
  if (process.env.GRAFTLENS_TEST_VSCODE) return process.env.GRAFTLENS_TEST_VSCODE;
  const served = inRoot('scripts', 'vscodeHost', 'launcher.mjs');
  // A desktop program needs a screen.
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return served;
  try {
    return await downloadAndUnzipVSCode({ cachePath: editorCache, timeout: 20_000 });
  } catch (error) {
    console.log(`No desktop VS Code (${error.message}); using the served one.`);
    return served;
  }
}
