import type { Analyzer, FormulaWanted } from '../architecture/analysis';
import { type CallSite, literalCalls } from '../architecture/callSites';
import { ImportedNames } from '../architecture/importedNames';
import type { Module } from '../python/syntax';

/** A construction of a class, wherever it is. */
export interface ClassUse extends CallSite {
  readonly file: string;
}

/** The classes of one file. */
export interface UsedClasses {
  readonly file: string;
  readonly names: ReadonlySet<string>;
}

/** A file that may use them, ready to be asked about. */
export interface UsingFile {
  readonly file: string;
  readonly syntax: Module;
  readonly analyzer: Analyzer;
  readonly module: string;
  /** Arguments that a person set for classes of the file, by name. */
  readonly args: Readonly<Record<string, string>>;
  readonly wanted: FormulaWanted;
}

/** Constructions of one class with literal arguments in which its own submodules are looked at. */
const MAX_INNER = 2;

/**
 * Constructions of classes in a file: calls whose arguments are written out, and those of submodules in the models
 * of the file, at the values that they have when the model is built with its defaults, with what a person set, or as
 * a call of the file writes it.
 */
export function classUses(used: UsedClasses, from: UsingFile, isSoon: () => boolean): ClassUse[] {
  const { file, syntax, analyzer, module, args, wanted } = from;
  const own = new Set(analyzer.moduleClasses(module).map(({ name }) => name));
  const imported = ImportedNames.of(syntax);
  const named = (dotted: string): string | null => {
    const last = (imported.origin(dotted) ?? dotted).split('.').pop() ?? '';
    if (!used.names.has(last)) return null;
    if (file === used.file && own.has(dotted)) return dotted;
    const found = analyzer.classNamed(module, dotted);
    return found !== null && found.file === used.file && used.names.has(found.name) ? found.name : null;
  };
  const found: ClassUse[] = literalCalls(syntax, named).map((call) => ({ ...call, file }));
  const inner = literalCalls(syntax, (dotted) => (own.has(dotted) ? dotted : null));
  for (const name of own) {
    const calls = inner.filter((call) => call.name === name).slice(0, MAX_INNER);
    for (const given of [args[name] ?? null, ...calls.map((call) => call.args)]) {
      if (!isSoon()) return distinct(found);
      const analysis = analyzer.analyze(
        module,
        name,
        given,
        given === (args[name] ?? null) ? wanted : 'never',
      );
      for (const made of analysis?.constructed ?? []) {
        if (made.definedIn !== used.file || !used.names.has(made.name)) continue;
        found.push({ name: made.name, args: made.args, file: made.file, line: made.line });
      }
    }
  }
  return distinct(found);
}

/** One for each class and arguments, the first. */
export function distinct(uses: readonly ClassUse[]): ClassUse[] {
  const found = new Map<string, ClassUse>();
  for (const use of uses) {
    const key = `${use.name}(${use.args})`;
    if (!found.has(key)) found.set(key, use);
  }
  return [...found.values()];
}
