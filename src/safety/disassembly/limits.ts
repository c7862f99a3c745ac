/** Every limit of a disassembly, with its reason. */
export const disassemblyLimits = {
  /** Lines of one part: a text editor stays quick, and a person reads no more at once. */
  linesPerPart: 20_000,
  /** Opcodes that are followed to come to a part: some ten seconds. Real checkpoints have a tenth of it. */
  opcodes: 20_000_000,
  /** Characters of an argument. */
  argumentText: 120,
  /** Characters of a value that is built. */
  valueText: 160,
  /** Characters of a value that is only named: what a memo entry holds, what items go into. */
  nameText: 60,
  /** First window of bytes; it grows with what the opcodes need. */
  window: 256 << 10,
} as const;
