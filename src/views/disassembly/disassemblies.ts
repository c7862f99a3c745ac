import * as vscode from 'vscode';
import { errorBodyOf } from '../../worker/errorBody';
import { say, sayMessage, windowTexts } from '../hostTexts';
import { fillText } from '../../protocol/texts/fill';
import { type DisassemblyText, disassemblyText, visibleMessage } from './disassemblyText';
import { disassemblyScheme, disassemblyUri, fileName, parseDisassemblyUri } from './disassemblyUri';
import type { PickleFiles } from './pickleFiles';

/** More lenses of one part tell nothing new, and make the editor slow. */
const mostLenses = 200;

/** Disassemblies of pickles as readonly text documents, in parts that lead to each other. */
export class Disassemblies
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.CodeLensProvider
{
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  /** What is shown, by address. */
  private readonly shown = new Map<string, DisassemblyText>();

  constructor(private readonly files: PickleFiles) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(disassemblyScheme, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: disassemblyScheme }, this),
      vscode.languages.registerCodeLensProvider({ scheme: disassemblyScheme }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.shown.delete(uri.toString())),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const address = parseDisassemblyUri(uri);
    if (address === null) return '';
    const { file, record, start, part } = address;
    const name = fileName(file);
    const title =
      record === null
        ? { code: 'disassembly.ofFile', args: [name, start] }
        : { code: 'disassembly.ofRecord', args: [name, record, start] };
    try {
      const made = await this.files.ask(file, 'disassembly', { record, start, part });
      const shown = disassemblyText(made, title, windowTexts());
      this.shown.set(uri.toString(), shown);
      return shown.text;
    } catch (error) {
      this.shown.delete(uri.toString());
      return `# ${sayMessage(title)}\n# ✗ ${sayMessage(errorBodyOf(error))}\n`;
    }
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const address = parseDisassemblyUri(document.uri);
    const shown = this.shown.get(document.uri.toString());
    if (address === null || shown === undefined) return [];
    const link = (line: number | null, part: number): vscode.DocumentLink[] => {
      if (line === null || line >= document.lineCount) return [];
      const { range } = document.lineAt(line);
      return [
        new vscode.DocumentLink(
          range.with(range.start.translate(0, 2)),
          disassemblyUri({ ...address, part }),
        ),
      ];
    };
    return [...link(shown.previousLine, address.part - 1), ...link(shown.nextLine, address.part + 1)];
  }

  /** What a scan found, above its lines; leads to the safety view. */
  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const address = parseDisassemblyUri(uri);
    const shown = this.shown.get(uri.toString());
    if (address === null || shown === undefined) return [];
    return shown.findings.slice(0, mostLenses).map(({ line, offset, message }) => {
      const said = visibleMessage(message, windowTexts());
      return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        // VS Code draws `$(name)` as an icon.
        title: fillText(windowTexts()['safetyView.lens'] ?? '{0}', [said.replaceAll('$(', '$ (')], String),
        command: 'graftlens.disassembly.showFinding',
        arguments: [address.file, { record: address.record, offset }],
      });
    });
  }

  /** The file has changed: what is open is read again. */
  fileChanged(file: vscode.Uri): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (parseDisassemblyUri(uri)?.file.toString() === file.toString()) this.changes.fire(uri);
    }
  }

  /** Opens the disassembly of the pickle that starts at `start`. */
  async open(file: vscode.Uri, record: string | null, start: number): Promise<void> {
    await this.show(disassemblyUri({ file, record, start, part: 0 }), null, vscode.ViewColumn.Active);
  }

  /** Opens the part that holds an offset of a record, at its line. */
  async openAt(
    file: vscode.Uri,
    record: string | null,
    offset: number,
    column: vscode.ViewColumn,
  ): Promise<void> {
    const place = await this.files.ask(file, 'disassemblyLine', { record, offset });
    if (place === null) {
      void vscode.window.showInformationMessage(say('disassembly.noPickle'));
      return;
    }
    const { start, part, line } = place;
    await this.show(disassemblyUri({ file, record, start, part }), line, column);
  }

  /** @param line of the part, null for its beginning */
  private async show(uri: vscode.Uri, line: number | null, viewColumn: vscode.ViewColumn): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const first = this.shown.get(uri.toString())?.firstLine ?? 0;
    const at = line === null ? null : new vscode.Position(Math.min(first + line, document.lineCount - 1), 0);
    await vscode.window.showTextDocument(document, {
      preview: true,
      viewColumn,
      ...(at === null ? {} : { selection: new vscode.Range(at, at) }),
    });
  }
}
