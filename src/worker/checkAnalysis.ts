import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Prediction } from '../architecture/analysis';
import { Sources } from '../architecture/sources';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { candidateStateDicts } from '../checkpoint/candidateStateDicts';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { CheckpointError } from '../checkpointError';
import {
  checkCompatibility,
  proofQuestion,
  type CompatibilityQuestion,
} from '../compatibility/checkCompatibility';
import type { ModelDescription } from '../compatibility/model';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import { NodeFileSource } from '../files/nodeFileSource';
import { nodePlatform } from '../files/nodePlatform';
import type { SourceOverlay } from '../files/overlayTree';
import { FileSourceTree } from '../files/sourceTree';
import type { WrittenFile } from '../files/writeCheckpoint';
import { writeRepaired } from '../files/writeRepaired';
import { weightsRequest } from '../interpreter/weightsRequest';
import type { PythonParser } from '../python/concreteTree';
import type { CandidateStateDict } from '../stateDict/candidate';
import { WRITING_DONE, WRITING_STOP } from './checkMessages';
import type {
  BaselineSubject,
  CheckedModule,
  CheckQuestion,
  ClassPlace,
  ProofRequest,
  RepairedFileRequest,
  StaticCheck,
} from './checkMessages';
import type { Obstacle } from '../outline/prediction/predictedModel';
import { SourceReader } from './sourceReader';

/** Checkpoints whose keys are kept: a person compares with few at a time. */
const MAX_CHECKPOINTS = 4;
/** Base sources whose prediction is kept. */
const MAX_BASELINES = 8;

/** A checkpoint with the parts of it that a model could load. */
interface Weights {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  readonly candidates: readonly CandidateStateDict[];
}

interface KnownModel {
  readonly description: ModelDescription;
  readonly modules: readonly CheckedModule[] | null;
  readonly rows: StaticCheck['rows'];
  readonly obstacles: readonly Obstacle[];
  readonly root: string;
}

/** Compares classes of Python files with checkpoints, and keeps what it read of both between the questions. */
export class CheckAnalysis {
  private readonly current: SourceReader;
  private readonly former: SourceReader;
  private readonly checkpoints = new Map<string, Promise<Weights>>();
  private readonly baselines = new Map<string, ModelDescription | null>();

  constructor(private readonly parser: PythonParser) {
    this.current = new SourceReader(parser);
    this.former = new SourceReader(parser);
  }

  /**
   * @throws CheckpointError of reading the checkpoint; `report.noClass` where the file defines no such name,
   * `report.noStateDict` where the checkpoint has no tensors to load
   */
  async check(question: CheckQuestion): Promise<StaticCheck> {
    const { compared, model } = await this.compared(question);
    const report = checkCompatibility(compared);
    if (report === null) throw new CheckpointError('report.noStateDict', [question.weights]);
    const { torch } = question;
    return {
      report,
      modules: model.modules ?? torch?.model.modules ?? [],
      rows: model.rows,
      obstacles: torch === null ? model.obstacles : [],
    };
  }

  /** @throws CheckpointError as `check` does */
  async proofRequest(question: CheckQuestion): Promise<ProofRequest> {
    const { compared, model, weights } = await this.compared(question);
    const asked = proofQuestion(compared);
    if (asked === null) throw new CheckpointError('report.noStateDict', [question.weights]);
    const { path, checkpoint } = weights;
    const shard = (name: string): string => join(dirname(path), name);
    const request = await weightsRequest(path, checkpoint, asked.part, shard, asked.trials);
    return { root: model.root, weights: request };
  }

  /** @throws CheckpointError as `check` does, and as writing does */
  async writeRepaired({ question, code, path, control }: RepairedFileRequest): Promise<WrittenFile> {
    const { compared, weights } = await this.compared(question);
    const repair = checkCompatibility(compared)?.repairs.find((one) => one.code === code);
    if (repair === undefined) throw new CheckpointError('report.noSuchRepair');
    const shared = new Int32Array(control);
    const stop = new AbortController();
    const progress = (share: number): void => {
      Atomics.store(shared, WRITING_DONE, Math.floor(share * 1000));
      if (Atomics.load(shared, WRITING_STOP) !== 0) stop.abort();
    };
    const source = await NodeFileSource.open(weights.path);
    const written = await writeRepaired(path, compared, repair, weights.checkpoint, source, {
      signal: stop.signal,
      progress,
    });
    if (written === null) throw new CheckpointError('report.noStateDict', [question.weights]);
    return written;
  }

