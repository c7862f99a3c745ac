import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { BaselineSubject, CheckWorkerRequests, StaticCheck } from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { Interpreters } from '../interpreters';
import { checkpointSettings } from '../settings';
import type { GitSource } from './gitSource';
import type { Link } from './links';
import { unsavedSources } from './openSources';

/** Milliseconds that a first answer waits for the choice of an interpreter. */
const INTERPRETER_PATIENCE = 500;

/** What the source alone says about a link. */
export interface CheckedLink extends StaticCheck {
  /** The commit that the weights are taken to come from, null where no revision was compared. */
  readonly commit: string | null;
}

/** Asks the worker about links: gathers what it needs and cannot know. */
export class Checks {
  constructor(
    private readonly worker: RestartingWorker<CheckWorkerRequests>,
    private readonly git: GitSource,
    private readonly interpreters: Interpreters,
  ) {}

  /** @throws CheckpointError with the code of what stands in the way */
  async check(link: Link): Promise<CheckedLink> {
    const file = vscode.Uri.parse(link.file);
    const weights = vscode.Uri.parse(link.weights);
    for (const uri of [file, weights]) {
      if (uri.scheme !== 'file') throw new CheckpointError('report.notLocal', [uri.path]);
    }
    const [interpreter, baseline] = await Promise.all([
      this.interpreters.of(file, INTERPRETER_PATIENCE),
      this.baseline(link, file),
    ]);
    const checked = await this.worker.request(
      'check',
      {
        model: { file: file.fsPath, name: link.name, args: link.args },
        overlays: unsavedSources(),
        sitePackages: interpreter?.environment.sitePackages ?? null,
        weights: weights.fsPath,
        part: link.part === null ? null : JSON.stringify(link.part),
        baseline: baseline?.subject ?? null,
      },
      checkpointSettings(weights).timeLimit,
    );
    return { ...checked, commit: baseline?.commit ?? null };
  }

  private async baseline(
    { baseline, name, args }: Link,
    file: vscode.Uri,
  ): Promise<{ readonly subject: BaselineSubject; readonly commit: string | null } | null> {
    switch (baseline.kind) {
      case 'none':
        return null;
      case 'file': {
        const other = vscode.Uri.parse(baseline.file);
        const { mtime, size } = await vscode.workspace.fs.stat(other);
        const subject = { file: other.fsPath, name: baseline.name, args: baseline.args };
        return {
          subject: { ...subject, overlays: [], stamp: `${baseline.file} ${mtime} ${size}` },
          commit: null,
        };
      }
      default: {
        const wanted = baseline.kind === 'head' ? await this.git.head(file) : baseline.revision;
        const source = wanted === null ? null : await this.git.at(file, wanted).catch(() => null);
        if (source === null) return null;
        const { overlays, commit } = source;
        return { subject: { file: file.fsPath, name, args, overlays, stamp: commit }, commit };
      }
    }
  }
}
