import { dirname, relative } from 'node:path';
import { Analyzer, type ArchitectureAnalysis } from '../architecture/analysis';
import { literalText } from '../architecture/callSites';
import type { Problem } from '../architecture/diagnostics/problem';
import { problemsOf } from '../architecture/diagnostics/problems';
import { Sources } from '../architecture/sources';
import { importRoot, moduleName, toPortable } from '../files/importRoot';
import { FileSourceTree } from '../files/sourceTree';
import type { PythonParser } from '../python/concreteTree';
import type { ClassDefinition, Parameter } from '../python/syntax';
import { type ClassUse, classUses, distinct, type UsedClasses } from './classUses';
import { predictedModel } from './predictedModel';
import type {
  BuiltAt,
  BuiltClass,
  SourceClass,
  SourceReport,
  SourceRequests,
  SourceText,
  TableReport,
} from './sourceMessages';
import { SourceWords } from './sourceWords';
import { tableArguments, tableModel } from './tableModel';

/** Call sites of one class that are evaluated: more do not fit into a line. */
const MAX_CALL_SITES = 6;
/** Files that are parsed because they mention a class. */
const MAX_CALLERS = 40;
/** Milliseconds that the search for call sites may take, and those in one file. */
const SEARCH_TIME = 6_000;
const CALLER_TIME = 1_500;
/** Files that are looked at before other questions get their turn. */
const FILES_AT_ONCE = 40;
/** Channels at which an attention block's cost is told. */
const CHANNELS = [64, 128, 256, 512, 1024, 2048] as const;
/** An argument with which a class that needs some is built, to see what kind of block it is. */
const TYPICAL_CHANNELS = 256;
/** Milliseconds after which no further call sites and costs are computed: the rest is worth showing. */
const SOON = 4_000;
/** Milliseconds that the search for the class of a table may take. */
const TABLE_TIME = 10_000;
/** Ways to build a table's model that are tried. */
const MAX_TRIES = 40;

/** Answers questions about Python files of one machine; parsed files are kept between them. */
export class SourceAnalysis {
  private readonly tree = new FileSourceTree();
  private readonly sources: Sources;
  private readonly stamps = new Map<string, { readonly text: string; readonly stamp: number }>();
  private lastStamp = 0;
  private readonly analyzers = new Map<string, Analyzer>();
  private readonly words = new SourceWords();
  /** Number of the newest search for call sites. */
  private search = 0;

  constructor(parser: PythonParser) {
    this.sources = new Sources(parser, this.tree);
  }

  report(question: SourceRequests['report']['request']): SourceReport {
    return this.withText(question, (file, analyzer, module) =>
      this.reportOf(file, question, analyzer, module),
    );
  }

  predict(question: SourceRequests['predict']['request']): SourceRequests['predict']['reply'] {
    return this.withText(question, (_file, analyzer, module, roots) => {
      const prediction = analyzer.predict(module, question.name, question.args);
      return prediction === null ? null : predictedModel(prediction, roots);
    });
  }

  /**
   * Where other files construct the classes of one, by a search that lets other questions pass between the files; a
   * newer search ends it.
   */
  async callSites(question: SourceRequests['callSites']['request']): Promise<readonly ClassUse[]> {
    const number = ++this.search;
    const started = performance.now();
    const isGoingOn = (): boolean => number === this.search && performance.now() - started < SEARCH_TIME;
    const used = this.withText(question, (file, analyzer, module) => ({
      file,
      names: new Set(analyzer.moduleClasses(module).map(({ name }) => name)),
    }));
    const found: ClassUse[] = [];
    for (const caller of await this.callersOf(used, question.files, isGoingOn)) {
      await otherQuestions();
      if (!isGoingOn()) break;
      const begun = performance.now();
      const isSoon = (): boolean => performance.now() - begun < CALLER_TIME;
      found.push(
        ...this.withOverlays(question, () => {
          const { analyzer, module } = this.analyzerFor(caller, question.sitePackages, caller, 'callers');
          const syntax = this.sources.module(caller);
          if (syntax === null) return [];
          const args = question.setArguments[caller] ?? {};
          return classUses(used, { file: caller, syntax, analyzer, module, args, wanted: 'never' }, isSoon);
        }),
      );
    }
    return distinct(found);
  }

