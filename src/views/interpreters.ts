import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  LOCAL_FOLDERS,
  localEnvironment,
  pythonEnvironment,
  type PythonEnvironment,
} from '../files/pythonEnvironment';

const SECTION = 'graftlens.python';
const PYTHON_EXTENSION = 'ms-python.python';
/** Milliseconds that the Python extension has to start before the workspace's own environment is taken. */
const PATIENCE = 4_000;
/** Milliseconds after which a new environment folder is looked at once more. */
const FILLING = 2_000;

/** The interpreter that a person chose, and where they chose it. */
export interface ChosenInterpreter {
  readonly from: 'setting' | 'pythonExtension' | 'workspace';
  readonly environment: PythonEnvironment;
}

/** What is used of the Python extension, if it is there. */
interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
  resolveEnvironment?(path: {
    readonly path: string;
  }): Promise<{ readonly executable?: { readonly uri?: vscode.Uri } } | undefined>;
  readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
}

/**
 * Which Python belongs to a file: the setting `graftlens.python.interpreterPath`, else the environment chosen in
 * the Python extension, else a virtual environment in the workspace folder. Environments are known by their
 * files; nothing is run.
 */
export class Interpreters {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The choice may be another one. */
  readonly onDidChange = this.changed.event;
  private readonly parts: vscode.Disposable[] = [this.changed];
  private extension: Promise<PythonEnvironments | null> | null = null;
  private again: ReturnType<typeof setTimeout> | undefined = undefined;

  register(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(
      `**/{${LOCAL_FOLDERS.join(',')},pyvenv.cfg}`,
      false,
      true,
      false,
    );
    this.parts.push(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SECTION)) this.changed.fire();
      }),
      vscode.extensions.onDidChange(() => {
        this.extension = null;
        this.changed.fire();
      }),
      // An environment that was made or removed in the workspace.
      watcher,
      watcher.onDidCreate(() => this.fireAgain()),
      watcher.onDidDelete(() => this.changed.fire()),
      new vscode.Disposable(() => clearTimeout(this.again)),
    );
    return new vscode.Disposable(() => vscode.Disposable.from(...this.parts).dispose());
  }

  /**
   * Null where nothing was chosen, or what was chosen is not there. `patience`: milliseconds to wait for the
   * Python extension; when it answers later, `onDidChange` tells.
   */
  async of(uri: vscode.Uri, patience = PATIENCE): Promise<ChosenInterpreter | null> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const set = this.setPath(uri, folder);
    if (set !== null) return chosen('setting', pythonEnvironment(set));
    const active = await this.activePath(uri, patience);
    return (
      chosen('pythonExtension', active === null ? null : pythonEnvironment(active)) ??
      chosen('workspace', folder?.uri.scheme === 'file' ? localEnvironment(folder.uri.fsPath) : null)
    );
  }

  /** What the setting names, with `~` and `${workspaceFolder}` filled in; null where it is empty. */
  setPath(uri: vscode.Uri, folder = vscode.workspace.getWorkspaceFolder(uri)): string | null {
    const set = vscode.workspace.getConfiguration(SECTION, uri).get<string>('interpreterPath')?.trim() ?? '';
    if (set === '') return null;
    const filled = set.replaceAll('${workspaceFolder}', folder?.uri.fsPath ?? '');
    return /^~(?=$|[\\/])/.test(filled) ? join(homedir(), filled.slice(1)) : filled;
  }

  /** Now, and once its files are there: of a new folder the system may tell nothing but the folder itself. */
  private fireAgain(): void {
    this.changed.fire();
    clearTimeout(this.again);
    this.again = setTimeout(() => this.changed.fire(), FILLING);
  }

  private async activePath(uri: vscode.Uri, patience: number): Promise<string | null> {
    this.extension ??= this.startExtension();
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patience));
    const environments = await Promise.race([this.extension, late]);
    if (environments === null) return null;
    try {
      const active = environments.getActiveEnvironmentPath(uri);
      const resolved = await environments.resolveEnvironment?.(active);
      return resolved?.executable?.uri?.fsPath ?? active.path;
    } catch {
      // An extension that fails has chosen nothing.
      return null;
    }
  }

  private async startExtension(): Promise<PythonEnvironments | null> {
    const extension = vscode.extensions.getExtension<{ readonly environments?: PythonEnvironments }>(
      PYTHON_EXTENSION,
    );
    if (extension === undefined) return null;
    const wasActive = extension.isActive;
    try {
      const environments = (await extension.activate()).environments ?? null;
      const change = environments?.onDidChangeActiveEnvironmentPath?.(() => this.changed.fire());
      if (change !== undefined) this.parts.push(change);
      if (!wasActive) this.changed.fire();
      return environments;
    } catch {
      return null;
    }
  }
}

function chosen(
  from: ChosenInterpreter['from'],
  environment: PythonEnvironment | null,
): ChosenInterpreter | null {
  return environment === null ? null : { from, environment };
}
