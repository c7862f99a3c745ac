/** Every limit of the unpickler, with its reason. A limit that is hit ends the stream as a typed error. */
export const pickleLimits = {
  /**
   * Opcodes of one pickle. The largest real checkpoints (a million tensors, optimizer state included) take
   * about 10^8; a stream that needs more is built to exhaust us.
   */
  opcodes: 500_000_000,
  /** Values alive in the memo; CPython's own pickler never skips an index, so this bounds memory, not files. */
  memoEntries: 50_000_000,
  /**
   * Values and marks that are on the stack between two windows. Picklers push a thousand before they add them to
   * a container, a tuple's items all at once; a bomb pushes without end.
   */
  stackValues: 4_000_000,
  /** Decimal digits of an INT or LONG line; CPython 3.11 itself refuses more than 4,300 by default. */
  decimalDigits: 20_000,
  /** Bytes of a LONG1/LONG4 integer (2^32768); above it the number is kept as inert bytes. */
  integerBytes: 4_096,
  /**
   * Length of a text line opcode (GLOBAL, INT, STRING …). Protocol 0 holds strings and bytes in lines, so a
   * line may be long; a line without an end is a broken stream.
   */
  lineBytes: 64 << 20,
  /** Length of a text kept in memory; a string claims its length before its bytes are there. */
  textBytes: 256 << 20,
  /**
   * Bytes objects longer than this stay in the file: only the position and the first bytes are kept. An
   * ndarray or a storage pickled in line is data, and we read metadata only.
   */
  inlineBytes: 1 << 20,
  /**
   * Pickles inside the data of a pickle, inside that of another. joblib nests one for each array of objects in
   * an array of objects; each level costs a frame of ours.
   */
  nestedStreams: 50,
} as const;

/** What a scan keeps of a stream: it reads on where others would stop, in bounded memory. */
export const scanLimits = {
  /** Bytes of contents and arguments, roughly: with the window and the memo it leaves room below 512 MiB. */
  keptBytes: 128 << 20,
  /** Length of a text or a text line that is kept; names and commands are shorter. */
  textBytes: 1 << 20,
  lineBytes: 1 << 20,
  /** Twelve bytes each; a checkpoint of a million tensors has two million. */
  memoEntries: 8_000_000,
  /**
   * Calls of one stream that are read one by one, each about 1 µs. Those of a checkpoint's tensors are read as a
   * whole each and do not count.
   */
  calls: 1_000_000,
  /** Names that are one object however often they are imported; real streams have some hundreds. */
  globals: 50_000,
  /** Callees of which one result each is kept once `keptBytes` is reached. */
  lostObjects: 100_000,
  /** Calls of calls that are followed to the name at their root, each time. */
  chainSteps: 100,
} as const;
