import * as vscode from 'vscode';
import type { PickleSummary } from '../../protocol/messages';
import { visibleText } from '../../protocol/visibleText';
import { errorBodyOf } from '../../worker/errorBody';
import type { EditorRegistry } from '../editorRegistry';
import { say, sayMessage } from '../hostTexts';
import { openCheckpointOf } from '../openCheckpoint';
import type { Disassemblies } from './disassemblies';
import { fileName, parseDisassemblyUri } from './disassemblyUri';
import type { PickleFiles } from './pickleFiles';

/** "Show Pickle Disassembly" of the active checkpoint, and "Go to Offset" in a disassembly. */
export function registerDisassemblyCommands(
  registry: EditorRegistry,
  files: PickleFiles,
  disassemblies: Disassemblies,
): vscode.Disposable {
  const show = async (): Promise<void> => {
    const editor = registry.active;
    if (editor === undefined) {
      void vscode.window.showInformationMessage(say('host.noEditor'));
      return;
    }
    const { pickles } = await files.ask(editor.uri, 'pickles', {});
    if (pickles.length === 0) {
      void vscode.window.showInformationMessage(say('disassembly.none'));
      return;
    }
    const chosen = pickles.length === 1 ? pickles[0] : await pick(editor.uri, pickles);
    if (chosen !== undefined) await disassemblies.open(editor.uri, chosen.record, chosen.start);
  };
  const goToOffset = async (): Promise<void> => {
    const address = parseDisassemblyUri(vscode.window.activeTextEditor?.document.uri ?? vscode.Uri.file('/'));
    if (address === null) return;
    const typed = await vscode.window.showInputBox({
      prompt: say('disassembly.goTo.prompt'),
      validateInput: (value) =>
        value.trim() === '' || offsetOf(value) !== null ? null : say('disassembly.goTo.invalid'),
    });
    const offset = offsetOf(typed ?? '');
    if (offset === null) return;
    await disassemblies.openAt(address.file, address.record, offset, vscode.ViewColumn.Active);
  };
  const showFinding = async (file: unknown, place: unknown): Promise<void> => {
    const { record, offset } = Object(place) as Readonly<Record<string, unknown>>;
    if (!(file instanceof vscode.Uri) || typeof offset !== 'number') return;
    const editor = await openCheckpointOf(registry, file);
    editor?.showFinding({ record: typeof record === 'string' ? record : null, offset });
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand('graftlens.checkpoint.showDisassembly', () => answering(show)),
    vscode.commands.registerCommand('graftlens.disassembly.goToOffset', () => answering(goToOffset)),
    // Of a lens; no command of the palette.
    vscode.commands.registerCommand('graftlens.disassembly.showFinding', (file: unknown, place: unknown) =>
      answering(() => showFinding(file, place)),
    ),
  );
}

/** A command was given by a person, who is told why it failed. */
async function answering(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    void vscode.window.showErrorMessage(sayMessage(errorBodyOf(error)));
  }
}

async function pick(file: vscode.Uri, pickles: readonly PickleSummary[]): Promise<PickleSummary | undefined> {
  const items = pickles.map((pickle) => ({
    label: shown(pickle.record ?? fileName(file)),
    description: say('disassembly.pick.offset', pickle.start, pickle.opcodes),
    ...(pickle.loadedByTorch ? { detail: say('disassembly.pick.loaded') } : {}),
    pickle,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: say('disassembly.pick'),
    matchOnDescription: true,
  });
  return chosen?.pickle;
}

/** VS Code draws `$(name)` in a label as an icon, unless a backslash stands before it. */
function shown(name: string): string {
  return visibleText(name, 200).text.replaceAll('$(', '\\$(');
}

/** Decimal, or hexadecimal after `0x`; null for anything else. */
export function offsetOf(text: string): number | null {
  const trimmed = text.trim().replaceAll(',', '');
  if (!/^(?:\d+|0x[\da-f]+)$/i.test(trimmed)) return null;
  const offset = Number(trimmed);
  return Number.isSafeInteger(offset) ? offset : null;
}
