/**
 * What a name can do that no data needs, most direct first. Each is a text `danger.<kind>`.
 */
export type Danger =
  | 'runsPrograms'
  | 'runsCode'
  | 'unpickles'
  | 'imports'
  | 'files'
  | 'network'
  | 'native'
  | 'interpreter'
  | 'attributes'
  | 'callsArguments'
  | 'extensions'
  | 'computedName'
  | 'carriesCode'
  | 'standardLibrary';

/**
 * Names of one kind, with where they come from. `names` are dotted paths separated by white space, each with
 * everything below it: `os` is the module with all that can be reached through it, `builtins.eval` is also
 * `builtins.eval.__call__`.
 */
export interface DangerGroup {
  readonly danger: Danger;
  readonly source: string;
  /** ISO date on which the source was read. */
  readonly date: string;
  readonly names: string;
}

/** Names of a known vocabulary: exact ones, `*` for a part or the rest of one, `**` for everything below. */
export interface KnownGroup {
  readonly source: string;
  readonly date: string;
  readonly names: string;
}
