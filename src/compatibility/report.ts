/**
 * What the check of a model against a checkpoint found. Plain values that survive JSON: integers above
 * 2^53 − 1 are decimal strings. `graftlens check --json` prints it without `keys` and `fileKeys`.
 */

/** An integer as JSON has it: a number while it is safe, else its decimal digits. */
export type JsonInteger = number | string;
export type JsonShape = readonly JsonInteger[];

/** A place in a checkpoint: dict keys, positions and attribute names from the root. */
export type JsonPath = readonly (string | number)[];

/**
 * `certain`: a base source or class names in the file prove it. `likely`: every optimal alignment says so.
 * `ambiguous`: alignments that are equally good disagree; `alternatives` holds them.
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
  /** The base source that was compared, null where none was given. `equals`: its keys are the file's. */
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
 * changes of paths. `drop`: keys that do not fit are left out. `split`, `merge`: tensors are cut or joined.
 */
export type RepairKind = 'prefix' | 'renumber' | 'rename' | 'drop' | 'split' | 'merge';

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
  /** What more loads into its right layer than does as it stands. */
  readonly recovers: { readonly keys: number; readonly elements: JsonInteger };
  /** Keys that load after the repair, and whether `strict=True` would succeed then (no new block). */
  readonly loads: number;
  readonly certainty: Certainty;
  /** Where `ambiguous`: other mappings that are as good, at most two, the same way. */
  readonly alternatives: readonly {
    readonly mapping: Readonly<Record<string, string | null>>;
    readonly rules: Repair['rules'];
  }[];
}

export interface ForwardReport {
  readonly ok: boolean;
  readonly modules: readonly { readonly path: string; readonly type: string; readonly output: unknown }[];
  readonly error: ReportError | null;
}

export interface SignalRow {
  readonly path: string;
  readonly type: string;
  /** Standard deviation after the block over the one before it; null where one is not a number. */
  readonly ratio: number | null;
  readonly output: unknown;
}
