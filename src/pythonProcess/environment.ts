import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * The environment of the user's Python: the user's own (`PYTHONPATH` included), without what the editor set for
 * itself, with output in UTF-8 that is not held back.
 */
export function pythonEnvironment(
  python: string,
  base: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(base)) {
    if (!/^(?:ELECTRON_|VSCODE_)|^NODE_OPTIONS$/i.test(name)) environment[name] = value;
  }
  environment['PYTHONUNBUFFERED'] = '1';
  // The streams alone: PYTHONUTF8 would change how the user's code opens files.
  environment['PYTHONIOENCODING'] = 'utf-8:backslashreplace';
  // A plot that a module shows when it is imported opens no window and waits for nobody.
  environment['MPLBACKEND'] ??= 'Agg';
  if (platform === 'win32') addCondaFolders(environment, dirname(python));
  return environment;
}

/** Libraries of a conda environment that is not activated are found only through the search path. */
function addCondaFolders(environment: NodeJS.ProcessEnv, folder: string): void {
  if (!existsSync(join(folder, 'conda-meta'))) return;
  const name = Object.keys(environment).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = [folder, join(folder, 'Library', 'bin'), join(folder, 'Scripts')];
  environment[name] = [...folders, environment[name] ?? ''].join(delimiter);
}
