import * as vscode from 'vscode';
import type { WebviewBoot } from '../protocol/messages';

/** The settings of the checkpoint editor, each with its default in package.json. */
export function checkpointSettings(uri: vscode.Uri): {
  readonly defaults: WebviewBoot['defaults'];
  readonly reloadOnChange: boolean;
  /** Milliseconds that one answer may take. */
  readonly timeLimit: number;
  /** Bytes. */
  readonly virtualFileLimit: number;
} {
  const settings = vscode.workspace.getConfiguration('graftlens.checkpoint', uri);
  const details = settings.get<string>('details');
  return {
    defaults: {
      mode: settings.get<string>('view') === 'table' ? 'table' : 'tree',
      foldRuns: settings.get<boolean>('foldEqualBlocks') ?? true,
      details: details === 'right' || details === 'below' || details === 'hidden' ? details : 'auto',
    },
    reloadOnChange: settings.get<boolean>('reloadOnChange') ?? true,
    timeLimit: atLeast(settings.get<number>('timeLimit'), 1, 60) * 1000,
    virtualFileLimit: atLeast(settings.get<number>('virtualFileLimit'), 1, 256) * 1024 * 1024,
  };
}

function atLeast(value: number | undefined, least: number, fallback: number): number {
  return typeof value === 'number' && value >= least ? value : fallback;
}
