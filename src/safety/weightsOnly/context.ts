import { weightsOnlyLimits } from './limits';
import type { AllowedGlobal, Rules, TorchVersion } from './torchVersions';

/**
 * The rules of one version of torch, which note what of them a file made use of: another version whose rules
 * agree in that gives the same answer, and need not be followed. Also where doubts are kept: what the model does
 * not know does not end a stream, because torch may refuse it further on for certain.
 */
export class Context {
  /** Why the answer cannot be "accepted"; the first such reason. */
  doubt: { readonly code: string; readonly args: readonly (string | number)[] } | null = null;

  private readonly globals = new Set<string>();
  private readonly opcodes = new Set<string>();
  private readonly rules = new Set<keyof Rules>();

  private hashes: number = weightsOnlyLimits.hashes;

  constructor(private readonly torch: TorchVersion) {}

  rule<Key extends keyof Rules>(name: Key): Rules[Key] {
    this.rules.add(name);
    return this.torch.rules[name];
  }

  allowed(name: string): AllowedGlobal | undefined {
    this.globals.add(name);
    return this.torch.globals.get(name);
  }

  knowsOpcode(name: string): boolean {
    this.opcodes.add(name);
    return this.torch.opcodes.has(name);
  }

  /** False once so many parts of tuples were hashed that the rest must stay open. */
  takeHash(): boolean {
    return this.hashes-- > 0;
  }

  /** Not known: whether torch raises at `what`. */
  unsure(code: string, ...args: (string | number)[]): void {
    this.doubt ??= { code, args };
  }

  /** Whether a file that this context followed is the same to `other`. */
  isSameFor(other: TorchVersion): boolean {
    const { torch } = this;
    for (const name of this.opcodes) if (torch.opcodes.has(name) !== other.opcodes.has(name)) return false;
    for (const name of this.globals) {
      const [one, two] = [torch.globals.get(name), other.globals.get(name)];
      if (one !== two && JSON.stringify(facts(one)) !== JSON.stringify(facts(two))) return false;
    }
    for (const name of this.rules) {
      if (JSON.stringify(torch.rules[name]) !== JSON.stringify(other.rules[name])) return false;
    }
    return true;
  }
}

function facts(global: AllowedGlobal | undefined): unknown {
  return global === undefined ? null : [global.kind, global.dtype, global.arity];
}
