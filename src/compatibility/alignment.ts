import type { PackedProjections } from './align/packedProjections';
import type { Certainty, Evidence } from './report';

/** Where one tensor of the file belongs in the model. */
export interface Belonging {
  /** The model's key; null where the model has no such layer. */
  readonly key: string | null;
  readonly certainty: Certainty;
  /** Where `ambiguous`: the other places, null for none. */
  readonly alternatives: readonly (string | null)[];
  /** The tensors correspond, and their shapes differ: another class count, another width. */
  readonly reshaped: boolean;
}

/** Which layer of the model each tensor of the file belongs to, by the file's key. */
export interface Alignment {
  readonly evidence: Evidence;
  readonly belongs: ReadonlyMap<string, Belonging>;
  /** Complete answers for the `ambiguous` tensors, each as good as the others; empty where there are none. */
  readonly variants: readonly ReadonlyMap<string, string | null>[];
  /** Tensors that are several of the other side; `belongs` gives them no place. */
  readonly packed: PackedProjections;
}
