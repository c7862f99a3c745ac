import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { CheckReply } from '../../interpreter/reply';
import type { Danger } from '../../safety/dangers';
import type {
  BaselineSubject,
  CheckQuestion,
  CheckWorkerRequests,
  ProofRequest,
  StaticCheck,
} from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { Interpreters } from '../interpreters';
import { checkpointSettings } from '../settings';
import type { GitSource } from './gitSource';
import type { Link } from './links';
import { unsavedSources } from './openSources';

/** Milliseconds that a first answer waits for the choice of an interpreter. */
const INTERPRETER_PATIENCE = 500;

/** What is known of a link: from the source alone, or proven by torch. */
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

  /**
   * What the source says of a link, and with `torch` what the user's torch made of it.
   *
   * @throws CheckpointError with the code of what stands in the way
   */
  async check(link: Link, torch: CheckReply | null = null): Promise<CheckedLink> {
    const { question, commit, timeLimit } = await this.question(link, torch);
    return { ...(await this.worker.request('check', question, timeLimit)), commit };
  }

  /** What the user's torch is to be asked; `torch`: what it has already said. */
  async proofRequest(link: Link, torch: CheckReply | null): Promise<ProofRequest> {
    const { question, timeLimit } = await this.question(link, torch);
    return this.worker.request('proofRequest', question, timeLimit);
  }

  /** What the checkpoint would do if it were unpickled freely; null where the scan sees nothing dangerous. */
  danger({ weights }: Link): Promise<Danger | null> {
    const uri = vscode.Uri.parse(weights);
    return this.worker.request('danger', { weights: uri.fsPath }, checkpointSettings(uri).timeLimit);
  }

  private async question(
    link: Link,
    torch: CheckReply | null,
  ): Promise<{
    readonly question: CheckQuestion;
    readonly commit: string | null;
    readonly timeLimit: number;
  }> {
    const file = vscode.Uri.parse(link.file);
    const weights = vscode.Uri.parse(link.weights);
    for (const uri of [file, weights]) {
      if (uri.scheme !== 'file') throw new CheckpointError('report.notLocal', [uri.path]);
    }
    const [interpreter, baseline] = await Promise.all([
      this.interpreters.of(file, INTERPRETER_PATIENCE),
      this.baseline(link, file),
    ]);
    return {
      question: {
        model: { file: file.fsPath, name: link.name, args: link.args },
        overlays: unsavedSources(),
        sitePackages: interpreter?.environment.sitePackages ?? null,
        weights: weights.fsPath,
        weightsName: vscode.workspace.asRelativePath(weights),
        part: link.part === null ? null : JSON.stringify(link.part),
        baseline: baseline?.subject ?? null,
        torch,
      },
      commit: baseline?.commit ?? null,
      timeLimit: checkpointSettings(weights).timeLimit,
    };
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
        const then = baseline.args === undefined ? args : baseline.args;
        return { subject: { file: file.fsPath, name, args: then, overlays, stamp: commit }, commit };
      }
    }
  }
}
