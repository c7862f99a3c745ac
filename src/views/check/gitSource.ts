import * as vscode from 'vscode';
import type { SourceOverlay } from '../../files/overlayTree';
import { toPortable } from '../../files/importRoot';

/** What is used of VS Code's git extension, `vscode.git`. */
interface GitExtension {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: vscode.Event<boolean>;
  getAPI(version: 1): GitApi;
}

interface GitApi {
  getRepository(uri: vscode.Uri): Repository | null;
  readonly onDidOpenRepository: vscode.Event<Repository>;
}

interface Change {
  readonly uri: vscode.Uri;
  readonly originalUri: vscode.Uri;
  readonly status: number;
}

interface Repository {
  readonly rootUri: vscode.Uri;
  readonly state: {
    readonly HEAD?: { readonly commit?: string };
    readonly workingTreeChanges: readonly Change[];
    readonly untrackedChanges?: readonly Change[];
    readonly onDidChange: vscode.Event<void>;
  };
  show(revision: string, path: string): Promise<string>;
  diffWith(revision: string): Promise<readonly Change[]>;
  log(options: { readonly path?: string; readonly maxEntries?: number }): Promise<readonly Commit[]>;
}

export interface Commit {
  readonly hash: string;
  readonly message: string;
  readonly authorDate?: Date;
}

/** `Status.UNTRACKED` of the git extension's API. */
const UNTRACKED = 7;
/** Changed files that are fetched: a working tree that differs more is another project. */
const MAX_CHANGES = 2_000;
/** Revisions that a person chooses from. */
const MAX_COMMITS = 100;
/** Files that source is made of. */
const SOURCE = /\.(?:py|ya?ml|json|cfg|txt)$/i;

/** The source of a revision: what differs from the files on the disk. */
export interface RevisionSource {
  /** The full hash of the commit. */
  readonly commit: string;
  readonly overlays: readonly SourceOverlay[];
}

/** Source of other revisions, through VS Code's git extension. Nothing of it is needed where there is none. */
export class GitSource {
  private api: Promise<GitApi | null> | null = null;
  /** A commit never changes, so its differences stay right until a file on the disk changes. */
  private readonly known = new Map<string, Promise<RevisionSource>>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** The working tree or its HEAD may be another one. */
  readonly onDidChange = this.changed.event;
  private readonly watched = new Set<string>();
  private readonly parts: vscode.Disposable[] = [this.changed];

  dispose(): void {
    vscode.Disposable.from(...this.parts).dispose();
  }

  /** The commit of HEAD; null where the file is in no repository that VS Code knows. */
  async head(file: vscode.Uri): Promise<string | null> {
    return (await this.repository(file))?.state.HEAD?.commit ?? null;
  }

  /**
   * The source at a commit; null where there is no repository. What it costs is one `git diff`, and one
   * `git show` for each file that differs.
   */
  async at(file: vscode.Uri, commit: string): Promise<RevisionSource | null> {
    const repository = await this.repository(file);
    if (repository === null) return null;
    const key = `${repository.rootUri.toString()} ${commit}`;
    let reading = this.known.get(key);
    if (reading === undefined) {
      reading = readRevision(repository, commit);
      this.known.set(key, reading);
      reading.catch(() => this.known.delete(key));
    }
    return reading;
  }

  /** Commits that changed a file, the newest first. */
  async commits(file: vscode.Uri): Promise<readonly Commit[]> {
    const repository = await this.repository(file);
    if (repository === null) return [];
    return repository.log({ path: file.fsPath, maxEntries: MAX_COMMITS });
  }

  private async repository(file: vscode.Uri): Promise<Repository | null> {
    this.api ??= this.start();
    const repository = (await this.api)?.getRepository(file) ?? null;
    if (repository !== null) this.watch(repository);
    return repository;
  }

  private watch(repository: Repository): void {
    const key = repository.rootUri.toString();
    if (this.watched.has(key)) return;
    this.watched.add(key);
    this.parts.push(
      repository.state.onDidChange(() => {
        this.known.clear();
        this.changed.fire();
      }),
    );
  }

  private async start(): Promise<GitApi | null> {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (extension === undefined) return null;
    try {
      const git = await extension.activate();
      this.parts.push(
        git.onDidChangeEnablement(() => {
          this.api = null;
          this.changed.fire();
        }),
      );
      if (!git.enabled) return null;
      const api = git.getAPI(1);
      this.parts.push(api.onDidOpenRepository(() => this.changed.fire()));
      return api;
    } catch {
      // Git is not installed, or was turned off.
      return null;
    }
  }
}

async function readRevision(repository: Repository, commit: string): Promise<RevisionSource> {
  const changes = (await repository.diffWith(commit)).slice(0, MAX_CHANGES);
  const paths = new Set<string>();
  for (const { uri, originalUri } of changes) {
    for (const path of [uri.fsPath, originalUri.fsPath]) if (SOURCE.test(path)) paths.add(path);
  }
  const overlays = await Promise.all(
    [...paths].map(async (path): Promise<SourceOverlay> => {
      try {
        return { path: toPortable(path), text: await repository.show(commit, path) };
      } catch {
        // It was not there.
        return { path: toPortable(path), text: null };
      }
    }),
  );
  const { workingTreeChanges, untrackedChanges } = repository.state;
  const untracked = [...workingTreeChanges, ...(untrackedChanges ?? [])]
    .filter(({ status, uri }) => status === UNTRACKED && SOURCE.test(uri.fsPath))
    .map(({ uri }): SourceOverlay => ({ path: toPortable(uri.fsPath), text: null }));
  return { commit, overlays: [...overlays, ...untracked] };
}
