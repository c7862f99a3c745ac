import type { StateDict } from './stateDict';

/** `shards`: safetensors or torch files that an index lists; `pickle`: Python's own, which torch does not open. */
export type StateDictReader = 'torch' | 'safetensors' | 'shards' | 'pickle';

/** A part of a checkpoint that `load_state_dict` could be given: a dict of tensors, or a whole module's. */
export interface CandidateStateDict {
  /** Dict keys, positions and attribute names from the root; empty for the root itself. */
  readonly path: readonly (string | number)[];
  /**
   * How Python reaches its state_dict from what `torch.load` gave: `["model"]`, `["ema"].state_dict()`; null
   * where it cannot.
   */
  readonly access: string | null;
  /** What reads the file in Python. */
  readonly reader: StateDictReader;
  readonly stateDict: StateDict;
  /** Whether the order of the keys is the model's; formats that sort them say nothing by it. */
  readonly ordered: boolean;
  /** Class of each submodule by its path (`''` is the root), where a whole module was saved; else null. */
  readonly classes: ReadonlyMap<string, string> | null;
}
