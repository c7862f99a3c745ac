import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code inside its extension host, in the desktop editor and in the served one. */
export async function run(): Promise<void> {
  // `__dirname` of a bundled test is its source; the bundles lie beside each other in out/vscode.
  const folder = join(__dirname, '..', '..', 'out', 'vscode');
  const summed = process.env.GRAFTLENS_RESULTS !== undefined;
  const mocha = new Mocha({
    timeout: 20_000,
    forbidOnly: true,
    // Started by hand from the debugger, the tests report where a person looks.
    reporter: summed ? join(__dirname, '..', '..', 'scripts', 'mochaReporter.cjs') : 'spec',
  });
  const grep = process.env.GRAFTLENS_GREP;
  if (grep !== undefined) mocha.fgrep(grep);
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(join(folder, file));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
