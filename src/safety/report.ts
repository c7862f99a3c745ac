import type { Note } from '../checkpoint/checkpoint';

/**
 * What a scan found in a file, in codes and inert values; `src/protocol/texts` makes sentences of them. The
 * command line prints it and the editor's safety view draws it.
 */
export interface ScanReport {
  /** As the caller named it. */
  readonly file: string;
  readonly verdict: Verdict;
  /** One per name, stream and record, in the order of the first import. */
  readonly globals: readonly GlobalFinding[];
  readonly calls: readonly CallFinding[];
  /** Findings beyond `safetyLimits.calls` and `safetyLimits.globals`, counted only. */
  readonly omitted: number;
  /** Of the torch version asked for, the newest known otherwise; null where torch reads no pickle of the file. */
  readonly weightsOnly: WeightsOnlyAnswer | null;
  /** Of every torch version that the model knows, oldest first. */
  readonly weightsOnlyVersions: readonly WeightsOnlyAnswer[];
  /** Points where two readers of the file would see different contents. */
  readonly disagreements: readonly Disagreement[];
  readonly notScanned: readonly NotScanned[];
  /** Pickle streams, in the order in which they were found. */
  readonly streams: readonly ScannedStream[];
  /** Why the file, or a stream of it, could not be read to its end. */
  readonly errors: readonly ScanError[];
}

/**
 * `clean`: known vocabulary only. `unknown`: builds classes that no list knows, as any project's own module
 * does. `suspicious`: calls what no list knows, or two readers would disagree. `dangerous`: would run code,
 * touch files or the network. `unreadable`: nothing worse was seen before the error.
 */
export type Verdict = 'clean' | 'unknown' | 'suspicious' | 'dangerous' | 'unreadable';

/**
 * `torch`: the vocabulary of torch, numpy, scikit-learn and the standard containers. `library`: classes of
 * well-known packages. `dangerous`: a known way to run code, touch files or the network.
 */
export type Tier = 'torch' | 'library' | 'unknown' | 'dangerous';

/** A place in a stream. */
export interface Place {
  /** Archive record, with the archives around it (`inner.zip!/data.pkl`); null for the file itself. */
  readonly record: string | null;
  /** Of the opcode, in the record's bytes after inflating. */
  readonly offset: number;
}

export interface GlobalFinding extends Place {
  /** As the file spells it. */
  readonly module: string;
  readonly name: string;
  readonly tier: Tier;
  /** Why it is dangerous, or where it is known from; null for an unknown one. */
  readonly reason: Note | null;
  /** Where it is called (its own class built, a method of it run), at most `safetyLimits.placesPerGlobal`. */
  readonly calledAt: readonly Place[];
}

/** How bad a call is on its own: what the verdict is made of. */
export type CallTier = Tier | 'suspicious';

/**
 * A call that the stream makes, or a method that it runs (BUILD, APPENDS, SETITEMS). Those of tiers `torch`,
 * `library` and `unknown` are one finding for all of a callee and opcode in a record, `times` of them.
 */
export interface CallFinding extends Place {
  /** `os.system`; for a computed callee the expression as Python would write it. */
  readonly callee: string;
  /** Arguments as Python text of inert values, shortened, with visible escapes: `"echo hi"`. */
  readonly args: string;
  /** `REDUCE`, `BUILD`, `APPENDS`, … */
  readonly opcode: string;
  readonly tier: CallTier;
  readonly reason: Note | null;
  /** Calls that this one stands for; `args` and `offset` are those of the first. */
  readonly times: number;
}

export interface WeightsOnlyAnswer {
  /** Version of torch, `2.13`. */
  readonly torch: string;
  /** Null when it cannot be told. */
  readonly accepted: boolean | null;
  /** What torch stops at; null when it accepts the file. */
  readonly reason: Note | null;
  readonly place: Place | null;
}

export interface Disagreement extends Note {
  readonly record: string | null;
}

export interface NotScanned extends Note {
  readonly record: string | null;
}

export interface ScanError extends Note {
  readonly record: string | null;
  readonly offset: number | null;
}

/** One pickle of the file. */
export interface ScannedStream {
  readonly record: string | null;
  /** Of the first opcode. */
  readonly start: number;
  /** After STOP, or of the opcode that failed. */
  readonly end: number;
  readonly protocol: number;
  readonly opcodes: number;
  readonly loadedByTorch: boolean;
}
