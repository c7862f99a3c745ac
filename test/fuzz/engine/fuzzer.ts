import type { Coverage } from './coverage';
import { Random } from './random';
import type { Target } from './target';

/** An input for which a promise was broken. */
export interface Finding {
  readonly input: Uint8Array;
  /** Tells equal findings from different ones. */
  readonly signature: string;
  readonly message: string;
}

export interface Watcher {
  /** Called before each input is run: whoever watches can say which one hangs. */
  started(input: Uint8Array): void;
  finding(finding: Finding): void;
  /** An input that reached what none did before. */
  kept(input: Uint8Array): void;
}

/** Inputs that are run between two looks at the coverage, which cost more than most inputs. */
const BATCH = 8;

/** Milliseconds of CPU for one input: what a person would call a hang is longer, what a limit bounds is shorter. */
const SLOW = 2_000;

/** Runs that a finding is made smaller in. */
const SHRINKING = 400;

/**
 * Runs a target on inputs that are made from earlier ones; those that reach new code are kept for further ones.
 */
export class Fuzzer {
  readonly corpus: Uint8Array[] = [];
  executions = 0;
  private readonly random: Random;
  private readonly signatures = new Set<string>();

  constructor(
    private readonly target: Target,
    private readonly coverage: Coverage,
    seed: number,
    private readonly watcher: Watcher,
  ) {
    this.random = new Random(seed);
  }

  get features(): number {
    return this.coverage.features;
  }

  async runSeeds(seeds: readonly Uint8Array[]): Promise<void> {
    for (const seed of seeds) {
      await this.execute(seed);
      if (this.coverage.take() > 0 || this.corpus.length === 0) this.corpus.push(seed);
    }
  }

  /** Goes on until `isOver`. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const batch: Uint8Array[] = [];
      for (let i = 0; i < BATCH && !isOver(); i++) {
        const input = await this.made();
        batch.push(input);
        await this.execute(input);
      }
      if (!this.coverage.isNew()) continue;
      for (const input of batch) {
        await this.execute(input);
        if (this.coverage.take() === 0) continue;
        this.corpus.push(input);
        this.watcher.kept(input);
      }
    }
  }

  private async made(): Promise<Uint8Array> {
    const { random, target } = this;
    let input = this.chosen();
    for (let rounds = 1 + random.below(random.chance(0.2) ? 8 : 3); rounds > 0; rounds--) {
      const changed = await target.mutate(input, this.chosen(), random);
      if (changed.length <= target.longest) input = changed;
    }
    return input;
  }

  /** Late ones more often: they reach what is hard to reach. */
  private chosen(): Uint8Array {
    const { corpus, random } = this;
    const recent = random.chance(0.5) ? Math.min(corpus.length, 32) : corpus.length;
    return corpus[corpus.length - 1 - random.below(recent)] ?? new Uint8Array(0);
  }

  private async execute(input: Uint8Array): Promise<void> {
    const failure = await this.failureOf(input);
    if (failure === null) return;
    const signature = signatureOf(failure);
    if (this.signatures.has(signature)) return;
    this.signatures.add(signature);
    const smallest = await this.shrunk(input, signature);
    this.watcher.finding({ input: smallest, signature, message: textOf(failure) });
  }

  private async failureOf(input: Uint8Array): Promise<unknown> {
    this.executions++;
    this.watcher.started(input);
    const started = process.cpuUsage();
    try {
      await this.target.run(input);
    } catch (error) {
      return error ?? new Error('something that is no error');
    }
    const { user, system } = process.cpuUsage(started);
    const spent = (user + system) / 1_000;
    return spent > SLOW ? new Error(`slow: more than ${SLOW} ms of CPU`) : null;
  }

  /** The finding without what it does not need. */
  private async shrunk(input: Uint8Array, signature: string): Promise<Uint8Array> {
    let best = input;
    let runs = 0;
    for (let size = best.length >> 1; size >= 1 && runs < SHRINKING; size >>= 1) {
      for (let at = 0; at + size <= best.length && runs < SHRINKING; runs++) {
        const shorter = new Uint8Array(best.length - size);
        shorter.set(best.subarray(0, at));
        shorter.set(best.subarray(at + size), at);
        const failure = await this.failureOf(shorter);
        if (failure !== null && signatureOf(failure) === signature) best = shorter;
        else at += size;
      }
    }
    return best;
  }
}

/** The kind of error, and the place in the product that it comes from. */
function signatureOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const place = (failure.stack ?? '').split('\n').find((line) => line.trim().startsWith('at '));
  return `${failure.name}: ${failure.message.slice(0, 60).replace(/\d+/g, '#')} ${place?.trim() ?? ''}`;
}

function textOf(failure: unknown): string {
  return failure instanceof Error ? (failure.stack ?? failure.message).slice(0, 3_000) : String(failure);
}