  /** Files that mention one of the classes, the nearest first. */
  private async callersOf(
    { file, names }: UsedClasses,
    files: readonly string[],
    isGoingOn: () => boolean,
  ): Promise<readonly string[]> {
    const callers: string[] = [];
    for (const [index, path] of nearestFirst(files.map(toPortable), file).entries()) {
      if (index % FILES_AT_ONCE === 0) await otherQuestions();
      if (!isGoingOn() || callers.length === MAX_CALLERS) break;
      const words = this.words.of(path);
      if ([...names].some((name) => words.has(name))) callers.push(path);
    }
    return callers;
  }

  table(question: SourceRequests['table']['request']): TableReport | null {
    return this.withOverlays(question, (path) => {
      const started = performance.now();
      const isSoon = (): boolean => performance.now() - started < TABLE_TIME;
      const tries = question.files
        .map(toPortable)
        .filter((file) => readsTables(this.words.of(file)))
        .flatMap((file) => this.triesOf(file, path, question.sitePackages))
        .sort((a, b) => a.rank - b.rank)
        .slice(0, MAX_TRIES);
      const chosen = tries.filter(({ id }) => id === question.chosen);
      const found: ReturnType<typeof tableModel>[] = [];
      const seen = new Set<string>();
      for (const { id, predict } of [...chosen, ...tries]) {
        if (seen.has(id) || !isSoon()) continue;
        const prediction = predict();
        const model = prediction === null ? null : tableModel(prediction, path);
        if (model === null) continue;
        seen.add(id);
        found.push(model);
      }
      const isGood = (model: (typeof found)[number]): boolean => model?.raises === null;
      const isChosen = `${found[0]?.model.file ?? ''}:${found[0]?.model.name ?? ''}` === question.chosen;
      const best = isChosen ? found[0] : (found.find((one) => one?.exact) ?? found.find(isGood) ?? found[0]);
      if (best === undefined || best === null) return null;
      const others = found.flatMap((one) => (one === null || one === best ? [] : [one.model]));
      return { path, version: question.version, ...best, others };
    });
  }

  /** The ways to build classes of a file with a table. */
  private triesOf(
    file: string,
    table: string,
    sitePackages: readonly string[] | null,
  ): {
    readonly id: string;
    readonly rank: number;
    readonly predict: () => ReturnType<Analyzer['predict']>;
  }[] {
    const { analyzer, module, root } = this.analyzerFor(file, sitePackages, `${table}\0${file}`);
    const names = new Set(analyzer.moduleClasses(module).map(({ name }) => name));
    const paths = [root, dirname(file), dirname(table)].map((folder) => toPortable(relative(folder, table)));
    const below = [...new Set(paths.filter((path) => !path.startsWith('../')))];
    return (this.sources.module(file)?.body ?? []).flatMap((definition) => {
      if (definition.kind !== 'class' || !names.has(definition.name)) return [];
      const { name } = definition;
      return tableArguments(definition, below).map(({ args, rank }) => ({
        id: `${file}:${name}`,
        rank,
        predict: () => analyzer.predict(module, name, args),
      }));
    });
  }

  /** Runs something while the texts take the places of their files. */
  private withOverlays<T>(
    { path, text, unsaved = [] }: Pick<SourceText, 'path' | 'text' | 'unsaved'>,
    run: (file: string) => T,
  ): T {
    const file = toPortable(path);
    const texts = new Map(
      unsaved.flatMap((one) => (one.text === null ? [] : [[one.path, one.text] as const])),
    );
    texts.set(file, text);
    this.tree.refresh();
    for (const [at, held] of texts) this.sources.setOverlay(at, this.stampOf(at, held), held);
    try {
      return run(file);
    } finally {
      for (const at of texts.keys()) this.sources.removeOverlay(at);
    }
  }

