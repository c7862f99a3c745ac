import * as vscode from 'vscode';

const KEY = 'graftlens.source.arguments';

type Stored = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Arguments that the user set for classes, kept per workspace. */
export class ClassArguments {
  constructor(private readonly memory: vscode.Memento) {}

  /** Argument texts by class name. */
  of(uri: vscode.Uri): Readonly<Record<string, string>> {
    return this.stored()[fileKey(uri)] ?? {};
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

function fileKey(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, true);
}
