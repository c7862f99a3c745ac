import * as vscode from 'vscode';

/** The settings of the weight compatibility check, each with its default in package.json. */
export interface CheckSettings {
  readonly codeLens: boolean;
  readonly diagnostics: boolean;
  /** Milliseconds that the user's Python may take. */
  readonly timeLimit: number;
}

export function checkSettings(uri: vscode.Uri): CheckSettings {
  const settings = vscode.workspace.getConfiguration('graftlens.check', uri);
  const seconds = settings.get<number>('timeLimit');
  return {
    codeLens: settings.get<boolean>('codeLens') ?? true,
    diagnostics: settings.get<boolean>('diagnostics') ?? true,
    timeLimit: (typeof seconds === 'number' && seconds >= 1 ? seconds : 300) * 1000,
  };
}
