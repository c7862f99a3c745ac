import * as vscode from 'vscode';
import type { ClassPlace } from '../../worker/checkMessages';
import { browseCheckpoint, checkpointItem } from '../check/askWeights';
import { findCheckpoints } from '../findFiles';
import { say } from '../hostTexts';

interface SideItem extends vscode.QuickPickItem {
  readonly file?: vscode.Uri;
  readonly place?: ClassPlace;
  readonly browses?: true;
}

/** A checkpoint, or a class whose arguments are not known yet. */
export type ChosenSide =
  | { readonly kind: 'file'; readonly uri: vscode.Uri }
  | { readonly kind: 'model'; readonly place: ClassPlace };

export interface SideSources {
  /** Checkpoints that were compared or checked before, the last first. */
  readonly recent: () => readonly string[];
  readonly classes: () => Promise<readonly ClassPlace[]>;
}

/** What to compare: an open checkpoint, a recent one, one of the workspace, a class, any other file. */
export async function askSide(title: string, sources: SideSources): Promise<ChosenSide | null> {
  const chosen = await chooseItem(title, sources);
  if (chosen === null) return null;
  if (chosen.place !== undefined) return { kind: 'model', place: chosen.place };
  const uri = chosen.browses === true ? await browseCheckpoint(null) : (chosen.file ?? null);
  return uri === null ? null : { kind: 'file', uri };
}

/** Files are there at once; classes come when the sources have been read. */
async function chooseItem(title: string, sources: SideSources): Promise<SideItem | null> {
  const pick = vscode.window.createQuickPick<SideItem>();
  pick.title = title;
  pick.placeholder = say('comparison.ask.hint');
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  pick.busy = true;
  const browse: SideItem = { label: `$(folder-opened) ${say('report.ask.browse')}`, browses: true };
  let isClosed = false;
  const fill = async (): Promise<void> => {
    const files = await fileItems(sources);
    const show = (classes: readonly SideItem[]): void => {
      if (isClosed) return;
      const active = pick.activeItems.map(({ label, description }) => `${label} ${description ?? ''}`);
      pick.items = [...files, ...classes, separator('report.ask.elsewhere'), browse];
      const [first] = active;
      const again = pick.items.find(({ label, description }) => `${label} ${description ?? ''}` === first);
      if (again !== undefined) pick.activeItems = [again];
    };
    show([]);
    const classes = (await sources.classes().catch(() => [])).map(classItem);
    if (classes.length > 0) show([separator('comparison.ask.classes'), ...classes]);
    if (!isClosed) pick.busy = false;
  };
  const chosen = new Promise<SideItem | null>((resolve) => {
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item === undefined) return;
      resolve(item);
      pick.hide();
    });
    pick.onDidHide(() => {
      isClosed = true;
      resolve(null);
      pick.dispose();
    });
  });
  pick.show();
  void fill();
  return chosen;
}

async function fileItems(sources: SideSources): Promise<readonly SideItem[]> {
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['comparison.ask.open', openCheckpoints()],
    ['report.ask.recent', sources.recent()],
    ['report.ask.workspace', (await findCheckpoints()).map((uri) => uri.toString())],
  ];
  const seen = new Set<string>();
  return groups.flatMap(([label, addresses]) => {
    const fresh = [...new Set(addresses)].filter((address) => !seen.has(address));
    fresh.forEach((address) => seen.add(address));
    return fresh.length === 0 ? [] : [separator(label), ...fresh.map(checkpointItem)];
  });
}

/** Those that have an editor of ours. */
function openCheckpoints(): string[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType.startsWith('graftlens.checkpoint')
        ? [input.uri.toString()]
        : [],
    ),
  );
}

function classItem(place: ClassPlace): SideItem {
  const path = vscode.workspace.asRelativePath(place.file);
  return { label: place.name, description: `${path}:${place.line}`, place };
}

function separator(code: string): SideItem {
  return { label: say(code), kind: vscode.QuickPickItemKind.Separator };
}
