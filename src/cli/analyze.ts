import { isAbsolute, relative, resolve } from 'node:path';
import { Analyzer, type ArchitectureAnalysis } from '../architecture/analysis';
import { MAX_FILE_LENGTH } from '../architecture/limits';
import { Sources } from '../architecture/sources';
import { importRoot, moduleName, toPortable } from '../files/importRoot';
import { FileSourceTree } from '../files/sourceTree';
import { text, type TextCode, textsFor } from '../protocol/texts/text';
import { analysisJson, analysisText } from './analyzing/report';
import { exit } from './command';
import { parseFlags } from './flags';
import { isFile, loadParser } from './pythonSource';
import { UsageError, withUsage } from './usage';

/**
 * `graftlens analyze FILE.py[:Name]`, `FILE.yaml --model FILE.py:Name`: which parameters and state_dict a class of the source has.
 * Exit status 0, exact or not; 2 when there is no answer.
 */
export const run = withUsage('analyze', async (argv, io) => {
  const texts = textsFor(io.language);
  const fail = (code: TextCode, ...args: string[]): number => {
    io.error(`graftlens analyze: ${text(texts, { code, args })}\n`);
    return exit.noAnswer;
  };
  const options = parse(argv);
  const file = resolve(options.file);
  if (!isFile(file)) return fail('architecture.noFile', options.file);
  const sources = new Sources(await loadParser(), new FileSourceTree());
  if (sources.module(toPortable(file)) === null)
    return fail('architecture.notParsed', options.file, String(MAX_FILE_LENGTH));
  const root = importRoot(sources, toPortable(file), options.root);
  const roots = [
    toPortable(root),
    ...(options.sitePackages === null ? [] : [toPortable(resolve(options.sitePackages))]),
  ];
  const analyzer = new Analyzer(
    sources,
    { roots, complete: options.sitePackages !== null },
    { now: () => performance.now() },
  );
  const module = moduleName(root, file);
  if (options.name !== null) {
    const args = argumentsOf(options, root);
    if (args === undefined) return fail('architecture.noFile', options.table ?? '');
    const analysis = analyzer.analyze(module, options.name, args);
    if (analysis === null) return fail('architecture.noName', options.file, options.name);
    io.out(
      options.json
        ? `${JSON.stringify(analysisJson(analysis, texts), null, 2)}\n`
        : analysisText(analysis, texts),
    );
    return exit.good;
  }
  const analyses: ArchitectureAnalysis[] = [];
  for (const { name } of analyzer.moduleClasses(module)) {
    const analysis = analyzer.analyze(module, name, options.args);
    if (analysis !== null) analyses.push(analysis);
  }
  io.out(
    options.json
      ? `${JSON.stringify(
          analyses.map((analysis) => analysisJson(analysis, texts)),
          null,
          2,
        )}\n`
      : analyses.map((analysis) => analysisText(analysis, texts)).join('\n'),
  );
  return exit.good;
});

export const analyze = run;

interface Options {
  readonly file: string;
  /** A table of layers (YAML) that the class is given as its first argument. */
  readonly table: string | null;
  readonly name: string | null;
  /** Null when not given: the defaults. */
  readonly args: string | null;
  readonly root: string | null;
  readonly sitePackages: string | null;
  readonly json: boolean;
}

function parse(argv: readonly string[]): Options {
  const { values, switches, rest } = parseFlags(
    argv,
    ['--args', '--model', '--root', '--site-packages'],
    ['--json'],
  );
  const [target] = rest;
  if (target === undefined || rest.length !== 1) throw new UsageError();
  const table = /\.ya?ml$/i.test(target) ? target : null;
  const source = table === null ? target : (values.get('--model') ?? '');
  const match = /^(.*\.py)(?::(.+))?$/s.exec(source);
  if (match?.[1] === undefined) throw new UsageError({ code: 'cli.noSource', args: [source] });
  // A table is analysed through one class; a source needs no other.
  if ((table !== null) !== (values.has('--model') && match[2] !== undefined)) throw new UsageError();
  return {
    file: match[1],
    table,
    name: match[2] ?? null,
    args: values.get('--args') ?? null,
    root: values.get('--root') ?? null,
    sitePackages: values.get('--site-packages') ?? null,
    json: switches.has('--json'),
  };
}

/** The arguments, after the table's path from the root; undefined where it is no file below the root. */
function argumentsOf({ table, args }: Options, root: string): string | null | undefined {
  if (table === null) return args;
  const path = toPortable(relative(root, resolve(table)));
  if (!isFile(resolve(table)) || path.startsWith('../') || isAbsolute(path)) return undefined;
  return [JSON.stringify(path), ...(args === null ? [] : [args])].join(', ');
}
