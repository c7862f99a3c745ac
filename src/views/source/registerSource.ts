import * as vscode from 'vscode';
import { RestartingWorker } from '../../worker/restartingWorker';
import type { SourceRequests } from '../../worker/sourceMessages';
import { say } from '../hostTexts';
import type { Interpreters } from '../interpreters';
import type { OutlineEditorServices } from '../outlineEditor';
import type { ChosenArguments, StartOutline } from './breakdownModel';
import { Breakdowns } from './breakdowns';
import { ClassArguments } from './classArguments';
import { CodeLenses } from './codeLenses';
import { goToLine } from './goToLine';
import { enclosingClass, Hovers } from './hovers';
import { insertAttention } from './insertAttention';
import { ProblemReports } from './problemReports';
import { SourceChanges } from './sourceChanges';
import { SourceReports } from './sourceReports';
import { SourceTexts } from './sourceTexts';
import { TableReports } from './tableReports';
import { TableViews } from './tableViews';
import { WorkspaceSources } from './workspaceSources';

/** Megabytes of JavaScript heap for the source of a window. */
const HEAP_MEGABYTES = 1_024;

/** What is known of the Python files of a window, and the arguments that a person set for their classes. */
export interface PythonSource {
  readonly reports: SourceReports;
  readonly tables: TableReports;
  readonly args: ClassArguments;
  /** What keeps the reports up to date, and ends with the window. */
  readonly upkeep: vscode.Disposable;
}

/** The worker starts with the first file that mentions torch. */
export function pythonSource(context: vscode.ExtensionContext, interpreters: Interpreters): PythonSource {
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'sourceWorker.js').fsPath;
  const args = new ClassArguments(context.workspaceState);
  const worker = new RestartingWorker<SourceRequests>(script, HEAP_MEGABYTES);
  const texts = new SourceTexts(interpreters);
  const changes = new SourceChanges();
  const files = new WorkspaceSources(changes);
  const reports = new SourceReports(worker, args, texts, files);
  const tables = new TableReports(worker, texts, files, context.workspaceState);
  const outdate = (): void => {
    reports.outdate();
    tables.outdate();
  };
  const upkeep = vscode.Disposable.from(
    changes.register(),
    changes.onDidChange(outdate),
    interpreters.onDidChange(outdate),
    files,
    worker,
  );
  return { args, reports, tables, upkeep };
}

/** What Python files that mention torch get. */
export function registerSource(
  { reports, tables, args, upkeep }: PythonSource,
  services: OutlineEditorServices,
  startOutline: StartOutline,
): vscode.Disposable {
  const breakdowns = new Breakdowns(reports, startOutline, services, (uri, name) =>
    setArguments(reports, args, uri, name),
  );
  return vscode.Disposable.from(
    upkeep,
    reports.register(),
    tables.register(),
    new TableViews(tables).register(),
    breakdowns.register(),
    new CodeLenses(reports).register(),
    new Hovers(reports).register(),
    new ProblemReports(reports).register(),
    vscode.commands.registerCommand(
      'graftlens.source.showBreakdown',
      (uri?: vscode.Uri, name?: string, chosen?: ChosenArguments) =>
        showBreakdown(reports, breakdowns, uri, name, chosen),
    ),
    vscode.commands.registerCommand('graftlens.source.goToLine', (file: string, line: number) =>
      goToLine({ file, line }),
    ),
    vscode.commands.registerCommand('graftlens.source.setArguments', (uri?: vscode.Uri, name?: string) =>
      setArguments(reports, args, uri, name),
    ),
    vscode.commands.registerCommand('graftlens.source.insertAttention', () => insertAttention(reports)),
  );
}

/** Without a name, the class at the cursor is meant. */
async function showBreakdown(
  reports: SourceReports,
  breakdowns: Breakdowns,
  uri?: vscode.Uri,
  name?: string,
  chosen: ChosenArguments = null,
): Promise<void> {
  const found = await classAt(reports, uri, name);
  if (found === null) await vscode.window.showInformationMessage(say('source.breakdown.none'));
  else breakdowns.show(found.document.uri, found.name, chosen);
}

async function classAt(
  reports: SourceReports,
  uri?: vscode.Uri,
  name?: string,
): Promise<{ readonly document: vscode.TextDocument; readonly name: string } | null> {
  const editor = vscode.window.activeTextEditor;
  const document = uri === undefined ? editor?.document : await vscode.workspace.openTextDocument(uri);
  const report = document === undefined ? null : await reports.report(document);
  const line = (editor?.selection.active.line ?? 0) + 1;
  const cls = name ?? (report === null ? undefined : enclosingClass(line, report)?.name);
  return document === undefined || cls === undefined ? null : { document, name: cls };
}

async function setArguments(
  reports: SourceReports,
  args: ClassArguments,
  uri?: vscode.Uri,
  name?: string,
): Promise<void> {
  const found = await classAt(reports, uri, name);
  if (found === null) {
    await vscode.window.showInformationMessage(say('source.breakdown.none'));
    return;
  }
  const { document, name: cls } = found;
  const given = await vscode.window.showInputBox({
    prompt: say('source.arguments.prompt', cls),
    placeHolder: say('source.arguments.example'),
    value: args.of(document.uri)[cls] ?? '',
  });
  if (given === undefined) return;
  await args.set(document.uri, cls, given.trim() === '' ? null : given.trim());
  await reports.refresh(document);
}
