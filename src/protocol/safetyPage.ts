import type { Message } from './messages';

/**
 * What the safety line and the safety view show of a scan. Plain values that survive structured clone and JSON;
 * texts of the file (names, arguments, records) have their visible escapes and are shortened.
 */
export interface SafetyPage {
  readonly verdict: SafetyVerdict;
  /** What was seen, in one sentence. */
  readonly headline: Message;
  /** What `torch.load(weights_only=True)` of the newest torch known says, null where that is not known. */
  readonly weightsOnly: Message | null;
  /** Pickles that were scanned. */
  readonly pickles: number;
  /** Worst first. */
  readonly calls: readonly SafetyCall[];
  /** Worst first. */
  readonly globals: readonly SafetyGlobal[];
  /** Findings that are counted only. */
  readonly hidden: { readonly calls: number; readonly globals: number };
  /** Newest first; versions with the same answer are one. */
  readonly answers: readonly SafetyAnswer[];
  /** Points where two readers of the file would see different contents. */
  readonly disagreements: readonly SafetyNote[];
  readonly notScanned: readonly SafetyNote[];
  readonly errors: readonly SafetyNote[];
}

export type SafetyVerdict = 'clean' | 'unknown' | 'suspicious' | 'dangerous' | 'unreadable';

export const safetyTiers = ['dangerous', 'suspicious', 'unknown', 'library', 'torch'] as const;

export type SafetyTier = (typeof safetyTiers)[number];

/** A place in a pickle, which its disassembly shows. */
export interface SafetyPlace {
  /** Archive record as it is, null for the file itself. */
  readonly record: string | null;
  readonly offset: number;
}

export interface SafetyCall extends SafetyPlace {
  /** As Python would write it: `os.system('echo hi')`. */
  readonly call: string;
  /** `REDUCE`, `BUILD` … */
  readonly opcode: string;
  readonly tier: SafetyTier;
  readonly reason: Message | null;
  /** Calls that this one stands for. */
  readonly times: number;
}

export interface SafetyGlobal extends SafetyPlace {
  /** `torch._utils._rebuild_tensor_v2`. */
  readonly name: string;
  readonly tier: SafetyTier;
  readonly reason: Message | null;
  /** The first places where it is called. */
  readonly calledAt: readonly SafetyPlace[];
  /** Whether it is called elsewhere too. */
  readonly calledMore: boolean;
}

export interface SafetyAnswer {
  /** Versions of torch, `2.6` or `2.6–2.13`. */
  readonly versions: string;
  /** Null when it cannot be told. */
  readonly accepted: boolean | null;
  readonly reason: Message | null;
  readonly place: SafetyPlace | null;
}

export interface SafetyNote {
  readonly message: Message;
  /** Archive record with visible escapes, null for the file. */
  readonly record: string | null;
}
