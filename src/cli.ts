import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { CommandIo } from './cli/command';
import { StandardOutput } from './cli/standardOutput';
import { usages } from './cli/usages';
import { visibleText } from './protocol/visibleText';

/** Characters of an error that are told: it may quote a file. */
const MAX_MESSAGE = 500;

interface Command {
  run(argv: readonly string[], io: CommandIo): Promise<number>;
}

/** The commands, each a bundle of its own beside this one, so that one need not load the others. */
const commands = Object.keys(usages) as (keyof typeof usages)[];

function isCommand(name: string): name is keyof typeof usages {
  return Object.hasOwn(usages, name);
}

/**
 * Loads a command's bundle with what the engine made of it at build time (`cli-<name>.cache`), which saves most
 * of compiling it. The engine refuses a cache of another version; then the bundle is compiled as usual.
 */
function load(name: string): { readonly command: Command; readonly script: Script } {
  const file = join(__dirname, `cli-${name}.js`);
  const cachedData = existsSync(cacheFile(name)) ? readFileSync(cacheFile(name)) : undefined;
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(source, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  const module = { exports: {} };
  (script.runInThisContext() as (...args: unknown[]) => void)(
    module.exports,
    require,
    module,
    file,
    __dirname,
  );
  return { command: module.exports as Command, script };
}

function cacheFile(name: string): string {
  return join(__dirname, `cli-${name}.cache`);
}

const output = new StandardOutput(() => {
  process.exitCode = 2;
});
const io: CommandIo = {
  out: (text) => output.write(text),
  turn: () => output.turn(),
  error: (text) => void process.stderr.write(text),
  columns: output.columns,
  language: process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? 'en',
};

async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(usage());
    return 0;
  }
  if (name === '--version' || name === '-V') {
    io.out(`graftlens ${version()}\n`);
    return 0;
  }
  if (!isCommand(name)) {
    const problem = name === '' ? 'a command is needed' : `there is no command ${JSON.stringify(name)}`;
    io.error(
      `graftlens: ${problem}; the commands are ${commands.join(', ')}, and --help shows how to call them\n`,
    );
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`Usage: ${usages[name]}\n`);
    return 0;
  }
  const { command, script } = load(name);
  const status = await command.run(rest, io);
  // The build runs each command once and keeps what was compiled for it.
  if (process.env['GRAFTLENS_WRITE_CACHE'] === '1') writeFileSync(cacheFile(name), script.createCachedData());
  return status;
}

/** All usages, a line each. */
function usage(): string {
  return `Usage:\n${Object.values(usages)
    .map((line) => `  ${line}\n`)
    .join('')}`;
}

/** The version in the manifest, which lies above the bundles. */
function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

let hasFailed = false;

/** Says in one line what went wrong, once; with `GRAFTLENS_STACK=1` where in the program. */
function fail(error: unknown): void {
  process.exitCode = 2;
  if (hasFailed) return;
  hasFailed = true;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const kind = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  const wantsStack = process.env['GRAFTLENS_STACK'] === '1' && stack !== undefined;
  io.error(
    `graftlens: internal error: ${wantsStack ? stack : visibleText(kind + message, MAX_MESSAGE).text}\n`,
  );
}

// `process.exit` would cut what is still on its way into a pipe.
process.on('uncaughtException', fail);
main(process.argv.slice(2)).then((status) => {
  process.exitCode ??= status;
}, fail);
