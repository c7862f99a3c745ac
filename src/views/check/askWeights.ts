import * as vscode from 'vscode';
import { say } from '../hostTexts';
import { findCheckpoints } from '../findFiles';
import { type Links, nameOf } from './links';

interface WeightsItem extends vscode.QuickPickItem {
  readonly file?: vscode.Uri;
  readonly browses?: true;
}

/** Which checkpoint a class is checked against: a linked one, a recent one, one of the workspace, any other. */
export async function askWeights(links: Links, file: vscode.Uri, name: string): Promise<vscode.Uri | null> {
  const chosen = await vscode.window.showQuickPick(weightsItems(links, file, name), {
    title: say('report.ask.weights', name),
    placeHolder: say('report.ask.weightsHint'),
    matchOnDescription: true,
  });
  if (chosen === undefined) return null;
  return chosen.browses === true ? browseCheckpoint(file) : (chosen.file ?? null);
}

async function weightsItems(links: Links, file: vscode.Uri, name: string): Promise<WeightsItem[]> {
  const linked = links.ofFile(file).filter((link) => link.name === name);
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['report.ask.linked', linked.map(({ weights }) => weights)],
    ['report.ask.recent', links.all.map(({ weights }) => weights)],
    ['report.ask.workspace', (await findCheckpoints()).map((uri) => uri.toString())],
  ];
  const seen = new Set<string>();
  const items = groups.flatMap(([label, addresses]) => {
    const fresh = [...new Set(addresses)].filter((address) => !seen.has(address));
    fresh.forEach((address) => seen.add(address));
    return fresh.length === 0 ? [] : [separator(label), ...fresh.map(checkpointItem)];
  });
  const browse: WeightsItem = { label: `$(folder-opened) ${say('report.ask.browse')}`, browses: true };
  return [...items, ...(items.length > 0 ? [separator('report.ask.elsewhere')] : []), browse];
}

/** A checkpoint by its address, as a list shows it. */
export function checkpointItem(address: string): { label: string; description: string; file: vscode.Uri } {
  const uri = vscode.Uri.parse(address);
  const path = vscode.workspace.asRelativePath(uri);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return { label: nameOf(address), description: folder, file: uri };
}

function separator(code: string): WeightsItem {
  return { label: say(code), kind: vscode.QuickPickItemKind.Separator };
}

/** A checkpoint from anywhere; `near`: a file of the folder to begin with. */
export async function browseCheckpoint(near: vscode.Uri | null): Promise<vscode.Uri | null> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const folder =
    near === null
      ? first?.uri
      : (vscode.workspace.getWorkspaceFolder(near)?.uri ?? vscode.Uri.joinPath(near, '..'));
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: say('report.ask.browse'),
      ...(folder === undefined ? {} : { defaultUri: folder }),
      filters: {
        [say('report.ask.checkpoints')]: ['pt', 'pth', 'pkl', 'safetensors', 'ckpt', 'bin'],
        [say('report.ask.allFiles')]: ['*'],
      },
    })) ?? [];
  return uri ?? null;
}
