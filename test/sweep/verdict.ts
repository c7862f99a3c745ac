import type { ArchitectureAnalysis } from '../../src/architecture/analysis';

/** An entry point as `truth.py list` has it. */
export interface Entry {
  readonly library: string;
  readonly name: string;
  readonly module: string;
  readonly file: string;
  /** The function's name in its module. */
  readonly entry: string;
  /** Python argument text; the defaults when it is not there. */
  readonly args?: string;
}

/** What torch made of an entry point: elements, and the state_dict as [key, dtype, shape]. */
export interface Built {
  readonly parameters: number;
  readonly buffers: number;
  readonly stateDict: readonly (readonly [string, string | null, readonly number[] | null])[];
}

export interface Raised {
  readonly raises: string;
  readonly message: string;
}

export type Truth = Built | Raised;

/**
 * `exact`: all numbers are torch's. `bounded`: not exact, with a lower bound that holds. `notKnown`: neither.
 * `raising`: torch raises, and the analysis says so or does not know. `wrong`: anything else.
 */
export type Verdict = 'exact' | 'bounded' | 'notKnown' | 'raising' | 'wrong';

/** Compares a prediction with torch; `difference` says in words what is wrong. */
export function judge(
  analysis: ArchitectureAnalysis,
  truth: Truth,
): { verdict: Verdict; difference?: string } {
  const wrong = (difference: string): { verdict: Verdict; difference: string } => ({
    verdict: 'wrong',
    difference,
  });
  if ('raises' in truth) {
    if (analysis.exact) return wrong(`torch raises ${truth.raises}`);
    return { verdict: 'raising' };
  }
  if (analysis.raises !== null) return wrong(`torch builds it, the analysis raises ${analysis.raises.code}`);
  if (!analysis.exact) {
    if (analysis.atLeast === null) return { verdict: 'notKnown' };
    return analysis.atLeast > BigInt(truth.parameters)
      ? wrong(`at least ${analysis.atLeast} parameters, torch has ${truth.parameters}`)
      : { verdict: 'bounded' };
  }
  for (let i = 0; i < Math.max(analysis.stateDict.length, truth.stateDict.length); i++) {
    const ours = analysis.stateDict[i];
    const theirs = truth.stateDict[i];
    const left = ours && `${ours.key} ${ours.dtype ?? null} [${ours.shape?.join(', ') ?? ''}]`;
    const right = theirs && `${theirs[0]} ${theirs[1]} [${theirs[2]?.join(', ') ?? ''}]`;
    if (left !== right) return wrong(`entry ${i} is ${left ?? 'missing'}, torch has ${right ?? 'none'}`);
  }
  if (analysis.parameters !== BigInt(truth.parameters)) {
    return wrong(`${analysis.parameters} parameters, torch has ${truth.parameters}`);
  }
  if (analysis.buffers !== BigInt(truth.buffers)) {
    return wrong(`${analysis.buffers} elements of buffers, torch has ${truth.buffers}`);
  }
  return { verdict: 'exact' };
}
