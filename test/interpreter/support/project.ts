import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CheckOutcome, InterpreterFailure } from '../../../src/interpreter/outcome';
import type { CheckReply } from '../../../src/interpreter/reply';
import type { CheckRequest } from '../../../src/interpreter/request';
import { runCheck, type CheckOptions } from '../../../src/pythonProcess/runCheck';

const root = process.cwd();
export const script = join(root, 'python', 'check_weights.py');

/** The interpreter with torch that the test runner made ready. */
export function torchPython(): string {
  const given = process.env['GRAFTLENS_PYTHON'];
  if (given) return given;
  return execFileSync(process.execPath, [join(root, 'scripts', 'torchEnv.mjs')], { encoding: 'utf8' }).trim();
}

/** What is asked, where it differs from: build `Net()` of `model.py`, load nothing. */
export interface Question extends Partial<Omit<CheckRequest, 'model'>> {
  readonly file?: string;
  /** Below the project's folder. */
  readonly root?: string;
  readonly name?: string;
  readonly args?: string;
  readonly options?: Partial<CheckOptions>;
}

/** A folder with Python files, as a user has it. */
export class Project {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'graftlens-project-')));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs Python text in the folder, with the interpreter of the tests; its output. */
  python(text: string): string {
    return execFileSync(torchPython(), ['-c', text], { cwd: this.folder, encoding: 'utf8' });
  }

  check(question: Question = {}): Promise<CheckOutcome> {
    const { file = 'model.py', root: below = '', name = 'Net', args = '', options, ...rest } = question;
    const request: CheckRequest = {
      timeLimit: 60,
      weights: null,
      inputs: null,
      ...rest,
      model: { file: this.path(file), root: this.path(below), name, args },
    };
    return runCheck(request, { python: torchPython(), script, ...options });
  }

  async reply(question: Question = {}): Promise<CheckReply> {
    const outcome = await this.check(question);
    if (!outcome.ok) throw new Error(`${JSON.stringify(outcome.failure, null, 1)}\n${outcome.log}`);
    return outcome.reply;
  }

  async failure(question: Question = {}): Promise<InterpreterFailure & { readonly log: string }> {
    const outcome = await this.check(question);
    if (outcome.ok) throw new Error('there is a reply');
    return { ...outcome.failure, log: outcome.log };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A project for one test, taken away after it. */
export async function withProject<T>(
  files: Readonly<Record<string, string>>,
  use: (project: Project) => Promise<T>,
): Promise<T> {
  const project = new Project(files);
  try {
    return await use(project);
  } finally {
    project.remove();
  }
}

/** A module with one convolution, as text that other lines are put around. */
export const net = `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3)

    def forward(self, x):
        return self.conv(x)
`;
