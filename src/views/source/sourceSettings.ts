import * as vscode from 'vscode';
import type { ProblemKind } from '../../architecture/diagnostics/problem';

/** The settings for Python source, each with its default in package.json. */
export interface SourceSettings {
  readonly codeLens: boolean;
  /** Parts of a lens. */
  readonly attention: boolean;
  readonly callSites: boolean;
  readonly hover: boolean;
  readonly reports: (kind: ProblemKind) => boolean;
}

export function sourceSettings(uri: vscode.Uri): SourceSettings {
  const settings = vscode.workspace.getConfiguration('graftlens.source', uri);
  const isOn = (name: string): boolean => settings.get<boolean>(name) ?? true;
  return {
    codeLens: isOn('codeLens.enabled'),
    attention: isOn('codeLens.attention'),
    callSites: isOn('codeLens.callSites'),
    hover: isOn('hover.enabled'),
    reports: (kind) => isOn(`diagnostics.${kind}`),
  };
}
