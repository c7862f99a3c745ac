import * as vscode from 'vscode';
import type { CheckWorkerRequests, ClassPlace } from '../../worker/checkMessages';
import type { RestartingWorker } from '../../worker/restartingWorker';
import { say } from '../hostTexts';
import { findPythonFiles } from '../findFiles';
import type { Links } from './links';
import { unsavedSources } from '../unsavedSources';

/** Milliseconds that the classes of all files may take. */
const TIME_LIMIT = 60_000;
/** Bytes of a Python file that is looked at. */
const MAX_SIZE = 2 * 1024 * 1024;

interface ClassItem extends vscode.QuickPickItem {
  readonly place?: ClassPlace;
}

/** Which class is meant: those that are linked with the checkpoint first, then every one of the workspace. */
export async function askClass(
  links: Links,
  worker: RestartingWorker<CheckWorkerRequests>,
  weights: vscode.Uri | null,
): Promise<ClassPlace | null> {
  const chosen = await vscode.window.showQuickPick(classItems(links, worker, weights), {
    title: say('report.ask.class'),
    placeHolder: say('report.ask.classHint'),
    matchOnDescription: true,
  });
  return chosen?.place ?? null;
}

async function classItems(
  links: Links,
  worker: RestartingWorker<CheckWorkerRequests>,
  weights: vscode.Uri | null,
): Promise<ClassItem[]> {
  const found = await classesOfWorkspace(worker);
  if (found.length === 0) return [{ label: say('report.ask.noClass') }];
  const linked = weights === null ? [] : links.ofWeights(weights);
  const isLinked = ({ file, name }: ClassPlace): boolean =>
    linked.some((link) => link.name === name && link.file === vscode.Uri.file(file).toString());
  const first = found.filter(isLinked);
  const rest = found.filter((place) => !isLinked(place));
  if (first.length === 0) return rest.map(classItem);
  return [
    { label: say('report.ask.linked'), kind: vscode.QuickPickItemKind.Separator },
    ...first.map(classItem),
    { label: say('report.ask.workspace'), kind: vscode.QuickPickItemKind.Separator },
    ...rest.map(classItem),
  ];
}

function classItem(place: ClassPlace): ClassItem {
  const path = vscode.workspace.asRelativePath(place.file);
  return { label: place.name, description: `${path}:${place.line}`, place };
}

/** The `nn.Module` classes of every Python file that mentions torch. */
export async function classesOfWorkspace(
  worker: RestartingWorker<CheckWorkerRequests>,
): Promise<readonly ClassPlace[]> {
  const files = await findPythonFiles();
  const mentions = await Promise.all(files.map(mentionsTorch));
  const candidates = files.filter((_, index) => mentions[index] === true).map(({ fsPath }) => fsPath);
  return worker.request('classes', { files: candidates, overlays: unsavedSources() }, TIME_LIMIT);
}

async function mentionsTorch(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== 'file') return false;
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > MAX_SIZE) return false;
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return /\btorch\b/.test(text) && /^class\s/m.test(text);
  } catch {
    // A file that cannot be read has no class to offer.
    return false;
  }
}
