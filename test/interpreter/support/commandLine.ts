import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { CompatibilityReport } from '../../../src/compatibility/report';
import { torchPython, type Project } from './project';

export interface CheckRun {
  readonly status: number | null;
  readonly stderr: string;
  /** The document of `--json`. */
  readonly report: CompatibilityReport & {
    readonly differences: readonly { readonly code: string; readonly message: string }[];
  };
}

/** `graftlens check --json --python …` in a project's folder, as a process of its own. */
export function runCheckCommand(project: Project, ...args: string[]): Promise<CheckRun> {
  const cli = join(process.cwd(), 'dist', 'cli.js');
  const all = [cli, 'check', '--json', '--python', torchPython(), ...args];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      all,
      { cwd: project.folder, timeout: 120_000, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        if (stdout === '') reject(new Error(`${String(status)}: ${stderr}`));
        else resolve({ status, stderr, report: JSON.parse(stdout) as CheckRun['report'] });
      },
    );
  });
}
