import { createInterface } from 'node:readline';
import { Analyzer } from '../../src/architecture/analysis';
import { Sources } from '../../src/architecture/sources';
import { toPortable } from '../../src/files/importRoot';
import { FileSourceTree } from '../../src/files/sourceTree';
import { reasonMessage } from '../../src/protocol/architectureReasons';
import { text, textsFor } from '../../src/protocol/texts/text';
import { PythonParser } from '../../src/python/concreteTree';
import { type Entry, judge, type Truth } from './verdict';

/**
 * A process that analyses entry points: one JSON line `{ entry, truth }` in, one line with the verdict out.
 * Each analysis is that of `graftlens analyze FILE.py:entry --root SITE --site-packages SITE` (the libraries
 * and torch lie in two folders here). As in the editor, one interpreter serves the entries of a file, one after the
 * other; the parsed sources are kept for all.
 *
 *   node analyzeEntries.cjs RUNTIME.wasm GRAMMAR.wasm SITE …
 */
async function main([runtime = '', grammar = '', ...sites]: readonly string[]): Promise<void> {
  const parser = await PythonParser.load({ runtime, grammar });
  const sources = new Sources(parser, new FileSourceTree());
  const roots = sites.map(toPortable);
  const texts = textsFor('en');
  let analyzer = null as { readonly module: string; readonly of: Analyzer } | null;
  for await (const line of createInterface({ input: process.stdin })) {
    const { entry, truth } = JSON.parse(line) as { entry: Entry; truth: Truth };
    const started = process.cpuUsage();
    if (analyzer?.module !== entry.module) {
      analyzer = {
        module: entry.module,
        of: new Analyzer(sources, { roots, complete: true }, performance),
      };
    }
    const analysis = analyzer.of.analyze(entry.module, entry.entry, entry.args ?? null);
    const { user, system } = process.cpuUsage(started);
    const [unknown] = analysis?.unknowns ?? [];
    const answer = {
      ...(analysis === null
        ? { verdict: 'wrong', difference: 'the analysis does not find it' }
        : judge(analysis, truth)),
      milliseconds: Math.round((user + system) / 1000),
      unknown: unknown && {
        code: unknown.code,
        detail: unknown.detail,
        place: `${relativeTo(roots, unknown.file)}:${unknown.line}`,
        message: text(texts, reasonMessage(unknown)),
      },
      raises: analysis?.raises ?? undefined,
    };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

/** A file's path below the folder that holds it, as it is on every machine. */
function relativeTo(folders: readonly string[], file: string): string {
  const folder = folders.find((one) => file.startsWith(`${one}/`));
  return folder === undefined ? file : file.slice(folder.length + 1);
}

void main(process.argv.slice(2));
