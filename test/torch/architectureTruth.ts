import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { construct, type Construction } from '../../src/architecture/construct';
import { createInterpreter } from '../../src/architecture/runtime';
import { Sources } from '../../src/architecture/sources';
import { FileSourceTree } from '../../src/files/sourceTree';
import { PythonParser } from '../../src/python/concreteTree';

/** One row of `test/architecture/truth.jsonl`: a construction and what torch made of it. */
export interface TruthRow {
  readonly path: string;
  readonly class: string;
  readonly args: string;
  readonly params: number;
  readonly buffers: number;
  readonly keys: number;
  readonly state_dict_sha: string;
  readonly order_sha: string;
}

export interface Verdict {
  readonly row: TruthRow;
  readonly verdict: 'exact' | 'wrong' | 'not exact';
  readonly result: Construction;
  readonly milliseconds: number;
}

export function truthRows(file: string): TruthRow[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TruthRow);
}

/** Compares predictions with rows of truth; `sitePackages` holds the packages' files. */
export async function compareWithTruth(
  rows: readonly TruthRow[],
  sitePackages: string,
  wasm: { readonly runtime: string; readonly grammar: string },
): Promise<Verdict[]> {
  const parser = await PythonParser.load(wasm);
  const sources = new Sources(parser, new FileSourceTree());
  return rows.map((row) => {
    const started = performance.now();
    const vm = createInterpreter(sources, { roots: [sitePackages], complete: true }, performance);
    vm.startBudget();
    const module = vm.modules.find(vm, row.path.replace(/\.py$/, '').replaceAll('/', '.'));
    if (module === null) throw new Error(`no ${row.path} in ${sitePackages}`);
    const result = construct(vm, module, row.class, row.args);
    const milliseconds = performance.now() - started;
    return { row, verdict: judge(row, result), result, milliseconds };
  });
}

function judge(row: TruthRow, result: Construction): Verdict['verdict'] {
  if (result.raises !== null) return 'wrong';
  if (!result.exact) {
    return result.atLeast !== null && result.atLeast > BigInt(row.params) ? 'wrong' : 'not exact';
  }
  const lines = result.stateDict.map(
    ({ key, dtype, shape }) => `${key} ${dtype ?? ''} [${(shape ?? []).join(', ')}]`,
  );
  const right =
    result.parameters === BigInt(row.params) &&
    result.buffers === BigInt(row.buffers) &&
    result.stateDict.length === row.keys &&
    sha(lines.sort().join('\n')) === row.state_dict_sha &&
    sha(result.stateDict.map(({ key }) => key).join('\n')) === row.order_sha;
  return right ? 'exact' : 'wrong';
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
