/** Every limit of walking a file's containers, with its reason. One that is hit is an error of the report. */
export const containerLimits = {
  /** Archives and compressed layers around one another; people pack twice, quines without end. */
  depth: 8,
  /** Records of all archives of a file: the largest checkpoints have some ten thousand. */
  records: 100_000,
  /** What an archive inside another costs of them: it is read, inflated and taken apart. */
  recordsPerArchive: 20,
  /** A directory of so many records, and some: more would be a minute's work. */
  directoryBytes: 32 << 20,
  /** Header of safetensors, in JSON: a hundred thousand tensors. Parsed, it takes ten times as much memory. */
  safetensorsHeader: 24 << 20,
  /** Files up to here are read once, whole: thousands of small reads cost more. */
  wholeFile: 32 << 20,
  /** Records up to here, too. */
  wholeRecord: 64 << 10,
  /** Pickles of a file. A `.distcp` file has one for each of its tensors. */
  pickles: 20_000,
  /** Records whose local headers are read at a time: each costs a read, and together they cost one trip. */
  recordsAtOnce: 1_000,
  /** Bytes that one compressed record or file may inflate to: it is held in memory, twice while it grows. */
  inflatedBytes: 128 << 20,
  /** The same where it is bzip2, xz, lzma or LZ4, decoded here: ten times the work of the platform's deflate. */
  decodedBytes: 48 << 20,
  /** Bytes that all of them may: a second of work. Overlapping records could ask for any number. */
  allInflatedBytes: 192 << 20,
  /** Compressed bytes read to see what a record that is not inflated whole begins with; 1,032 times as much. */
  compressedHead: 4 << 10,
  /** Bytes looked at of a compressed file that is broken, or inflates to more than the limit. */
  inflatedPart: 32 << 20,
  /** A record that inflates to more than the limit is looked at as far as so many of its bytes lead. */
  compressedPart: 32 << 10,
  /** Bytes at the start of a record that say what it is; records up to there are not read again. */
  head: 1 << 10,
  /** Room for a local header's extra field, in the one read that takes header and head: torch pads to 64. */
  localExtra: 160,
  /** Pickles one after another in one record; scripts dump a handful. */
  picklesInARow: 1_000,
  /** Archives one after another in one file: a `.distcp` file has one for each tensor. */
  archivesInARow: 10_000,
  /** Opcodes of all pickles of a file together: a few seconds. */
  opcodes: 100_000_000,
  /** Bytes of zeros passed over to find what they pad: tar archives are a multiple of 10 KiB. */
  padding: 16 << 10,
  /** Bytes of a pickle whose checksum is computed; more is not compared. */
  checksumBytes: 64 << 20,
  /** Places named one by one of the same kind; the rest is a number. */
  listed: 100,
  /** Records that are looked for without a directory: torch's pickle is the first. */
  recordsWithoutDirectory: 1_000,
  /** Distance within which the next local header is looked for there. */
  nextHeader: 1 << 20,
  /** Members of a tar archive. */
  tarMembers: 100_000,
  /** Storages or tensors of a tar of torch before 0.1.10. */
  oldTensors: 10_000,
} as const;
