import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { toPortable } from '../../files/importRoot';

const KEY = 'graftlens.source.arguments';

type Stored = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Arguments that the user set for classes, kept per workspace. */
export class ClassArguments {
  constructor(private readonly memory: vscode.Memento) {}

  /** Argument texts by class name. */
  of(uri: vscode.Uri): Readonly<Record<string, string>> {
    return this.stored()[fileKey(uri)] ?? {};
  }

  /** Those of all files, by their paths with `/`. */
  get all(): Stored {
    return Object.fromEntries(
      Object.entries(this.stored()).flatMap(([key, args]) => {
        const path = pathOf(key);
        return path === null ? [] : [[toPortable(path), args]];
      }),
    );
  }

  /** With null, the class goes back to its defaults. */
  async set(uri: vscode.Uri, name: string, args: string | null): Promise<void> {
    const others = Object.entries(this.of(uri)).filter(([other]) => other !== name);
    const own = args === null ? [] : [[name, args] as const];
    await this.memory.update(KEY, {
      ...this.stored(),
      [fileKey(uri)]: Object.fromEntries([...others, ...own]),
    });
  }

  private stored(): Stored {
    return this.memory.get<Stored>(KEY) ?? {};
  }
}

/** The path behind a key; null where its folder is not open. */
function pathOf(key: string): string | null {
  if (isAbsolute(key)) return key;
  const [name = '', ...rest] = key.split('/');
  const folder = vscode.workspace.workspaceFolders?.find((one) => one.name === name);
  return folder === undefined ? null : vscode.Uri.joinPath(folder.uri, ...rest).fsPath;
}

function fileKey(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, true);
}
