/** Every limit of the archive readers, with its reason. */
export const archiveLimits = {
  /** First read of a file's end: the end records, and the whole directory of a few hundred records. */
  tailBytes: 32 << 10,
  /** How far from the end torch's reader (miniz) looks for the end record: a comment of 65,535 bytes and it. */
  endRecordSearch: 65_535 + 22,
  /** Directory of a zip: a million records of 100 bytes; more is a claim, not a checkpoint. */
  directoryBytes: 256 << 20,
  /** A record that is read whole (`version`, code, JSON): metadata, never tensor data. */
  recordBytes: 256 << 20,
  /** Output of one deflated record: TorchScript's largest code files are a few MB; bombs are gigabytes. */
  inflatedBytes: 256 << 20,
  /** Header of a safetensors file, as the reference implementation caps it. */
  safetensorsHeader: 100_000_000,
  /** Members of a tar archive: torch wrote four. */
  tarMembers: 10_000,
} as const;
