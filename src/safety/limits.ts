/** Every limit of a scan, with its reason. */
export const safetyLimits = {
  /** Places kept of one global: a checkpoint calls the same rebuild function a million times. */
  placesPerGlobal: 20,
  /** Calls listed in a report; calls of tier `torch` are summed up first, so that a finding is never lost. */
  calls: 10_000,
  /** Different globals listed; a stream that names more is built to exhaust us. */
  globals: 100_000,
  /** Characters of an argument's text: enough for a command line, not for a tensor's data. */
  argumentText: 200,
  /** Characters of a module's or a global's name that are shown. */
  nameText: 200,
} as const;
