import type { Rearrangement } from '../stateDict/rearrangement';
import type { Integer } from '../stateDict/tensorSpec';

/** What `python/check_weights.py` is asked. Paths are absolute, as the system writes them. */
export interface CheckRequest {
  /** Seconds after which the process is ended. */
  readonly timeLimit: number;
  readonly model: {
    /** The file with the class. */
    readonly file: string;
    /** Where absolute imports and relative data paths start; also the working folder. */
    readonly root: string;
    /** A class or a function that returns a module; `Outer.Inner` for a nested one. */
    readonly name: string;
    /** Python text of the arguments, evaluated in the file's namespace. */
    readonly args: string;
  };
  /** Null to build only. */
  readonly weights: WeightsRequest | null;
  /** Tensors for a forward pass and the signal check; null for neither. */
  readonly inputs: readonly InputSpec[] | null;
}

/** One part of a checkpoint file, for torch to load or as byte ranges. */
export interface WeightsRequest {
  readonly file: string;
  /** `torch-zip`, `torch-legacy`, … as `inspect` names them: only these two are given to `torch.load`. */
  readonly format: string;
  /** The part of the file that is the state_dict: keys and positions from the root. */
  readonly path: readonly (string | number)[];
  /** What our own reader found, in the file's order, for what `torch.load(weights_only=True)` refuses. */
  readonly entries: readonly RangeEntry[];
  /** torch's `_metadata`: `[module path, version]`; null where the file keeps none. */
  readonly metadata: readonly (readonly [string, number | null])[] | null;
  /** Byte order of the values. */
  readonly byteOrder: 'little' | 'big';
  /** Repairs that are tried once it is known how the part loads as it is. */
  readonly repairs: readonly RepairTrial[];
}

/** A repair: the part's tensors as another state_dict, as `Rearrangement` says it. */
export interface RepairTrial {
  /** Names the repair in the reply. */
  readonly id: string;
  readonly entries: Rearrangement['entries'];
  readonly modules: readonly (readonly [string, string])[];
}

export interface RangeEntry {
  readonly key: string;
  /** Null for an `_extra_state` that is no tensor. */
  readonly dtype: string | null;
  readonly shape: readonly Integer[] | null;
  /** In elements. */
  readonly stride: readonly Integer[] | null;
  /** First byte of the first element; null where no file has the values as plain bytes. */
  readonly range: { readonly file: string; readonly offset: number } | null;
}

export interface InputSpec {
  readonly shape: readonly number[];
  /** torch's name without `torch.`. */
  readonly dtype: string;
}

/** `1,3,640,640`, `1,128:int64`, several joined by `;`; null for text that is none. */
export function parseInputs(text: string): InputSpec[] | null {
  const specs: InputSpec[] = [];
  for (const part of text.split(';')) {
    const match = /^\s*(\d+(?:\s*,\s*\d+)*)\s*(?::\s*([a-z]\w*))?\s*$/.exec(part);
    if (match?.[1] === undefined) return null;
    const shape = match[1].split(',').map(Number);
    if (!shape.every(Number.isSafeInteger)) return null;
    specs.push({ shape, dtype: match[2] ?? 'float32' });
  }
  return specs;
}
