import * as vscode from 'vscode';
import type { CheckWorkerRequests } from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import { say } from '../hostTexts';
import { askArguments } from './askArguments';
import type { Commit, GitSource } from './gitSource';
import type { BaselineChoice, Link } from './links';

interface BaselineItem extends vscode.QuickPickItem {
  readonly choice?: BaselineChoice;
  readonly asksFile?: true;
}

const TIME_LIMIT = 60_000;

/** Which source the weights came from: HEAD, another commit of the file, another file, or nobody knows. */
export async function askBaseline(
  link: Link,
  git: GitSource,
  worker: RestartingWorker<CheckWorkerRequests>,
): Promise<BaselineChoice | null> {
  const file = vscode.Uri.parse(link.file);
  const chosen = await vscode.window.showQuickPick(baselineItems(git, file), {
    title: say('report.ask.baseline', link.name),
    placeHolder: say('report.ask.baselineHint'),
    matchOnDescription: true,
  });
  if (chosen === undefined) return null;
  if (chosen.asksFile === true) return askFile(link, worker);
  const choice = chosen.choice ?? null;
  if (choice === null || choice.kind === 'none' || choice.kind === 'file') return choice;
  // The checkpoint may have been trained for another class count than the model of today.
  const last = link.baseline.kind === choice.kind ? link.baseline.args : undefined;
  const args = await askArguments(worker, link.name, last ?? link.args ?? '', 'report.ask.argumentsThen');
  return args === undefined ? null : { ...choice, args };
}

async function baselineItems(git: GitSource, file: vscode.Uri): Promise<BaselineItem[]> {
  const head = await git.head(file);
  const commits = head === null ? [] : await git.commits(file).catch(() => []);
  const items: BaselineItem[] = [];
  if (head !== null) {
    items.push({
      label: say('report.ask.head'),
      description: head.slice(0, 8),
      choice: { kind: 'head' },
    });
  }
  items.push(
    { label: `$(file) ${say('report.ask.otherFile')}`, asksFile: true },
    { label: say('report.ask.noBaseline'), choice: { kind: 'none' } },
  );
  if (commits.length > 0) {
    items.push(
      { label: say('report.ask.commits'), kind: vscode.QuickPickItemKind.Separator },
      ...commits.map(commitItem),
    );
  }
  return items;
}

function commitItem({ hash, message, authorDate }: Commit): BaselineItem {
  const [subject = ''] = message.split('\n');
  const date = authorDate?.toLocaleDateString(vscode.env.language) ?? '';
  return {
    label: subject,
    description: `${hash.slice(0, 8)} ${date}`,
    choice: { kind: 'revision', revision: hash },
  };
}

async function askFile(
  link: Link,
  worker: RestartingWorker<CheckWorkerRequests>,
): Promise<BaselineChoice | null> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: say('report.ask.otherFile'),
      defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(link.file), '..'),
      filters: { Python: ['py'] },
    })) ?? [];
  if (uri === undefined) return null;
  const classes = await worker.request('classes', { files: [uri.fsPath], overlays: [] }, TIME_LIMIT);
  const names = classes.map(({ name }) => name);
  const name = names.includes(link.name)
    ? link.name
    : await vscode.window.showQuickPick(names, { title: say('report.ask.class') });
  if (name === undefined) return null;
  const args = await askArguments(worker, name, link.args ?? '');
  return args === undefined ? null : { kind: 'file', file: uri.toString(), name, args };
}
