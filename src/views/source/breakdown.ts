import * as vscode from 'vscode';
import { formatInteger } from '../../protocol/numbers';
import type { BuiltClass, SourceEntry } from '../../worker/sourceMessages';
import { say } from '../hostTexts';
import { bestBuilt, enclosingClass } from './hovers';
import type { SourceReports } from './sourceReports';

/** A part of a model: one attribute with all that lies below it. */
interface Part extends vscode.QuickPickItem {
  readonly path: string;
  readonly entries: readonly SourceEntry[];
  readonly isLeaf: boolean;
}

/**
 * Lets a person go down a model's attributes, the largest first, to the source line of each. Without a name,
 * the class at the cursor is meant.
 */
export async function showBreakdown(reports: SourceReports, uri?: vscode.Uri, name?: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(uri);
  const report = document === undefined ? null : await reports.report(document);
  const line = (editor?.selection.active.line ?? 0) + 1;
  const cls =
    name === undefined
      ? report === null
        ? undefined
        : enclosingClass(line, report)
      : report?.classes.find((one) => one.name === name);
  const built = cls === undefined ? null : bestBuilt(cls);
  if (cls === undefined || built === null || built.entries.length === 0) {
    await vscode.window.showInformationMessage(say('source.breakdown.none'));
    return;
  }
  await descend(cls.name, built);
}

/** Opens a file at a line (from 1). */
export async function goToLine(file: string, line: number): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(position, position),
  });
}

async function descend(name: string, built: BuiltClass): Promise<void> {
  const path: string[] = [''];
  for (;;) {
    const at = path[path.length - 1];
    if (at === undefined) return;
    const chosen = await choose(partsBelow(built.entries, at), name, built, at, path.length > 1);
    if (chosen === null) return;
    if (chosen === 'back') path.pop();
    else if (chosen.isLeaf || chosen.goToLine) {
      const place = chosen.part.entries.find(({ file }) => file !== null);
      if (typeof place?.file === 'string') await goToLine(place.file, place.line);
      return;
    } else path.push(chosen.part.path);
  }
}

type Choice = { readonly part: Part; readonly isLeaf: boolean; readonly goToLine: boolean } | 'back' | null;

function choose(
  parts: readonly Part[],
  name: string,
  built: BuiltClass,
  at: string,
  canGoBack: boolean,
): Promise<Choice> {
  const pick = vscode.window.createQuickPick<Part>();
  pick.title = `${name}(${built.args})${at === '' ? '' : `.${at}`}`;
  pick.placeholder = say(
    'source.breakdown.placeholder',
    built.parameters === null ? '?' : formatInteger(built.parameters),
  );
  pick.matchOnDescription = true;
  pick.items = parts;
  if (canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const end = (choice: Choice): void => {
      resolve(choice);
      pick.dispose();
    };
    pick.onDidAccept(() => {
      const [part] = pick.selectedItems;
      if (part !== undefined) end({ part, isLeaf: part.isLeaf, goToLine: false });
    });
    pick.onDidTriggerItemButton(({ item }) => end({ part: item, isLeaf: item.isLeaf, goToLine: true }));
    pick.onDidTriggerButton(() => end('back'));
    pick.onDidHide(() => end(null));
    pick.show();
  });
}

/** The attributes directly below a path, the one with most parameters first. */
export function partsBelow(entries: readonly SourceEntry[], path: string): Part[] {
  const prefix = path === '' ? '' : `${path}.`;
  const groups = new Map<string, SourceEntry[]>();
  for (const entry of entries) {
    if (!entry.key.startsWith(prefix)) continue;
    const [first = ''] = entry.key.slice(prefix.length).split('.');
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [entry]);
    else group.push(entry);
  }
  return [...groups]
    .map(([label, own]) => ({ label, own, size: parametersOf(own) }))
    .sort((a, b) => (b.size === a.size ? 0 : (b.size ?? -1n) > (a.size ?? -1n) ? 1 : -1))
    .map(({ label, own, size }) => partOf(`${prefix}${label}`, label, own, size));
}

function partOf(path: string, label: string, own: SourceEntry[], size: bigint | null): Part {
  const [only] = own;
  const isLeaf = own.length === 1 && only?.key === path;
  const count = size === null ? say('source.breakdown.unknown') : formatInteger(size);
  const shape = isLeaf ? ` · ${only?.dtype ?? ''} [${only?.shape?.join(', ') ?? '?'}]` : '';
  const kind = isLeaf && only?.kind === 'buffer' ? ` · ${say('source.breakdown.buffer')}` : '';
  const button = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: say('source.breakdown.goToLine') };
  return {
    path,
    label,
    description: `${count}${shape}${kind}`,
    entries: own,
    isLeaf,
    ...(own.some(({ file }) => file !== null) ? { buttons: [button] } : {}),
  };
}

function parametersOf(entries: readonly SourceEntry[]): bigint | null {
  let total = 0n;
  for (const { kind, shape } of entries) {
    if (kind !== 'parameter') continue;
    if (shape === null) return null;
    total += shape.reduce((all, one) => all * one, 1n);
  }
  return total;
}
