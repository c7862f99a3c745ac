/** Every limit of the weights_only model, with its reason. Beyond one the answer is "cannot be told". */
export const weightsOnlyLimits = {
  /**
   * Bytes of one pickle, which is held in memory while it is followed: four times the metadata of the largest
   * checkpoints known (a million tensors take about 30 MiB).
   */
  pickleBytes: 128 << 20,
  /**
   * Values made: each costs some 60 bytes, and all may stay in the memo. A checkpoint makes some thirty for each
   * tensor, and the largest have some ten thousand, with two or three more of the optimizer's for each.
   */
  values: 2_000_000,
  /** Nesting of a tuple that is hashed: CPython recurses there, and where it overflows is the machine's affair. */
  hashedDepth: 1_000,
  /** Parts of tuples that are hashed, of all keys together: real keys have none or two. */
  hashes: 2_000_000,
  /** Bytes of one storage or buffer that a stream makes out of nothing: more may or may not be had. */
  allocatedBytes: 1 << 30,
  /** Bytes that no machine has: an allocation of more fails for certain. */
  impossibleBytes: 2 ** 47,
} as const;
