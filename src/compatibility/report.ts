/**
 * What the check of a model against a checkpoint found. Plain values that survive JSON: integers above
 * 2^53 − 1 are decimal strings. `graftlens check --json` prints it without `keys` and `fileKeys`.
 */

import type { PackedProjections } from './align/packedProjections';

/** An integer as JSON has it: a number while it is safe, else its decimal digits. */
export type JsonInteger = number | string;
export type JsonShape = readonly JsonInteger[];

/** A place in a checkpoint: dict keys, positions and attribute names from the root. */
export type JsonPath = readonly (string | number)[];

/**
 * `certain`: a base source or class names in the file prove it. `likely`: every optimal alignment says so.
 * `ambiguous`: alignments that are equally good disagree, or equal blocks became more; `alternatives` holds them.
 */
export type Certainty = 'certain' | 'likely' | 'ambiguous';

/** What says which layer a tensor of the file belongs to, strongest first; `names` proves nothing. */
export type Evidence = 'baseline' | 'classNames' | 'metadata' | 'alignment' | 'names';

export interface ReportMessage {
  readonly code: string;
  readonly args: readonly (string | number)[];
}

export interface ReportError {
  readonly code: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

export interface Sourced {
  readonly file: string | null;
  readonly line: number | null;
}

export interface CompatibilityReport {
  /** Whether `load_state_dict(…, strict=True)` succeeds as it stands; null where nothing proves either. */
  readonly strict: boolean | null;
  /** Whether the model's keys, shapes and dtypes are known completely. */
  readonly exact: boolean;
  readonly evidence: Evidence;
  /** Who says so: the source alone, or the user's torch. */
  readonly answeredBy: 'source' | 'torch';
  /** One sentence, see `check.verdict.*` of the texts. */
  readonly verdict: ReportMessage;
  /** What else a person should know, see `check.note.*`. */
  readonly notes: readonly ReportMessage[];
  readonly model: Sourced & {
    readonly name: string;
    readonly args: string;
    readonly keys: number;
    readonly elements: JsonInteger | null;
  };
  readonly weights: {
    readonly file: string;
    readonly path: JsonPath;
    readonly keys: number;
    readonly elements: JsonInteger;
    readonly alternatives: readonly { readonly path: JsonPath; readonly matched: number }[];
  };
  /** The base source that was compared, null where none was given. `equals`: its keys are the file's, but for a prefix. */
  readonly baseline: (Sourced & { readonly name: string; readonly equals: boolean }) | null;
  /** Keys that agree in name and shape. */
  readonly matched: number;
  readonly missing: readonly (Sourced & { readonly key: string; readonly shape: JsonShape | null })[];
  readonly unexpected: readonly { readonly key: string; readonly shape: JsonShape | null }[];
  readonly mismatched: readonly Mismatch[];
  /** Keys that load with a cast to the model's dtype. */
  readonly retyped: readonly (Sourced & {
    readonly key: string;
    readonly model: string;
    readonly checkpoint: string;
  })[];
  /** Other reasons for which torch refuses: no tensor under a parameter's key, statistics of a norm without. */
  readonly refused: readonly (Sourced & ReportMessage & { readonly key: string })[];
  readonly wrongLayer: readonly WrongLayer[];
  /** Keys of last layers whose size follows the class count. */
  readonly headSwap: readonly string[];
  readonly elements: {
    /** In the right layer, as far as is known. */
    readonly loaded: JsonInteger;
    /** Agree in name and shape, and belong elsewhere (certain and likely). */
    readonly wrongLayer: JsonInteger;
    /** Of the file, and go nowhere; those of head swaps included. */
    readonly dropped: JsonInteger;
    /** Those of `dropped` that are head swaps. */
    readonly headSwap: JsonInteger;
    /** Of the model, with nothing in the file that fits. */
    readonly new: JsonInteger;
    /** Of the model, in the file under another key: the first repair brings them. */
    readonly lost: JsonInteger;
  };
  readonly repairs: readonly Repair[];
  /** The interpreter that answered, null for an answer from the source alone. */
  readonly proof: TorchProof | null;
  /** In what the prediction from the source was wrong, see `check.differs.*`; torch's answer is the one shown. */
  readonly differences: readonly ReportMessage[];
  readonly forward: ForwardReport | null;
  readonly signal: readonly SignalRow[] | null;
  readonly error: ReportError | null;
  /** One for each key of the model, in torch's order. */
  readonly keys: readonly ModelKey[];
  /** One for each key of the chosen part of the file, in its order. */
  readonly fileKeys: readonly FileKey[];
}

export interface Mismatch extends Sourced {
  readonly key: string;
  readonly model: JsonShape | null;
  readonly checkpoint: JsonShape | null;
}

export interface WrongLayer extends Sourced {
  /** The key that agrees in name and shape; file and line are those of the layer that gets it wrongly. */
  readonly key: string;
  /** The model's key that the file's tensor belongs to; null where the model has no such layer any more. */
  readonly belongsTo: string | null;
  readonly certainty: Certainty;
  readonly evidence: Evidence;
  /** Other model keys it may belong to, where `ambiguous`; null stands for a layer that is gone. */
  readonly alternatives: readonly (string | null)[];
}

/** `loads`: right as far as is known. `new`: nothing in the file fits. `lost`: it is there under another key. */
export type ModelKeyState = 'loads' | 'wrongLayer' | 'mismatched' | 'headSwap' | 'lost' | 'new';

export interface ModelKey extends Sourced {
  readonly key: string;
  readonly shape: JsonShape | null;
  readonly dtype: string | null;
  readonly kind: 'parameter' | 'buffer' | 'extraState';
  readonly state: ModelKeyState;
  /** The file's key that belongs here, where it is known. */
  readonly from: string | null;
  readonly certainty: Certainty | null;
}

export type FileKeyState = 'loads' | 'wrongLayer' | 'mismatched' | 'headSwap' | 'unexpected';

export interface FileKey {
  readonly key: string;
  readonly shape: JsonShape | null;
  readonly dtype: string | null;
  readonly state: FileKeyState;
  /** The model's key that it belongs to, where it is known. */
  readonly belongsTo: string | null;
  readonly certainty: Certainty | null;
  /** Where `ambiguous`: the rivals of `belongsTo`. */
  readonly alternatives: readonly (string | null)[];
}

/**
 * `prefix`: put before or taken from every key. `renumber`: only numbers in paths change. `rename`: other
 * changes of paths. `repack`: tensors are split or put together, nothing else moves. `drop`: keys that do not fit
 * are left out.
 */
export type RepairKind = 'prefix' | 'renumber' | 'rename' | 'repack' | 'drop';

export interface Repair {
  readonly kind: RepairKind;
  /** Python that makes the repaired state_dict from the loaded one; ends with `load_state_dict`. */
  readonly code: string;
  /** The texts' `check.repair.*`; `title` is the sentence of it in the reader's language, filled in late. */
  readonly message: ReportMessage;
  /** Rules that together are the mapping, as a person reads them: `stem.1.* → stem.2.*`. */
  readonly rules: readonly { readonly from: string; readonly to: string | null; readonly keys: number }[];
  /** File key → model key for the keys that change; null for one to leave out. */
  readonly mapping: Readonly<Record<string, string | null>>;
  /** Keys of the file whose rows become several keys of the model; `mapping` has null for them. */
  readonly splits: PackedProjections['splits'];
  /** Keys of the file that become one of the model, the rows of each below the other's; null in `mapping`. */
  readonly joins: PackedProjections['joins'];
  /** What more loads into its right layer than does as it stands. */
  readonly recovers: { readonly keys: number; readonly elements: JsonInteger };
  /** Keys that load after the repair, and whether `strict=True` would succeed then (no new block). */
  readonly loads: number;
  readonly certainty: Certainty;
  /** What the user's torch said when it loaded the repaired state_dict; null where it was not asked. */
  readonly proof: RepairProof | null;
  /** Where `ambiguous`: other mappings that are as good, at most two, the same way. */
  readonly alternatives: readonly {
    readonly mapping: Readonly<Record<string, string | null>>;
    readonly rules: Repair['rules'];
  }[];
}

/** A repair in torch: `loaded` of the `of` repaired keys, and what is missing in the model then. */
export interface RepairProof {
  readonly strict: boolean;
  readonly loaded: number;
  readonly of: number;
  readonly missing: number;
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
  /** What else torch said against it. */
  readonly errors: readonly string[];
}

export interface TorchProof {
  readonly python: string;
  readonly torch: string;
  /** `cpu` where a constructor needs values; `fallback` says which. */
  readonly device: 'meta' | 'cpu';
  readonly fallback: string | null;
  /** Who made the tensors of the file: `torch.load(weights_only=True)`, or our own reader's byte ranges. */
  readonly source: 'torch' | 'ranges' | null;
  /** Why `torch.load(weights_only=True)` refuses the file. */
  readonly refusal: string | null;
  /** Keys that were loaded without the file's values, which are not there as plain bytes. */
  readonly unread: readonly string[];
}

export interface ForwardReport {
  readonly ok: boolean;
  /** `output`: a shape, or a list of shapes; null for no tensor and for a module that was not called. */
  readonly modules: readonly {
    readonly path: string;
    readonly type: string;
    readonly output: ModuleOutput;
  }[];
  readonly error:
    | (ReportError &
        ReportMessage & {
          /** The innermost module that did not return, and what it was given. */
          readonly module: {
            readonly path: string;
            readonly type: string;
            readonly inputs: readonly { readonly shape: readonly number[] | null; readonly dtype: string }[];
          } | null;
        })
    | null;
}

export type ModuleOutput = readonly number[] | readonly (readonly number[] | null)[] | null;

/** A block of which the file has no key, and what it does to what passes through it as it was initialised. */
export interface SignalRow {
  readonly path: string;
  readonly type: string;
  /**
   * Standard deviation after the block over the one before it, the mean of several initialisations; null where
   * it cannot be told (another shape, several outputs, never called).
   */
  readonly ratio: number | null;
  /** The least and the greatest of the `draws` initialisations. The other numbers are means of them too. */
  readonly least: number | null;
  readonly most: number | null;
  readonly draws: number;
  /** The factors of a block that multiplies each value by one of 0 … 1; null for any other block. */
  readonly gate: {
    readonly mean: number | null;
    readonly least: number | null;
    readonly most: number | null;
  } | null;
  readonly output: ModuleOutput;
  /** The first pretrained layer that gets something else because of the block, and by which factor. */
  readonly behind: {
    readonly path: string;
    readonly type: string;
    readonly ratio: number | null;
    /** By which factor all new blocks together change what it gets. */
    readonly together: number | null;
  } | null;
  /** By which factor the block changes the standard deviation of each output of the model. */
  readonly outputs: readonly (number | null)[] | null;
}
