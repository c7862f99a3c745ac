import type { CommandIo } from './cli/command';

/** The commands, each a bundle of its own beside this one, so that one need not load the others. */
const commands: Readonly<
  Record<string, () => { run(argv: readonly string[], io: CommandIo): Promise<number> }>
> = {
  // A bundled `import()` would start the ES module loader, which takes longer than most inspections.
  /* eslint-disable @typescript-eslint/no-require-imports */
  inspect: () => require('./cli-inspect'),
  analyze: () => require('./cli-analyze'),
  /* eslint-enable @typescript-eslint/no-require-imports */
};

const io: CommandIo = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  columns: process.stdout.columns ?? 80,
  language: process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? 'en',
};

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(usage);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    io.error(
      `graftlens: ${name === '' ? 'a command is needed' : `no command ${JSON.stringify(name)}`}. ${usage}`,
    );
    return 2;
  }
  return command().run(rest, io);
}

const usage = `Usage:
  graftlens inspect FILE|FOLDER [--offsets] [--json]
  graftlens analyze FILE.py[:Name] [--args 'SOURCE'] [--root DIR] [--site-packages DIR] [--json]
`;

// `process.exit` would cut what is still on its way into a pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of the pipe has gone (`graftlens … | head`).
  if (error.code !== 'EPIPE') throw error;
  process.exitCode = 2;
});
process.on('uncaughtException', (error) => {
  process.exitCode = 2;
  io.error(`graftlens: internal error: ${error.stack ?? error.message}\n`);
});
main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = 2;
    io.error(
      `graftlens: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  },
);
