/** Every limit of reading and listing a checkpoint, with its reason. */
export const checkpointLimits = {
  /** First window of a pickle of unknown length: holds the object of most legacy files in one read. */
  pickleWindow: 256 << 10,
  /** `data.pkl` of a zip up to here is read in one go; larger ones in windows. */
  wholePickle: 64 << 20,
  /** Pickles one after another in one file; scripts dump a handful. */
  picklesPerFile: 1_000,
  /** Code files of a TorchScript archive that are read for their parameter lists. */
  scriptFiles: 20_000,
  /** Shards of one index; the largest public models have a few hundred. */
  shards: 4_096,
  /** Objects of a DCP folder that are no tensors and are read from their files. */
  dcpObjects: 500,
  /** Bytes that a compressed pickle may inflate to: it is held in memory, and no file may cost half a gigabyte. */
  inflatedPickle: 256 << 20,
  /**
   * How much a compressed pickle may grow beyond `inflatedInAnyCase`: weights shrink to a half, sparse arrays to a
   * tenth; a bomb grows a thousandfold, and decoding bzip2 to the limit above takes seconds.
   */
  inflationRatio: 200,
  inflatedInAnyCase: 64 << 20,
  /** Index files and other JSON: a million keys of 100 bytes. */
  jsonBytes: 128 << 20,
  /**
   * Nodes listed below objects that were listed before (aliases). Real checkpoints repeat a model once or
   * twice; 40 nested `[a, a]` have 2^40 paths.
   */
  aliasNodes: 200_000,
  /** Depth that Python itself can pickle (its recursion limit); paths up to here cost nothing to speak of. */
  usualDepth: 1_000,
  /** Levels that are walked: a stack of 10^6 takes half a gigabyte, and no path of that length is of use. */
  levels: 200_000,
  /** Elements of all deeper paths together: 10^5 levels with a value each would be 5 · 10^9. */
  deepPathElements: 2_000_000,
  /** Values that are no tensors, in one listing. */
  listedValues: 100_000,
} as const;
