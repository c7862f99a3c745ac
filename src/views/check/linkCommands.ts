import * as vscode from 'vscode';
import { say } from '../hostTexts';
import { type Link, type Links, nameOf } from './links';

interface LinkItem extends vscode.QuickPickItem {
  readonly link: Link;
}

/** Lists the links of the workspace: one is checked again by choosing it, removed by its button. */
export async function manageLinks(links: Links, run: (link: Link) => void): Promise<void> {
  if (links.all.length === 0) {
    await vscode.window.showInformationMessage(say('report.links.none'));
    return;
  }
  const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: say('report.links.remove') };
  const pick = vscode.window.createQuickPick<LinkItem>();
  const fill = (): void => {
    pick.items = links.all.map((link) => ({
      label: `${link.name}(${link.args ?? ''})`,
      description: `← ${nameOf(link.weights)}`,
      detail: vscode.workspace.asRelativePath(vscode.Uri.parse(link.file)),
      link,
      buttons: [remove],
    }));
  };
  pick.title = say('report.links.title');
  pick.placeholder = say('report.links.hint');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  fill();
  pick.onDidTriggerItemButton(({ item }) => {
    void links.remove(item.link.id).then(() => {
      if (links.all.length === 0) pick.hide();
      else fill();
    });
  });
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems;
    pick.hide();
    if (chosen !== undefined) run(chosen.link);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

/** Removes links that a person chooses from those of the workspace. */
export async function removeLinks(links: Links): Promise<void> {
  if (links.all.length === 0) {
    await vscode.window.showInformationMessage(say('report.links.none'));
    return;
  }
  const chosen = await vscode.window.showQuickPick(
    links.all.map((link) => ({
      label: `${link.name}(${link.args ?? ''})`,
      description: `← ${nameOf(link.weights)}`,
      link,
    })),
    { title: say('report.links.removeTitle'), canPickMany: true, matchOnDescription: true },
  );
  for (const { link } of chosen ?? []) await links.remove(link.id);
}
