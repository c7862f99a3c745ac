/** torch raises: the file is refused. `code` names a text of the shared table, `args` fill it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly code: string,
    readonly args: readonly (string | number)[] = [],
  ) {
    super(`${code}(${args.join(', ')})`);
  }
}

/**
 * A call of an allowed function raises. `args` say what it does not take: the name of a parameter and what was
 * given, or numbers.
 */
export function badCall(
  callee: string,
  problem: string,
  ...args: readonly (string | number | null)[]
): Refused {
  return new Refused(`weightsOnly.call.${problem}`, [callee, ...args.map((one) => one ?? '?')]);
}

/** The model does not know what torch would do, and cannot go on. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
  constructor(
    readonly code: string,
    readonly args: readonly (string | number)[] = [],
  ) {
    super(`${code}(${args.join(', ')})`);
  }
}
