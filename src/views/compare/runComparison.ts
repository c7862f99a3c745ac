import { MessageChannel } from 'node:worker_threads';
import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type {
  CheckWorkerRequests,
  ComparedSide,
  ComparisonAnswer,
  ComparisonQuestion,
} from '../../worker/checkMessages';
import { serveFiles } from '../../worker/filesPort';
import type { RestartingWorker } from '../../worker/restartingWorker';
import type { Interpreters } from '../interpreters';
import { checkpointSettings } from '../settings';
import { unsavedSources } from '../unsavedSources';
import { VirtualFiles } from '../virtualFiles';
import type { Side, Sides } from './sides';

/** Milliseconds that a comparison waits for the choice of an interpreter, whose packages imports lead into. */
const INTERPRETER_PATIENCE = 2_000;

/** Compares in a worker of its own, which a cancellation ends, with what it has read. */
export class ComparisonRunner {
  constructor(
    private readonly start: () => RestartingWorker<CheckWorkerRequests>,
    private readonly interpreters: Interpreters,
  ) {}

  /** @throws CheckpointError of reading, `worker.ended` when `signal` ended it */
  async run({ a, b }: Sides, signal: AbortSignal): Promise<ComparisonAnswer> {
    const channels: MessageChannel[] = [];
    const worker = this.start();
    const stop = (): void => worker.dispose();
    signal.addEventListener('abort', stop);
    try {
      const question: ComparisonQuestion = {
        a: await this.subject(a, channels),
        b: await this.subject(b, channels),
        overlays: unsavedSources(),
      };
      if (signal.aborted) throw new CheckpointError('worker.ended');
      const limits = [a, b].map(({ uri }) => checkpointSettings(vscode.Uri.parse(uri)).timeLimit);
      const timeLimit = limits.reduce((sum, one) => sum + one, 0);
      const ports = channels.map(({ port2 }) => port2);
      return await worker.request('compare', question, timeLimit, ports);
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      for (const { port1 } of channels) port1.close();
    }
  }

  private async subject(side: Side, channels: MessageChannel[]): Promise<ComparedSide> {
    const uri = vscode.Uri.parse(side.uri);
    if (side.kind === 'file') {
      if (uri.scheme === 'file') {
        return { kind: 'file', file: { type: 'path', path: uri.fsPath }, part: side.part };
      }
      const files = new VirtualFiles(uri);
      const channel = new MessageChannel();
      serveFiles(channel.port1, files);
      channels.push(channel);
      const file = { type: 'remote', name: files.name, port: channel.port2 } as const;
      return { kind: 'file', file, part: side.part };
    }
    if (uri.scheme !== 'file') throw new CheckpointError('report.notLocal', [uri.path]);
    const interpreter = await this.interpreters.of(uri, INTERPRETER_PATIENCE);
    return {
      kind: 'model',
      model: { file: uri.fsPath, name: side.name, args: side.args },
      sitePackages: interpreter?.environment.sitePackages ?? null,
    };
  }
}
