import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** What the tests read of package.json, with texts as VS Code shows them. */
export interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: boolean | 'limited' };
    readonly virtualWorkspaces?: unknown;
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category?: string }[];
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly configuration: readonly {
      readonly properties: Readonly<
        Record<
          string,
          { readonly default?: unknown; readonly description?: string; readonly markdownDescription?: string }
        >
      >;
    }[];
  };
}

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('graftlens.graftlens');
  assert.ok(found, 'VS Code knows the extension');
  return found;
}

export function manifest(): Manifest {
  const raw = extension().packageJSON as Manifest;
  const { configuration } = raw.contributes;
  return {
    ...raw,
    activationEvents: raw.activationEvents ?? [],
    contributes: { ...raw.contributes, configuration: [configuration].flat() },
  };
}
