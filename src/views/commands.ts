import * as vscode from 'vscode';
import { editorCommands } from '../protocol/messages';
import type { EditorRegistry } from './editorRegistry';
import { say } from './hostTexts';
import { openFolder } from './openFolder';

/** The commands of package.json; those of an editor go to the active one. */
export function registerCommands(registry: EditorRegistry): vscode.Disposable {
  const active = (run: (editor: NonNullable<EditorRegistry['active']>) => void) => () => {
    const editor = registry.active;
    if (editor === undefined) void vscode.window.showInformationMessage(say('host.noEditor'));
    else run(editor);
  };
  return vscode.Disposable.from(
    ...editorCommands.map((command) =>
      vscode.commands.registerCommand(
        `graftlens.checkpoint.${command}`,
        active((editor) => editor.run(command)),
      ),
    ),
    vscode.commands.registerCommand(
      'graftlens.checkpoint.showAsText',
      active((editor) => {
        void vscode.commands.executeCommand(
          'vscode.openWith',
          editor.uri,
          'default',
          editor.panel.viewColumn,
        );
      }),
    ),
    vscode.commands.registerCommand('graftlens.openFolder', openFolder),
  );
}
