import * as vscode from 'vscode';
import { AnalysisWorker } from '../worker/client';
import { VirtualFiles } from './virtualFiles';

export type StartAnalysis = (uri: vscode.Uri) => AnalysisWorker;

/** Starts a worker per document: on the file itself, or on what VS Code reads of it in a virtual workspace. */
export function startAnalysis(extensionFolder: vscode.Uri): StartAnalysis {
  const script = vscode.Uri.joinPath(extensionFolder, 'dist', 'worker.js').fsPath;
  return (uri) => {
    if (uri.scheme === 'file') return new AnalysisWorker(script, { type: 'path', path: uri.fsPath });
    const files = new VirtualFiles(uri);
    return new AnalysisWorker(script, { type: 'remote', name: files.name }, files);
  };
}
