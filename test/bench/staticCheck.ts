import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PythonParser } from '../../src/python/concreteTree';
import { CheckAnalysis } from '../../src/worker/checkAnalysis';

/**
 * What the editor's worker does to say from the source alone whether a checkpoint loads:
 * `staticCheck.cjs MODEL.py CLASS WEIGHTS FOLDER DIST`, with a line of JSON, in milliseconds. `first` is in a worker
 * that has just started, `again` the median after changes that insert a layer or take it out again.
 */
const [, , model = '', name = '', weights = '', folder = '', dist = ''] = process.argv;

async function measure(): Promise<unknown> {
  const parser = await PythonParser.load({
    runtime: join(dist, 'web-tree-sitter.wasm'),
    grammar: readFileSync(join(dist, 'tree-sitter-python.wasm')),
  });
  const analysis = new CheckAnalysis(parser);
  const plain = readFileSync(model, 'utf8');
  const path = join(folder, 'static_check_model.py');
  writeFileSync(path, plain);
  const check = async (text: string): Promise<{ time: number; matched: number }> => {
    const start = performance.now();
    const { report } = await analysis.check({
      model: { file: path, name, args: null },
      overlays: [{ path, text }],
      sitePackages: null,
      weights,
      weightsName: weights,
      part: null,
      baseline: null,
      torch: null,
    });
    return { time: performance.now() - start, matched: report.matched };
  };
  const first = await check(plain);
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const grafted = plain.replace(
      'self.blocks =',
      `self.gate = nn.Linear(${i + 2}, 8)\n        self.blocks =`,
    );
    for (const text of [grafted, plain]) {
      const { time, matched } = await check(text);
      if (matched !== first.matched) throw new Error(`${matched} keys instead of ${first.matched}`);
      times.push(time);
    }
  }
  rmSync(path);
  times.sort((a, b) => a - b);
  return { first: first.time, again: times[Math.floor(times.length / 2)], keys: first.matched };
}

measure().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error: unknown) => {
    process.exitCode = 1;
    console.error(error);
  },
);
