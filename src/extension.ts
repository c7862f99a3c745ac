import * as vscode from 'vscode';
import { CheckpointDocuments } from './views/checkpointDocuments';
import { CheckpointProvider } from './views/checkpointProvider';
import { registerCommands } from './views/commands';
import { EditorRegistry } from './views/editorRegistry';
import { EmbeddedSources } from './views/embeddedSources';
import { Disassemblies } from './views/disassembly/disassemblies';
import { registerDisassemblyCommands } from './views/disassembly/disassemblyCommands';
import { PickleFiles } from './views/disassembly/pickleFiles';
import { HandOver } from './views/handOver';
import { Interpreters } from './views/interpreters';
import { WeightCheck } from './views/check/weightCheck';
import { pythonSource, registerSource } from './views/source/registerSource';
import { startAnalysis, startPrediction } from './views/startAnalysis';

/** Builds the parts and registers them; nothing is read or started before a file is opened. */
export function activate(context: vscode.ExtensionContext): void {
  const registry = new EditorRegistry();
  const sources = new EmbeddedSources();
  const handOver = new HandOver();
  const interpreters = new Interpreters();
  const source = pythonSource(context, interpreters);
  const services = {
    mediaFolder: vscode.Uri.joinPath(context.extensionUri, 'dist', 'media'),
    registry,
    sources,
    handOver,
  };
  const start = startAnalysis(context.extensionUri);
  const documents = new CheckpointDocuments(start);
  const pickles = new PickleFiles(documents, start);
  const disassemblies = new Disassemblies(pickles);
  const checkpoints = new CheckpointProvider({ ...services, disassemblies }, documents);
  context.subscriptions.push(
    sources.register(),
    handOver.register(),
    documents,
    checkpoints.register(),
    disassemblies.register(),
    documents.onDidChangeFile((uri) => disassemblies.fileChanged(uri)),
    registerCommands(registry),
    registerDisassemblyCommands(registry, pickles, disassemblies),
    interpreters.register(),
    new WeightCheck({
      context,
      interpreters,
      registry,
      sources,
      mediaFolder: services.mediaFolder,
      ...source,
    }).register(),
    // VS Code puts the lenses of who comes last first.
    registerSource(source, services, startPrediction(context.extensionUri)),
  );
}
