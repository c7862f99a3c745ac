import type { Message } from '../protocol/messages';
import { text, textsFor } from '../protocol/texts/text';
import { exit, type CommandIo } from './command';
import { usages } from './usages';

/** A command line that cannot be taken: what is wrong with it, where more is known than its usage. */
export class UsageError extends Error {
  constructor(readonly problem: Message | null = null) {
    super('usage');
  }
}

type Run = (argv: readonly string[], io: CommandIo) => Promise<number>;

/** A command whose {@link UsageError}s are told in one line on stderr, with the exit status 2. */
export function withUsage(name: keyof typeof usages, run: Run): Run {
  return async (argv, io) => {
    try {
      return await run(argv, io);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const texts = textsFor(io.language);
      const usage = text(texts, { code: 'cli.usage', args: [usages[name]] });
      const problem = error.problem === null ? '' : `${text(texts, error.problem)} `;
      io.error(`graftlens ${name}: ${problem}${usage}\n`);
      return exit.noAnswer;
    }
  };
}
