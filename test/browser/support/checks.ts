import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventuallyHolds } from '../../support/eventually';
import { Report } from './report';
import { workspaceFile } from './session';
import type { Workbench } from './workbench';

/** Files of a test below one folder of the workspace, and the Python that the workspace then has. */
export class CheckProject {
  constructor(private readonly name: string) {
    rmSync(workspaceFile('.venv'), { force: true });
    symlinkSync(dirname(dirname(torchPython())), workspaceFile('.venv'));
    mkdirSync(workspaceFile(name), { recursive: true });
  }

  path(name: string): string {
    return workspaceFile(join(this.name, name));
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  /** Runs Python in the folder: torch writes the checkpoints that torch is to load. */
  python(code: string): void {
    execFileSync(torchPython(), ['-c', code], { cwd: this.path('.') });
  }

  remove(): void {
    rmSync(this.path('.'), { recursive: true, force: true });
    rmSync(workspaceFile('.venv'), { force: true });
  }
}

export interface CheckSteps {
  readonly cls: string;
  /** What is typed when arguments are asked for; they are not where none are needed. */
  readonly args?: string;
  /** File name of the checkpoint. */
  readonly weights: string;
}

/** Asks for a check from the palette, as a person does who looks at no file in particular. */
export async function startCheck(workbench: Workbench, steps: CheckSteps): Promise<Report> {
  await workbench.runCommand('Graftlens: Check Weight Compatibility');
  return answerQuestions(workbench, steps);
}

/** Answers what a check asks: the class, its arguments, the checkpoint. */
export async function answerQuestions(
  workbench: Workbench,
  { cls, args, weights }: Partial<CheckSteps>,
): Promise<Report> {
  if (cls !== undefined) await choose(workbench, 'Class of the model', cls);
  if (args !== undefined) {
    const title = workbench.page.locator('.quick-input-title').filter({ hasText: 'Arguments of' });
    await title.waitFor();
    await workbench.page.locator('.quick-input-widget input').fill(args);
    await workbench.page.keyboard.press('Enter');
  }
  if (weights !== undefined) await choose(workbench, 'Checkpoint that', weights);
  const report = Report.in(workbench.page);
  await report.verdict.waitFor();
  return report;
}

/** Chooses from a list by typing the name; the list shows a few of its rows at a time. */
async function choose({ page }: Workbench, title: string, label: string): Promise<void> {
  await page.locator('.quick-input-title').filter({ hasText: title }).waitFor({ timeout: 30_000 });
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await page.locator('.quick-input-widget input').fill(label);
  await rows
    .filter({ has: page.getByText(label, { exact: true }) })
    .first()
    .click({ timeout: 30_000 });
}

/** Agrees that the code of the workspace is imported: asked once in each window of the tests. */
export async function agreeToRun({ page }: Workbench): Promise<void> {
  await page.locator('.monaco-dialog-box').getByText('Import and run').click({ timeout: 40_000 });
}

/** Waits until torch has answered for the report. */
export async function proven(report: Report): Promise<void> {
  await eventuallyHolds(async () => {
    const facts = await report.facts.innerText();
    if (!/proven by torch \d/.test(facts)) throw new Error(`Not proven: ${facts}`);
  }, 60_000);
}

export function torchPython(): string {
  return process.env['GRAFTLENS_PYTHON'] ?? '';
}
