import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { toPortable } from '../../files/importRoot';

/** Cells see what other cells define; what is printed is no source. */
const NO_SOURCE: ReadonlySet<string> = new Set([
  'vscode-notebook-cell',
  'vscode-interactive-input',
  'output',
  'comment',
]);

/** Whether documents of a scheme are source: files, what is not saved yet, files of a revision or another machine. */
export function isSourceScheme({ scheme }: vscode.Uri): boolean {
  return !NO_SOURCE.has(scheme);
}

/** Documents that are no files, by the path that the analysis knows them by. */
const addresses = new Map<string, vscode.Uri>();

/**
 * The path under which a document is analysed. One that is not saved yet is taken to lie in the workspace's folder.
 * Others that are no files get a path that leads to no file, so that no file of another revision or machine is
 * taken for their neighbour.
 */
export function sourcePath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  const path = uri.scheme === 'untitled' ? untitledPath(uri) : virtualPath(uri);
  addresses.set(toPortable(path), uri);
  return path;
}

/** The address behind a path of the analysis. */
export function sourceUri(path: string): vscode.Uri {
  return addresses.get(path) ?? vscode.Uri.file(path);
}

function untitledPath(uri: vscode.Uri): string {
  if (isAbsolute(uri.path) && uri.path.split('/').length > 2) return uri.fsPath;
  const name = uri.path.split('/').pop() ?? uri.path;
  const folder = vscode.workspace.workspaceFolders?.find(({ uri: { scheme } }) => scheme === 'file');
  const python = name.endsWith('.py') ? name : `${name}.py`;
  return folder === undefined ? virtualPath(uri) : join(folder.uri.fsPath, python);
}

function virtualPath({ scheme, authority, path, query }: vscode.Uri): string {
  const parts = [scheme, authority, query]
    .map((part) => encodeURIComponent(part))
    .filter((part) => part !== '');
  const file = path.startsWith('/') ? path : `/${path}`;
  return `/${parts.join('/')}${file.endsWith('.py') ? file : `${file}.py`}`;
}
