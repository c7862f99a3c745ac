import type { MessagePort } from 'node:worker_threads';
import type { ComparedKey, KeyDifferences } from '../compatibility/compareStateDicts';
import type { ModelError } from '../compatibility/model';
import type { CompatibilityReport, JsonPath } from '../compatibility/report';
import type { CheckReply } from '../interpreter/reply';
import type { WeightsRequest } from '../interpreter/request';
import type { WrittenFile } from '../files/writeCheckpoint';
import type { SourceOverlay } from '../files/overlayTree';
import type { Danger } from '../safety/dangers';
import type { Obstacle } from '../outline/prediction/predictedModel';
import type { SourcePlace } from '../protocol/messages';
import type { Integer } from '../stateDict/tensorSpec';

/** What passes between the extension host and the worker that compares source with checkpoints. */

/** A class (or a function that makes a module) and the arguments that it is built with. */
export interface ModelSubject {
  /** Path of the Python file. */
  readonly file: string;
  readonly name: string;
  /** Python text; null stands for the defaults. */
  readonly args: string | null;
}

/** Source as it was when the weights were made. */
export interface BaselineSubject extends ModelSubject {
  readonly overlays: readonly SourceOverlay[];
  /** Changes when the source of it may have changed; equal ones are built once. */
  readonly stamp: string;
}

export interface CheckQuestion {
  readonly model: ModelSubject;
  /** Texts of open documents that differ from their files. */
  readonly overlays: readonly SourceOverlay[];
  /** Folders of installed packages; null where no interpreter is known. */
  readonly sitePackages: readonly string[] | null;
  /** Path of the checkpoint. */
  readonly weights: string;
  /** As a person names it. */
  readonly weightsName: string;
  /** JSON of the path of the part to compare; null lets the check choose. */
  readonly part: string | null;
  readonly baseline: BaselineSubject | null;
  /** What the user's torch made of it; null for an answer from the source alone. */
  readonly torch: CheckReply | null;
}

/** What the user's torch is asked about a question. */
export interface ProofRequest {
  /** Folder where absolute imports start. */
  readonly root: string;
  readonly weights: WeightsRequest;
}

/** What is known of a submodule: its class, and the line that makes it. */
export interface CheckedModule {
  readonly path: string;
  readonly type: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface StaticCheck {
  readonly report: CompatibilityReport;
  readonly modules: readonly CheckedModule[];
  /** Model key → the row of the table that it is built from, where a person must look. */
  readonly rows: ReadonlyMap<string, SourcePlace>;
  /** Why the source is not understood, where it is not. */
  readonly obstacles: readonly Obstacle[];
}

export interface ClassPlace {
  readonly file: string;
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** A repair to be written as a new checkpoint. */
export interface RepairedFileRequest {
  readonly question: CheckQuestion;
  /** Its code, which tells it from what other repairs the report has come to offer. */
  readonly code: string;
  /** Absolute path of the new file. */
  readonly path: string;
  readonly control: WritingControl;
}

/**
 * What both threads see while a file is written, two 32-bit integers: whether to stop, and thousandths that are
 * done. A message would wait behind the work.
 */
export type WritingControl = SharedArrayBuffer;
export const WRITING_STOP = 0;
export const WRITING_DONE = 1;

/** A checkpoint on this machine's disk, or one that the host reads through the port. */
export type ComparedFile =
  | { readonly type: 'path'; readonly path: string }
  | { readonly type: 'remote'; readonly name: string; readonly port: MessagePort };

export type ComparedSide =
  | {
      readonly kind: 'file';
      readonly file: ComparedFile;
      /** Path of the part to compare; null lets the comparison choose. */
      readonly part: JsonPath | null;
    }
  | {
      readonly kind: 'model';
      readonly model: ModelSubject;
      readonly sitePackages: readonly string[] | null;
    };

export interface ComparisonQuestion {
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  /** Texts of open documents that differ from their files. */
  readonly overlays: readonly SourceOverlay[];
}

/** One side as it was compared. */
export interface SideSummary {
  /** Path of the part that was compared; empty for a model and for a file that is a state_dict itself. */
  readonly part: JsonPath;
  /** Every part of a file, with how many keys it shares with what is compared of the other side. */
  readonly parts: readonly { readonly path: JsonPath; readonly common: number }[];
  readonly keys: number;
  /** Null where the shape of a tensor is not known. */
  readonly elements: Integer | null;
  /** Class of each submodule by its path, where it is known. */
  readonly classes: ReadonlyMap<string, string>;
  /** Where the class of a model is. */
  readonly place: SourcePlace | null;
  /** The lines that make the keys of a model. */
  readonly places: ReadonlyMap<string, SourcePlace>;
}

export type ComparisonAnswer =
  | {
      readonly kind: 'compared';
      readonly keys: readonly ComparedKey[];
      readonly differences: KeyDifferences;
      readonly a: SideSummary;
      readonly b: SideSummary;
    }
  /** The keys of a model are not known: it cannot be built, or is not understood. */
  | {
      readonly kind: 'notKnown';
      readonly side: 'a' | 'b';
      readonly raises: ModelError | null;
      readonly obstacles: readonly Obstacle[];
    };

export interface CheckWorkerRequests {
  /** Gets ready for the first question. */
  prepare: { readonly request: null; readonly reply: null };
  check: { readonly request: CheckQuestion; readonly reply: StaticCheck };
  /** The part that the model as it is known so far would load, with what torch needs to load it. */
  proofRequest: { readonly request: CheckQuestion; readonly reply: ProofRequest };
  /** What a checkpoint would do if it were unpickled freely, where the scan calls it dangerous. */
  danger: { readonly request: { readonly weights: string }; readonly reply: Danger | null };
  /** Writes a repaired checkpoint. */
  writeRepaired: { readonly request: RepairedFileRequest; readonly reply: WrittenFile };
  /** Keys, shapes and dtypes of two files or models. */
  compare: { readonly request: ComparisonQuestion; readonly reply: ComparisonAnswer };
  /** The `nn.Module` classes of files, in the order of the files. */
  classes: {
    readonly request: { readonly files: readonly string[]; readonly overlays: readonly SourceOverlay[] };
    readonly reply: readonly ClassPlace[];
  };
  /** Whether a text is the arguments of a Python call. */
  isArguments: { readonly request: { readonly text: string }; readonly reply: boolean };
}

export type CheckWorkerKind = keyof CheckWorkerRequests;