  private withText<T>(
    question: SourceText,
    run: (file: string, analyzer: Analyzer, module: string, roots: readonly string[]) => T,
  ): T {
    return this.withOverlays(question, (file) => {
      const { analyzer, module, roots } = this.analyzerFor(file, question.sitePackages, file);
      return run(file, analyzer, module, roots);
    });
  }

  /** The analyzer of a file's root, ready for the questions of a round. */
  private analyzerFor(
    file: string,
    sitePackages: readonly string[] | null,
    round: string,
    purpose = '',
  ): {
    readonly analyzer: Analyzer;
    readonly module: string;
    readonly root: string;
    readonly roots: readonly string[];
  } {
    const root = toPortable(importRoot(this.sources, file, null));
    const roots = [root, ...(sitePackages?.map(toPortable) ?? [])];
    const analyzer = this.analyzerOf(round, roots, sitePackages !== null, purpose);
    return { analyzer, module: moduleName(root, file), root, roots };
  }

  /** Changes with the text. A document's own version starts again when it is opened again. */
  private stampOf(file: string, text: string): string {
    const last = this.stamps.get(file);
    const stamp = last?.text === text ? last.stamp : ++this.lastStamp;
    this.stamps.set(file, { text, stamp });
    return String(stamp);
  }

  private analyzerOf(round: string, roots: readonly string[], complete: boolean, purpose: string): Analyzer {
    const key = JSON.stringify([roots, complete, purpose]);
    let analyzer = this.analyzers.get(key);
    if (analyzer === undefined) {
      analyzer = new Analyzer(this.sources, { roots, complete }, { now: () => performance.now() });
      this.analyzers.set(key, analyzer);
    }
    analyzer.refresh(round);
    return analyzer;
  }

  private reportOf(
    file: string,
    { version, text, args, elsewhere = [] }: SourceRequests['report']['request'],
    analyzer: Analyzer,
    module: string,
  ): SourceReport {
    const started = performance.now();
    const isSoon = (): boolean => performance.now() - started < SOON;
    const syntax = this.sources.module(file);
    if (syntax === null) return { path: file, version, classes: [], problems: [], layers: [] };
    const names = new Set(analyzer.moduleClasses(module).map(({ name }) => name));
    const own = { file, syntax, analyzer, module, args, wanted: 'open' } as const;
    const uses = distinct([...classUses({ file, names }, own, isSoon), ...elsewhere]);
    const classes: SourceClass[] = [];
    const problems: Problem[] = problemsOf({
      module: syntax,
      lines: text.split(/\r?\n/),
      moduleClasses: names,
    });
    for (const definition of syntax.body) {
      if (definition.kind !== 'class' || !names.has(definition.name)) continue;
      const calls = uses.filter(({ name }) => name === definition.name);
      const made = classOf(analyzer, module, definition, args[definition.name] ?? null, calls, isSoon);
      if (made === null) continue;
      classes.push(made);
      problems.push(...zeroChannels(made, file));
    }
    const layers = this.sources.layers(file);
    return { path: file, version, classes, problems, layers };
  }
}

function nearestFirst(files: readonly string[], to: string): readonly string[] {
  const folders = dirname(to).split('/');
  const steps = (path: string): number => {
    const own = dirname(path).split('/');
    const different = folders.findIndex((name, i) => own[i] !== name);
    const common = different < 0 ? folders.length : different;
    return folders.length + own.length - 2 * common;
  };
  return files
    .filter((path) => path !== to)
    .map((path) => [steps(path), path] as const)
    .sort(([a], [b]) => a - b)
    .map(([, path]) => path);
}

