import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { ArgumentsOrigin, PredictedModel } from '../../outline/prediction/predictedModel';
import type {
  DocumentSummary,
  ErrorBody,
  EventMessage,
  SourcePlace,
  WorkerRequestKind,
  WorkerRequests,
} from '../../protocol/messages';
import type { AnalysisWorker } from '../../worker/client';
import { errorBodyOf } from '../../worker/errorBody';
import type { SourceClass } from '../../worker/sourceMessages';
import type { ModelPredictor } from '../../worker/workerMessages';
import type { OutlineModel } from '../outlineEditor';
import type { SourceReports } from './sourceReports';

/** Milliseconds that one answer about the tree may take. */
const TIME_LIMIT = 60_000;

/** Arguments that a person chose for one breakdown; null: those of the class. */
export type ChosenArguments = { readonly args: string; readonly at: SourcePlace } | null;

export type StartOutline = (predictor: ModelPredictor) => AnalysisWorker;

/** The predicted state_dict of a class, as its source is now. */
export class BreakdownModel implements OutlineModel, ModelPredictor {
  private readonly events = new vscode.EventEmitter<EventMessage>();
  readonly onEvent = this.events.event;
  private readonly parts: vscode.Disposable[];
  private analysis: AnalysisWorker | null = null;
  private opened = false;
  private refreshing: Promise<void> = Promise.resolve();
  /** Files that the prediction names: what a link may open. */
  private files: ReadonlySet<string> = new Set();

  constructor(
    readonly uri: vscode.Uri,
    readonly name: string,
    private chosen: ChosenArguments,
    private readonly reports: SourceReports,
    private readonly start: StartOutline,
  ) {
    this.parts = [
      this.events,
      reports.follow(uri),
      reports.onDidChange((document) => {
        if (document.uri.toString() === uri.toString()) this.refresh();
      }),
    ];
  }

  async open(reload: boolean): Promise<DocumentSummary> {
    this.analysis ??= this.begin();
    const summary = await this.analysis.request('open', { reload }, { timeoutMs: TIME_LIMIT });
    this.opened = true;
    return summary;
  }

  request<K extends Exclude<WorkerRequestKind, 'open'>>(
    kind: K,
    body: WorkerRequests[K]['request'],
  ): Promise<WorkerRequests[K]['reply']> {
    if (this.analysis === null) return Promise.reject(new CheckpointError('worker.ended'));
    return this.analysis.request(kind, body, { timeoutMs: TIME_LIMIT });
  }

  /** Predicts with other arguments from now on. */
  choose(chosen: ChosenArguments): void {
    this.chosen = chosen;
    this.refresh();
  }

  get choice(): ChosenArguments {
    return this.chosen;
  }

  mentions(file: string): boolean {
    return this.files.has(file);
  }

  /** What is known of the class. @throws CheckpointError `prediction.noClass` */
  async sourceClass(): Promise<SourceClass> {
    const document = await vscode.workspace.openTextDocument(this.uri);
    const report = await this.reports.report(document);
    const found = report?.classes.find(({ name }) => name === this.name);
    if (found === undefined) throw new CheckpointError('prediction.noClass', [this.name]);
    return found;
  }

  /** Called by the worker whenever it opens the model. */
  async predict(): Promise<PredictedModel> {
    const document = await vscode.workspace.openTextDocument(this.uri);
    const { args, from } = this.argumentsFor(await this.sourceClass(), document);
    const model = await this.reports.predict(document, this.name, args);
    if (model === null) throw new CheckpointError('prediction.noClass', [this.name]);
    const isBroken = model.obstacles.some(({ code }) => code === 'syntax');
    // While code is half typed, the last good tree stays.
    if (isBroken && this.opened) throw new CheckpointError('prediction.syntax', [this.name]);
    const whole = { ...model, argumentsFrom: from };
    this.files = filesOf(whole);
    return whole;
  }

  dispose(): void {
    this.analysis?.dispose();
    this.analysis = null;
    vscode.Disposable.from(...this.parts).dispose();
  }

  private argumentsFor(
    cls: SourceClass,
    document: vscode.TextDocument,
  ): { readonly args: string; readonly from: ArgumentsOrigin } {
    if (this.chosen !== null) {
      const { args, at } = this.chosen;
      return { args, from: { kind: 'call', at } };
    }
    if (cls.argumentsSet)
      return { args: this.reports.argumentsSet(document, cls.name), from: { kind: 'user' } };
    if (cls.required.length === 0) return { args: '', from: { kind: 'defaults' } };
    const call = cls.callSites.find(({ parameters }) => parameters !== null) ?? cls.callSites[0];
    if (call === undefined) {
      throw new CheckpointError('prediction.needsArguments', [cls.name, cls.required.join(', ')]);
    }
    const { args, file, line } = call;
    return { args, from: { kind: 'call', at: { file, line } } };
  }

  private refresh(): void {
    this.refreshing = this.refreshing.then(() => this.reread());
  }

  /** On failure the last good state stays. */
  private async reread(): Promise<void> {
    if (this.analysis === null) return;
    try {
      const summary = await this.open(true);
      this.events.fire({ type: 'event', event: 'documentChanged', summary });
    } catch (error) {
      this.stale(errorBodyOf(error));
    }
  }

  private begin(): AnalysisWorker {
    const analysis = this.start(this);
    void analysis.ended.then((reason) => {
      if (this.analysis !== analysis) return;
      this.analysis = null;
      this.opened = false;
      if (reason !== null) this.stale(reason);
    });
    return analysis;
  }

  private stale(reason: ErrorBody): void {
    this.events.fire({ type: 'event', event: 'documentStale', reason });
  }
}

function filesOf(model: PredictedModel): ReadonlySet<string> {
  const files = new Set<string>([model.place.file]);
  for (const { place } of model.modules) if (place !== null) files.add(place.file);
  for (const { place, row } of model.tensors) {
    if (place !== null) files.add(place.file);
    if (row !== null) files.add(row.file);
  }
  for (const { file } of model.obstacles) files.add(file);
  if (model.raises !== null) files.add(model.raises.file);
  if (model.argumentsFrom.kind === 'call') files.add(model.argumentsFrom.at.file);
  return files;
}
