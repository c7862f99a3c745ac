import type { Random } from './random';

/** Makes an input from others. */
export type Mutate = (
  input: Uint8Array,
  other: Uint8Array,
  random: Random,
) => Uint8Array | Promise<Uint8Array>;

/** A part of the product that has to keep its promises for whatever it is given. */
export interface Target {
  readonly name: string;
  readonly mutate: Mutate;
  /** Inputs that are made and not stored, beside those of `seeds/NAME`. */
  readonly seeds?: () => readonly Uint8Array[];
  /** The target whose stored seeds are taken; its own unless said. */
  readonly seedsOf?: string;
  /** Bytes of an input at most. */
  readonly longest: number;
  /** Throws where a promise is broken; every error is a finding. */
  run(input: Uint8Array): void | Promise<void>;
}
