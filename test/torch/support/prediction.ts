import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { construct, type Construction } from '../../../src/architecture/construct';
import { importModule } from '../../../src/architecture/imports';
import { createInterpreter } from '../../../src/architecture/runtime';
import { Sources } from '../../../src/architecture/sources';
import { PyUnknown } from '../../../src/architecture/values';
import { PythonParser } from '../../../src/python/concreteTree';
import type { SourceTree } from '../../../src/python/sourceTree';
import { torchPython } from './generated';

const root = process.cwd();

/** A program or file, and what torch made of it. */
export interface Case {
  /** What to look for when it differs: a seed, or the program itself. */
  readonly name: string;
  /** A whole Python file that defines `build`, a function without arguments that returns the model. */
  readonly source: string;
  readonly truth: {
    readonly raises?: string;
    readonly text?: string;
    readonly state?: readonly (readonly [string, string, (readonly number[] | null)?])[];
    readonly parameters?: number | null;
    readonly buffers?: number;
  };
}

/** What became of a prediction. Only `wrong` is a defect; `unknown` says at which line it stopped. */
export type Verdict =
  | { readonly kind: 'exact' | 'sameError' }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'wrong'; readonly difference: string };

/** Lines of JSON that a Python script prints, its header line left out. */
export function linesOf<Row>(script: string, args: readonly string[]): Row[] {
  const output = execFileSync(torchPython(), ['-W', 'ignore', join(root, 'test', 'torch', script), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const rows = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row & { readonly truth?: unknown });
  return rows.filter((row) => row.truth !== undefined);
}

/** Judges predictions of files one after the other; the parser and the parsed catalogue are shared. */
export async function predictor(): Promise<(test: Case) => Verdict> {
  const packages = join(root, 'node_modules');
  const parser = await PythonParser.load({
    runtime: join(packages, 'web-tree-sitter', 'web-tree-sitter.wasm'),
    grammar: readFileSync(join(packages, 'tree-sitter-python', 'tree-sitter-python.wasm')),
  });
  let text = '';
  const path = '/workspace/case.py';
  const tree: SourceTree = {
    read: (file) => (file === path ? text : null),
    isFile: (file) => file === path,
    isDirectory: (file) => file === '/workspace',
    names: () => [],
    isCompiledModule: () => false,
    version: (file) => (file === path ? text : null),
  };
  const sources = new Sources(parser, tree);
  return (test) => {
    text = test.source;
    const vm = createInterpreter(sources, { roots: ['/workspace'], complete: true }, performance);
    vm.startBudget();
    const module = importModule(vm, 'case');
    if (module instanceof PyUnknown) return { kind: 'wrong', difference: `no module: ${module.reason.code}` };
    return judge(test, construct(vm, module, 'build', ''));
  };
}

function judge({ truth }: Case, made: Construction): Verdict {
  const [unknown] = made.unknowns;
  if (made.raises !== null && unknown === undefined) {
    if (truth.raises === made.raises.code) return { kind: 'sameError' };
    const { code, message, line } = made.raises;
    return wrong(`raises ${code} (${message}) at line ${line}, torch ${truth.raises ?? 'does not'}`);
  }
  if (!made.exact) {
    if (
      made.atLeast !== null &&
      truth.raises === undefined &&
      made.atLeast > BigInt(truth.parameters ?? 2 ** 53)
    ) {
      return wrong(`at least ${made.atLeast}, torch counts ${String(truth.parameters)}`);
    }
    const reason = unknown === undefined ? 'no reason' : `${unknown.code} ${unknown.detail}`;
    return { kind: 'unknown', reason };
  }
  if (truth.raises !== undefined)
    return wrong(`exact, but torch raises ${truth.raises} (${truth.text ?? ''})`);
  const expected = (truth.state ?? []).map(([key, dtype, shape]) =>
    dtype === 'extra' ? `${key} extra` : `${key} ${dtype} [${String(shape)}]`,
  );
  const found = made.stateDict.map(({ key, dtype, shape, kind }) =>
    kind === 'extraState' ? `${key} extra` : `${key} ${String(dtype)} [${String(shape)}]`,
  );
  const at = expected.findIndex((line, i) => line !== found[i]);
  if (at >= 0 || expected.length !== found.length) {
    const i = at >= 0 ? at : expected.length;
    return wrong(`entry ${i}: torch has ${expected[i] ?? 'none'}, predicted ${found[i] ?? 'none'}`);
  }
  if (typeof truth.parameters === 'number' && made.parameters !== BigInt(truth.parameters)) {
    return wrong(`${String(made.parameters)} parameters, torch counts ${truth.parameters}`);
  }
  if (truth.buffers !== undefined && made.buffers !== BigInt(truth.buffers)) {
    return wrong(`${String(made.buffers)} elements of buffers, torch counts ${truth.buffers}`);
  }
  return { kind: 'exact' };
}

function wrong(difference: string): Verdict {
  return { kind: 'wrong', difference };
}
