import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Analyzer } from '../../src/architecture/analysis';
import { Sources } from '../../src/architecture/sources';
import { readWeights } from '../../src/cli/weights';
import { checkCompatibility } from '../../src/compatibility/checkCompatibility';
import type { ModelDescription } from '../../src/compatibility/model';
import { modelFromPrediction } from '../../src/compatibility/modelFromPrediction';
import type { JsonPath, Repair } from '../../src/compatibility/report';
import { FileSourceTree } from '../../src/files/sourceTree';
import { writeRepaired } from '../../src/files/writeRepaired';
import { PythonParser } from '../../src/python/concreteTree';
import { torchPython } from './support/generated';
import { seedOfTests } from '../support/seed';

/** Nine forms of weights and ten kinds of modification meet in ninety cases. */
const COUNT = Number(process.env['GRAFTLENS_APPLIED'] ?? 45);
const SEED = String(seedOfTests());

/** Its tensors' bytes are inside the pickle, where they are not copied from. */
const NOT_WRITTEN = 'pickle';

interface Case {
  readonly kind: string;
  readonly form: string;
  readonly weights: string;
  readonly part: JsonPath;
}

interface AppliedRepair {
  readonly case: number;
  readonly mapping: Repair['mapping'];
  readonly alternatives: readonly Repair['mapping'][];
  readonly code: string;
  readonly written: string | null;
  readonly path: JsonPath;
  readonly proven: boolean;
}

describe('Repairs of weights in every form, applied by torch', function () {
  this.timeout(300_000);
  const root = process.cwd();
  const folder = join(root, '.cache', `applied-${process.pid}`);
  const script = join(root, 'test', 'torch', 'compatibility', 'applied.py');
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const python = (args: readonly string[], input = ''): string =>
    execFileSync(torchPython(), ['-W', 'ignore', script, folder, ...args], {
      ...{ env, input, encoding: 'utf8', maxBuffer: 1 << 26 },
    });
  const repairs: AppliedRepair[] = [];
  let cases: readonly Case[] = [];

  before(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    python(['save', String(COUNT), SEED]);
    cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[];
    const parser = await PythonParser.load({
      runtime: join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm'),
      grammar: readFileSync(join(root, 'node_modules/tree-sitter-python/tree-sitter-python.wasm')),
    });
    const sources = new Sources(parser, new FileSourceTree());
    for (const [number, { weights: name, part, form }] of cases.entries()) {
      const place = join(folder, String(number));
      const analyzer = new Analyzer(sources, { roots: [place], complete: false }, performance);
      const describeModel = (module: string): ModelDescription => {
        const prediction = analyzer.predict(module, 'Net', null);
        if (prediction === null) throw new Error(`no Net in ${place}/${module}.py`);
        return modelFromPrediction(prediction);
      };
      const { candidates, checkpoint, source } = await readWeights(join(place, name));
      for (const [at, baseline] of [null, describeModel('base')].entries()) {
        const weights = { file: name, candidates, key: null };
        const question = { model: describeModel('model'), weights, baseline, torch: null };
        const report = checkCompatibility(question);
        assert.ok(report !== null, `case ${number}: ${form}`);
        assert.deepEqual(report.weights.path, part, `case ${number}: ${form}`);
        const [repair, ...more] = report.repairs;
        assert.deepEqual(more, []);
        if (repair === undefined) continue;
        const written = form === NOT_WRITTEN ? null : `repaired-${at}.pt`;
        const write = (file: string): Promise<unknown> =>
          writeRepaired(join(place, file), question, repair, checkpoint, source, {});
        if (written === null) await assert.rejects(write('none.pt'), { code: 'writing.noBytes' });
        else await write(written);
        repairs.push({
          ...{ case: number, mapping: repair.mapping, code: repair.code, written, path: part },
          alternatives: repair.alternatives.map(({ mapping }) => mapping),
          proven: report.baseline?.equals === true && repair.certainty !== 'ambiguous',
        });
      }
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`load each tensor into the layer that it came from, by mapping, by code and as a file (seed ${SEED})`, () => {
    assert.ok(repairs.length > COUNT, `${repairs.length} repairs of ${COUNT} cases`);
    assert.ok(repairs.filter(({ proven }) => proven).length > COUNT / 3);
    const problems = JSON.parse(python([], JSON.stringify(repairs))) as readonly (readonly string[])[];
    assert.equal(problems.length, repairs.length);
    const told = problems.flatMap((own, at) => {
      const { kind, form } = cases[repairs[at]?.case ?? 0] ?? {};
      return own.map((problem) => `case ${repairs[at]?.case} (${kind}, ${form}): ${problem}`);
    });
    assert.deepEqual(told, []);
  });
});
