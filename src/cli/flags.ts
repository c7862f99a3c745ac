import { UsageError } from './usage';

/** A command line cut into flags with a value, flags without, and the rest. */
export interface Flags {
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly rest: readonly string[];
}

/**
 * Reads `--name VALUE`, `--name=VALUE` and switches; `--` ends them. A UsageError for a flag that is not in
 * the lists or lacks its value.
 */
export function parseFlags(
  argv: readonly string[],
  valued: readonly string[],
  plain: readonly string[],
): Flags {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    if (!argument.startsWith('--')) {
      rest.push(argument);
      continue;
    }
    if (plain.includes(argument)) {
      switches.add(argument);
      continue;
    }
    const [flag = '', ...given] = argument.split('=');
    if (!valued.includes(flag)) throw new UsageError({ code: 'cli.noOption', args: [flag] });
    const value = given.length > 0 ? given.join('=') : argv[++i];
    if (value === undefined) throw new UsageError({ code: 'cli.noValue', args: [flag] });
    values.set(flag, value);
  }
  return { values, switches, rest };
}
