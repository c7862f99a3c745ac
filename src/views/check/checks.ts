import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { CheckReply } from '../../interpreter/reply';
import type { Danger } from '../../safety/dangers';
import type { Repair } from '../../compatibility/report';
import type { WrittenFile } from '../../files/writeCheckpoint';
import { WRITING_DONE, WRITING_STOP } from '../../worker/checkMessages';
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
import { unsavedSources } from '../unsavedSources';

/** Milliseconds that a first answer waits for the choice of an interpreter. */
const INTERPRETER_PATIENCE = 500;

/** Milliseconds between two looks at how far writing is. */
const PROGRESS_INTERVAL = 200;
/** A day: slow disks and large files take their time, and a person can cancel. */
const WRITING_LIMIT = 24 * 3600 * 1000;

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
    /** Starts another worker of the same kind. */
    private readonly writer: () => RestartingWorker<CheckWorkerRequests>,
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

  /**
   * Writes what a repair makes of the checkpoint. Its worker is one of its own, so that no other question waits
   * for it, and none that takes too long ends it.
   */
  async writeRepaired(
    link: Link,
    torch: CheckReply | null,
    { code }: Repair,
    path: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
  ): Promise<WrittenFile> {
    const { question } = await this.question(link, torch);
    const control = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    const shared = new Int32Array(control);
    const stop = (): void => void Atomics.store(shared, WRITING_STOP, 1);
    if (options.signal.aborted) stop();
    options.signal.addEventListener('abort', stop);
    const timer = setInterval(
      () => options.onProgress(Atomics.load(shared, WRITING_DONE) / 1000),
      PROGRESS_INTERVAL,
    );
    const worker = this.writer();
    try {
      return await worker.request('writeRepaired', { question, code, path, control }, WRITING_LIMIT);
    } finally {
      clearInterval(timer);
      options.signal.removeEventListener('abort', stop);
      worker.dispose();
    }
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
