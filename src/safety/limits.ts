/** Every limit of a scan, with its reason; `scanLimits` of the pickle machine bounds what one stream keeps. */
export const safetyLimits = {
  /** Places kept of one global: a checkpoint calls the same rebuild function a million times. */
  placesPerGlobal: 20,
  /** Findings listed; a stream that makes more calls of the same kind is no clearer for them. */
  calls: 2_000,
  /** Different globals listed; real files name a few hundred. */
  globals: 20_000,
  /** Streams of one file in which a dangerous global is listed: a thousand places are as clear as more. */
  streamsPerGlobal: 1_000,
  /** Characters of an argument's text: enough for a command line, not for a tensor's data. */
  argumentText: 200,
  /** Names reached through one another (`getattr(getattr(…), …)`) that are followed. */
  namesThroughNames: 50,
  /** Characters of a name that `getattr` puts together. */
  nameLength: 1_000,
  /** First bytes of a pickle to read, and the most that are in memory at once. */
  firstWindow: 256 << 10,
  largestWindow: 512 << 10,
  /** Opcodes of a stream, those of whole tensors aside: a few seconds. */
  opcodes: 100_000_000,
  /** Values on the stack, eight bytes each; a tuple of a million items is there as a whole. */
  stackDepth: 8_000_000,
  /** Extension codes that a file registers. */
  extensions: 100_000,
  /** Files inside bytes inside files (`torch.storage._load_from_bytes`): in depth, and of one file. */
  embeddedDepth: 8,
  embeddedFiles: 20_000,
} as const;
