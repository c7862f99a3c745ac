import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { torchPython } from './generated';

const PYYAML = 'pyyaml==6.0.3';

/** A folder with PyYAML for `sys.path`; installed there at the first call. */
export function pyyamlFolder(): string {
  const folder = join(process.cwd(), '.cache', 'pyyaml');
  if (!existsSync(join(folder, 'yaml'))) {
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--no-deps'];
    execFileSync(torchPython(), [...pip, '--target', folder, PYYAML]);
  }
  return folder;
}
