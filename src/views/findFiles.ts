import * as vscode from 'vscode';

/** Folders that hold other people's files. */
const EXCLUDED =
  '**/{.git,.hg,node_modules,__pycache__,site-packages,.venv,venv,env,.tox,.nox,.mypy_cache,build,dist}/**';
/** Files that a list is made of. */
const MAX_FILES = 2_000;

const CHECKPOINTS = '**/*.{pt,pth,pkl,safetensors,ckpt,bin}';

/** The checkpoints of the workspace, by name. */
export function findCheckpoints(token?: vscode.CancellationToken): Thenable<readonly vscode.Uri[]> {
  return vscode.workspace.findFiles(CHECKPOINTS, EXCLUDED, MAX_FILES, token).then(byPath);
}

export function findPythonFiles(token?: vscode.CancellationToken): Thenable<readonly vscode.Uri[]> {
  return vscode.workspace.findFiles('**/*.py', EXCLUDED, MAX_FILES, token).then(byPath);
}

function byPath(uris: readonly vscode.Uri[]): readonly vscode.Uri[] {
  return [...uris].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
