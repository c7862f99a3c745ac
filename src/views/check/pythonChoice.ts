import * as vscode from 'vscode';
import { pythonEnvironment } from '../../files/pythonEnvironment';
import { say } from '../hostTexts';
import type { Interpreters } from '../interpreters';

const KEY = 'graftlens.check.python';

/** Interpreters by the address of the workspace folder that they were chosen for. */
type Remembered = Readonly<Record<string, string>>;

/**
 * Which Python proves an answer: the setting, else what was chosen here on this machine, else what the Python
 * extension or the workspace has, else a person is asked once.
 */
export class PythonChoice {
  constructor(
    private readonly interpreters: Interpreters,
    /** Of this machine, outside of the workspace's files. */
    private readonly memory: vscode.Memento,
  ) {}

  /** Path of the interpreter; null where a person did not choose one. */
  async of(file: vscode.Uri): Promise<string | null> {
    const known = await this.interpreters.of(file);
    if (known?.from === 'setting') return known.environment.executable;
    // A setting that names nothing is told as that, not passed over.
    const set = this.interpreters.setPath(file);
    if (set !== null) return set;
    const remembered = this.remembered()[folderKey(file)];
    if (remembered !== undefined && pythonEnvironment(remembered) !== null) return remembered;
    return known?.environment.executable ?? this.ask(file);
  }

  /** Asks, and remembers the answer for the folder. */
  async ask(file: vscode.Uri): Promise<string | null> {
    const known = (await this.interpreters.of(file))?.environment.executable ?? null;
    const items = [
      ...(known === null ? [] : [{ label: known, description: say('report.python.known'), path: known }]),
      { label: `$(folder-opened) ${say('report.ask.browse')}`, path: null },
    ];
    const chosen = await vscode.window.showQuickPick(items, {
      title: say('report.python.title'),
      placeHolder: say('report.python.hint'),
      ignoreFocusOut: true,
    });
    if (chosen === undefined) return null;
    const path = chosen.path ?? (await browse());
    if (path === null) return null;
    await this.memory.update(KEY, { ...this.remembered(), [folderKey(file)]: path });
    return path;
  }

  private remembered(): Remembered {
    return this.memory.get<Remembered>(KEY) ?? {};
  }
}

async function browse(): Promise<string | null> {
  const [uri] =
    (await vscode.window.showOpenDialog({ title: say('report.python.title'), canSelectFiles: true })) ?? [];
  return uri?.fsPath ?? null;
}

function folderKey(file: vscode.Uri): string {
  return (vscode.workspace.getWorkspaceFolder(file)?.uri ?? vscode.Uri.joinPath(file, '..')).toString();
}
