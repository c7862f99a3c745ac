import * as vscode from 'vscode';
import type { CheckOutcome, InterpreterFailure } from '../../interpreter/outcome';
import type { CheckReply, InterpreterStage } from '../../interpreter/reply';
import { parseInputs, type WeightsRequest } from '../../interpreter/request';
import { runCheck } from '../../pythonProcess/runCheck';
import type { Danger } from '../../safety/dangers';
import type { ProofRequest } from '../../worker/checkMessages';
import { say, sayMessage } from '../hostTexts';
import { checkSettings } from './checkSettings';
import type { CheckedLink, Checks } from './checks';
import { mayImport, mayLoad } from './consent';
import type { Link } from './links';
import type { PythonChoice } from './pythonChoice';

/** What became of asking torch. */
export type Proof =
  | {
      readonly kind: 'proven';
      readonly checked: CheckedLink;
      /** What torch said, so that it can be compared with another base source. */
      readonly reply: CheckReply;
      readonly seconds: number;
    }
  | { readonly kind: 'failed'; readonly failure: InterpreterFailure }
  /** A person did not trust the workspace, chose no Python, did not agree, or did not want to wait. */
  | { readonly kind: 'untrusted' | 'noPython' | 'declined' | 'cancelled' }
  /** The scan calls the checkpoint dangerous, and a person did not want it loaded. */
  | { readonly kind: 'dangerous'; readonly danger: Danger };

export interface ProofOptions {
  readonly signal: AbortSignal;
  readonly onStage: (stage: InterpreterStage) => void;
}

/** Asks the user's Python, once a person has agreed to it. What it prints is in the log. */
export class Proofs {
  private readonly log = vscode.window.createOutputChannel('Graftlens Python');

  constructor(
    private readonly checks: Checks,
    private readonly pythons: PythonChoice,
    /** Of the workspace. */
    private readonly memory: vscode.Memento,
    /** `python/check_weights.py`. */
    private readonly script: string,
  ) {}

  /** @throws CheckpointError of reading the checkpoint or the source */
  async prove(link: Link, options: ProofOptions): Promise<Proof> {
    if (!vscode.workspace.isTrusted) return { kind: 'untrusted' };
    const file = vscode.Uri.parse(link.file);
    const python = await this.pythons.of(file);
    if (python === null) return { kind: 'noPython' };
    if (!(await mayImport(this.memory, python, file)) || !(await saveSources())) return { kind: 'declined' };
    const danger = await this.checks.danger(link);
    if (danger !== null && !(await mayLoad(vscode.Uri.parse(link.weights), danger))) {
      return { kind: 'dangerous', danger };
    }
    const started = Date.now();
    const request = await this.checks.proofRequest(link, null);
    let outcome = await this.ask(link, python, request, options);
    if (outcome.ok) {
      // What torch built may want another part of the file than the source alone did, or other repairs.
      const better = await this.checks.proofRequest(link, outcome.reply);
      if (!isAnswered(request.weights, better.weights)) {
        outcome = await this.ask(link, python, better, options);
      }
    }
    if (!outcome.ok && outcome.failure.code === 'interpreter.cancelled') return { kind: 'cancelled' };
    if (!outcome.ok) {
      this.logFailure(outcome.failure);
      return { kind: 'failed', failure: outcome.failure };
    }
    const checked = await this.checks.check(link, outcome.reply);
    for (const difference of checked.report.differences) this.log.appendLine(`! ${sayMessage(difference)}`);
    return { kind: 'proven', checked, reply: outcome.reply, seconds: (Date.now() - started) / 1000 };
  }

  /** What torch has said, seen from the base source that is known now. */
  async seenAnew(link: Link, proof: Extract<Proof, { kind: 'proven' }>): Promise<Proof> {
    return { ...proof, checked: await this.checks.check(link, proof.reply) };
  }

  showLog(): void {
    this.log.show(true);
  }

  dispose(): void {
    this.log.dispose();
  }

  private ask(
    { file, name, args, input }: Link,
    python: string,
    { root, weights }: ProofRequest,
    { signal, onStage }: ProofOptions,
  ): Promise<CheckOutcome> {
    const uri = vscode.Uri.parse(file);
    this.log.appendLine(`> ${python}: ${name}(${args ?? ''}) ← ${weights.file}`);
    return runCheck(
      {
        timeLimit: checkSettings(uri).timeLimit / 1000,
        model: { file: uri.fsPath, root, name, args: args ?? '' },
        weights,
        inputs: input === null ? null : parseInputs(input),
      },
      {
        python,
        script: this.script,
        signal,
        onProgress: onStage,
        onLog: (text) => this.log.append(text),
      },
    );
  }

  private logFailure({ code, args, frames, exception, message }: InterpreterFailure): void {
    for (const frame of frames) {
      this.log.appendLine(`  ${frame.file}:${frame.line ?? '?'} ${frame.function}  ${frame.text}`);
    }
    if (exception !== null) this.log.appendLine(`${exception}: ${message}`);
    this.log.appendLine(`! ${sayMessage({ code, args })}`);
  }
}

function isAnswered(before: WeightsRequest, now: WeightsRequest): boolean {
  const tried = new Set(before.repairs.map(({ id }) => id));
  return (
    JSON.stringify(before.path) === JSON.stringify(now.path) && now.repairs.every(({ id }) => tried.has(id))
  );
}

/** torch reads files and not editors: unsaved source is saved, if a person agrees. */
async function saveSources(): Promise<boolean> {
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, isUntitled, languageId }) => isDirty && !isUntitled && languageId === 'python',
  );
  if (unsaved.length === 0) return true;
  const save = say('report.save.save');
  const names = unsaved.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(', ');
  const answer = await vscode.window.showInformationMessage(
    say('report.save.question', unsaved.length),
    { modal: true, detail: names },
    save,
  );
  if (answer !== save) return false;
  const saved = await Promise.all(unsaved.map((document) => document.save()));
  return saved.every(Boolean);
}