  classes(files: readonly string[], overlays: readonly SourceOverlay[]): ClassPlace[] {
    return this.current.classes(files, overlays);
  }

  /** Whether a text is the arguments of one call: `512, r=16`, and not `512), (16`. */
  isArguments(text: string): boolean {
    const syntax = new Sources(this.parser, new FileSourceTree()).text('<arguments>', `f(${text}\n)`);
    const [statement] = syntax.body;
    return (
      syntax.errors.length === 0 &&
      syntax.body.length === 1 &&
      statement?.kind === 'expression' &&
      statement.value.kind === 'call'
    );
  }

  /** What is compared, of the source as it is and the file as it is. */
  private async compared(question: CheckQuestion): Promise<{
    readonly compared: CompatibilityQuestion;
    readonly model: KnownModel;
    readonly weights: Weights;
  }> {
    const weights = await this.weights(question.weights);
    const model = this.model(question);
    const baseline =
      question.baseline === null ? null : this.baseline(question.baseline, question.sitePackages);
    const compared: CompatibilityQuestion = {
      model: model.description,
      weights: { file: question.weightsName, candidates: weights.candidates, key: question.part },
      baseline,
      torch: question.torch,
    };
    return { compared, model, weights };
  }

  private model(question: CheckQuestion): KnownModel {
    const { file, name } = question.model;
    const { prediction, root } = this.current.predict(
      question.model,
      question.overlays,
      question.sitePackages,
    );
    if (prediction === null) throw new CheckpointError('report.noClass', [name, file]);
    return {
      description: modelFromPrediction(prediction),
      modules: prediction.modules?.map(checkedModule) ?? null,
      rows: rowsOf(prediction),
      obstacles: prediction.construction.unknowns.map(obstacle),
      root,
    };
  }

  /** What the file can be loaded as; read again when it has changed. */
  private weights(path: string): Promise<Weights> {
    const key = `${path}\0${stampOf(path)}`;
    const known = this.checkpoints.get(key);
    if (known !== undefined) return known;
    const reading = readWeights(path);
    this.checkpoints.set(key, reading);
    reading.catch(() => this.checkpoints.delete(key));
    forgetOldest(this.checkpoints, MAX_CHECKPOINTS);
    return reading;
  }

  private baseline(
    subject: BaselineSubject,
    sitePackages: readonly string[] | null,
  ): ModelDescription | null {
    const key = JSON.stringify([subject.stamp, subject.file, subject.name, subject.args, sitePackages]);
    const known = this.baselines.get(key);
    if (known !== undefined) return known;
    const read = this.former.predict(subject, subject.overlays, sitePackages);
    const made = read.prediction === null ? null : modelFromPrediction(read.prediction);
    this.baselines.set(key, made);
    forgetOldest(this.baselines, MAX_BASELINES);
    return made;
  }
}

async function readWeights(path: string): Promise<Weights> {
  const checkpoint = await openCheckpoint(await NodeFileSource.open(path), nodePlatform);
  return { path, checkpoint, candidates: candidateStateDicts(checkpoint) };
}

function checkedModule({ path, type, place }: NonNullable<Prediction['modules']>[number]): CheckedModule {
  return { path, type, file: place?.file ?? null, line: place?.line ?? null };
}

function rowsOf({ construction }: Prediction): StaticCheck['rows'] {
  return new Map(
    construction.stateDict.flatMap(({ key, row }) =>
      row === null ? [] : [[key, { file: row.file, line: row.line }] as const],
    ),
  );
}

function obstacle({ code, detail, file, line }: Obstacle): Obstacle {
  return { code, detail, file, line };
}

/** Changes when the file may have changed. */
function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size}@${mtimeMs}`;
  } catch {
    // Opening it says why it cannot be read.
    return '';
  }
}

function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}
