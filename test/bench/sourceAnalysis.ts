import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PythonParser } from '../../src/python/concreteTree';
import { SourceAnalysis } from '../../src/worker/sourceAnalysis';
import { modelFile } from '../support/modelFile';
import { keystrokes } from './keystrokes';

/**
 * What the editor's worker does for Python files: `sourceAnalysis.cjs FOLDER DIST TASK`, with a line of JSON. Work is
 * processor time of the process in milliseconds, the engine's compilers on other threads included: other processes
 * of the machine do not count. Time is what somebody waits.
 */
const [, , folder = '', dist = '', task = ''] = process.argv;
const SEED = 7;

void PythonParser.load({
  runtime: join(dist, 'web-tree-sitter.wasm'),
  grammar: readFileSync(join(dist, 'tree-sitter-python.wasm')),
}).then((parser) => {
  const analysis = new SourceAnalysis(parser);
  let version = 0;
  const report = (path: string, text: string): Cost => {
    const before = process.cpuUsage();
    const start = performance.now();
    version++;
    analysis.report({ path, version, text, args: {}, sitePackages: null });
    return { time: performance.now() - start, work: workSince(before) };
  };
  const tasks = new Map([
    ['keystrokes', keystrokeWork],
    ['repository', repositoryWork],
    ['deep', deepWork],
  ]);
  const result = tasks.get(task)?.(report);
  process.stdout.write(JSON.stringify(result));
});

interface Cost {
  readonly time: number;
  readonly work: number;
}

type Report = (path: string, text: string) => Cost;

function workSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}

/** Keys all over a file of 2,000 lines, each taken back by the next; then the memory after a thousand of them. */
function keystrokeWork(report: Report): unknown {
  const text = modelFile(2_000);
  const path = written('models.py', text);
  const first = report(path, text).work;
  const work = new Map<string, number[]>();
  const count = (kind: string, milliseconds: number): void => {
    const known = work.get(kind);
    if (known === undefined) work.set(kind, [milliseconds]);
    else known.push(milliseconds);
  };
  let heap = 0;
  for (const [i, stroke] of keystrokes(text, 500, SEED).entries()) {
    count(stroke.kind, report(path, stroke.text).work);
    count('taken back', report(path, text).work);
    if (i === 49) heap = heapInUse();
  }
  const all = [...work.values()].flat();
  const { rss } = process.memoryUsage();
  return {
    first,
    median: quantile(all, 0.5),
    p95: quantile(all, 0.95),
    kinds: Object.fromEntries([...work].map(([kind, values]) => [kind, quantile(values, 0.5)])),
    memory: { heapAfter100: heap, heapAfter1000: heapInUse(), rss },
  };
}

/** Bytes of the heap that something still holds. */
function heapInUse(): number {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The first report of a document that imports 39 others, in a process that has just started. */
function repositoryWork(report: Report): unknown {
  const names = Array.from({ length: 39 }, (_, i) => `part${i + 1}`);
  for (const name of names) written(`${name}.py`, modelFile(80));
  const text = `import torch.nn as nn\n${names.map((name) => `import ${name}\n`).join('')}

class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([${names.map((name) => `${name}.ConvBlock1(3, 8)`).join(', ')}])
`;
  return report(written('whole.py', text), text);
}

/** A model of 300 layers that are made in a loop: the first time, and again with another width. */
function deepWork(report: Report): unknown {
  const text = (width: number): string => `import torch.nn as nn


class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(nn.Conv2d(${width}, ${width}, 3), nn.BatchNorm2d(${width}), nn.ReLU()) for _ in range(100)
        )
`;
  const path = written('deep.py', text(8));
  const first = report(path, text(8));
  const again = Array.from({ length: 15 }, (_, i) => report(path, text(9 + i)).work);
  return { ...first, again: quantile(again, 0.5) };
}

function written(name: string, text: string): string {
  const inside = join(folder, task);
  mkdirSync(inside, { recursive: true });
  const path = join(inside, name);
  writeFileSync(path, text);
  return path;
}