/** Questions that have come meanwhile are answered now. */
function otherQuestions(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether a file that mentions these words may build a model from a table. */
function readsTables(words: ReadonlySet<string>): boolean {
  return words.has('torch') && [...words].some((word) => /yaml/i.test(word));
}

function classOf(
  analyzer: Analyzer,
  module: string,
  definition: ClassDefinition,
  setArgs: string | null,
  calls: readonly ClassUse[],
  isSoon: () => boolean,
): SourceClass | null {
  const { name } = definition;
  const analysis = analyzer.analyze(module, name, setArgs, 'open');
  if (analysis === null) return null;
  const parameters = constructorParameters(definition);
  const needed = analysis.unknowns.find(({ code }) => code === 'argumentsNeeded');
  const required = needed === undefined ? [] : needed.detail.split(', ');
  const callSites: BuiltAt[] = [];
  for (const call of calls.slice(0, MAX_CALL_SITES)) {
    if (!isSoon()) break;
    const built = analyzer.analyze(module, name, call.args, 'never');
    if (built !== null) callSites.push({ ...builtOf(built), file: call.file, line: call.line });
  }
  const at = (channels: number): ArchitectureAnalysis | null =>
    analyzer.analyze(module, name, required.map((one) => `${one}=${channels}`).join(', '), 'never');
  const typical = required.length > 0 && isSoon() ? at(TYPICAL_CHANNELS) : analysis;
  const attention = typical?.attention.find(({ path }) => path === '')?.kind ?? null;
  const costs: { channels: number; parameters: bigint }[] = [];
  if (attention !== null && required.length > 0) {
    for (const channels of CHANNELS) {
      const parametersThere = isSoon() ? at(channels)?.parameters : null;
      if (typeof parametersThere === 'bigint') costs.push({ channels, parameters: parametersThere });
    }
  }
  return {
    name,
    line: definition.line,
    endLine: definition.endLine,
    required,
    defaults: parameters.flatMap((parameter) => {
      const text = parameter.default === null ? null : literalText(parameter.default);
      return text === null ? [] : [{ name: parameter.name, text }];
    }),
    argumentsSet: setArgs !== null,
    built: required.length > 0 ? null : builtOf(analysis),
    formula: analysis.formula,
    attention,
    callSites,
    costs,
  };
}

function constructorParameters(definition: ClassDefinition): readonly Parameter[] {
  for (const statement of definition.body) {
    if (statement.kind === 'function' && statement.name === '__init__') return statement.parameters.slice(1);
  }
  return [];
}

const builtClasses = new WeakMap<ArchitectureAnalysis, BuiltClass>();

/** An analysis as it is sent; the same object for the same one, which most are after a keystroke. */
function builtOf(analysis: ArchitectureAnalysis): BuiltClass {
  let built = builtClasses.get(analysis);
  if (built === undefined) {
    built = written(analysis);
    builtClasses.set(analysis, built);
  }
  return built;
}

function written(analysis: ArchitectureAnalysis): BuiltClass {
  return {
    args: analysis.args,
    parameters: analysis.parameters,
    atLeast: analysis.exact ? null : analysis.atLeast,
    entries: analysis.stateDict.map((entry) => ({
      key: entry.key,
      shape: entry.shape,
      dtype: entry.dtype,
      kind: entry.kind,
      file: entry.place?.file ?? null,
      line: entry.place?.line ?? 0,
    })),
    attention: analysis.attention,
    obstacles: analysis.unknowns.map(({ code, detail, file, line }) => ({ code, detail, file, line })),
    raises:
      analysis.raises === null
        ? null
        : { code: analysis.raises.code, message: analysis.raises.message, line: analysis.raises.line },
  };
}

/** Constructions of the file that make a tensor without elements, as `c // r` does for few channels. */
function zeroChannels(cls: SourceClass, file: string): Problem[] {
  return cls.callSites
    .filter((site) => site.file === file && site.raises === null)
    .flatMap((site): Problem[] => {
      const empty = site.entries.find(
        (entry) => entry.kind === 'parameter' && entry.shape?.includes(0n) === true,
      );
      return empty === undefined
        ? []
        : [
            {
              kind: 'zeroChannels',
              line: site.line,
              args: [`${cls.name}(${site.args})`, empty.key, `[${(empty.shape ?? []).join(', ')}]`],
              fix: null,
            },
          ];
    });
}
