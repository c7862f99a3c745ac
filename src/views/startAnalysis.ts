import * as vscode from 'vscode';
import { AnalysisWorker } from '../worker/client';
import type { ModelPredictor } from '../worker/workerMessages';
import { VirtualFiles } from './virtualFiles';

export type StartAnalysis = (uri: vscode.Uri) => AnalysisWorker;

/** Starts a worker per document: on the file itself, or on what VS Code reads of it in a virtual workspace. */
export function startAnalysis(extensionFolder: vscode.Uri): StartAnalysis {
  const script = workerScript(extensionFolder);
  return (uri) => {
    if (uri.scheme === 'file') return new AnalysisWorker(script, { type: 'path', path: uri.fsPath });
    const files = new VirtualFiles(uri);
    return new AnalysisWorker(script, { type: 'remote', name: files.name }, files);
  };
}

/** Starts a worker for the outline of a predicted model. */
export function startPrediction(extensionFolder: vscode.Uri): (predictor: ModelPredictor) => AnalysisWorker {
  const script = workerScript(extensionFolder);
  return (predictor) => new AnalysisWorker(script, { type: 'prediction' }, predictor);
}

function workerScript(extensionFolder: vscode.Uri): string {
  return vscode.Uri.joinPath(extensionFolder, 'dist', 'worker.js').fsPath;
}
