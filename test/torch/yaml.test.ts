import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnknownOperand } from '../../src/architecture/errors';
import { createInterpreter } from '../../src/architecture/runtime';
import { Sources } from '../../src/architecture/sources';
import { reprOf } from '../../src/architecture/text';
import { yamlValue } from '../../src/architecture/yamlValues';
import { PythonParser } from '../../src/python/concreteTree';
import type { SourceTree } from '../../src/python/sourceTree';
import { torchPython } from './support/generated';
import { pyyamlFolder } from './support/pyyaml';
import { seedOfTests } from '../support/seed';

const root = process.cwd();

interface Row {
  readonly seed: string;
  readonly text: string;
  /** The repr of what `yaml.safe_load` makes, or null where it raises. */
  readonly truth: string | null;
}

describe('YAML is read as PyYAML reads it', () => {
  const seed = String(seedOfTests());
  let target = '';

  before(function () {
    this.timeout(120_000);
    target = pyyamlFolder();
  });

  it(`random documents, seed ${seed}`, async () => {
    const rows = documents(target, seed, 6000);
    const vm = await interpreter();
    const wrong: string[] = [];
    let valid = 0;
    let known = 0;
    for (const { seed: own, text, truth } of rows) {
      vm.startBudget();
      if (truth !== null) valid++;
      let found: string;
      try {
        found = reprOf(vm, yamlValue(vm, text));
      } catch (error) {
        if (error instanceof UnknownOperand) continue;
        throw new Error(`${own}\n${text}`, { cause: error });
      }
      if (found === truth) known++;
      else wrong.push(`${own}\n${text}\n  PyYAML: ${truth ?? 'raises'}\n  found:  ${found}`);
    }
    assert.equal(
      wrong.length,
      0,
      `${wrong.length} of ${rows.length} are wrong\n${wrong.slice(0, 8).join('\n\n')}`,
    );
    assert.ok(valid > rows.length / 3, `only ${valid} of ${rows.length} documents are valid`);
    assert.ok(known > 0.8 * valid, `${known} of ${valid} valid documents are known`);
  });
});

function documents(pyyaml: string, seed: string, count: number): Row[] {
  const script = join(root, 'test', 'torch', 'yaml', 'documents.py');
  const output = execFileSync(torchPython(), [script, pyyaml, seed, String(count)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

async function interpreter(): Promise<ReturnType<typeof createInterpreter>> {
  const packages = join(root, 'node_modules');
  const parser = await PythonParser.load({
    runtime: join(packages, 'web-tree-sitter', 'web-tree-sitter.wasm'),
    grammar: readFileSync(join(packages, 'tree-sitter-python', 'tree-sitter-python.wasm')),
  });
  const none: SourceTree = {
    read: () => null,
    isFile: () => false,
    isDirectory: () => false,
    names: () => [],
    isCompiledModule: () => false,
    version: () => null,
  };
  return createInterpreter(new Sources(parser, none), { roots: [], complete: true }, performance);
}
