import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Content, ModuleContent } from '../../src/checkpoint/content';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint';
import { nodePlatform } from '../../src/files/nodePlatform';
import { torchPython } from './support/generated';
import { memorySource } from './support/memorySource';

/** What torch says of a saved model (module_repr.py). */
interface Model {
  readonly name: string;
  readonly forms: readonly ('zip' | 'legacy')[];
  /** `repr(model)` of a whole architecture, null of a mere collection of layers. */
  readonly printed: string | null;
  /** Every module inside, the model first, in the order of `named_modules`. */
  readonly modules: readonly { readonly path: string; readonly class: string; readonly line: string }[];
}

describe('A module without its children reads as torch prints it', function () {
  const folder = join(__dirname, '..', '..', '.cache', 'moduleRepr');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(torchPython(), ['-W', 'ignore', join(__dirname, 'moduleRepr', 'module_repr.py'), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const models = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as readonly Model[];

  for (const model of models) {
    for (const form of model.forms) {
      describe(`${model.name}, ${form}`, () => {
        let root: Content | undefined;
        before(async () => {
          const source = memorySource(join(folder, `${model.name}.${form}.pt`));
          root = (await openCheckpoint(source, nodePlatform)).root;
        });

        it('line by line', () => {
          const expected = model.modules.map((module) => `${module.path}: ${module.class}: ${module.line}`);
          const found = ownLines(root);
          const wrong = expected.filter((line, i) => line !== found[i]);
          assert.deepEqual(
            found.filter((line, i) => line !== expected[i]),
            wrong,
          );
        });
        if (model.printed === null) return;
        it('as a whole', () => {
          assert.ok(isModule(root));
          assert.equal(printed(root), model.printed);
        });
      });
    }
  }
});

/** Path, class and line of every module, the root first, as `named_modules` lists them. */
function ownLines(root: Content | undefined): readonly string[] {
  const lines: string[] = [];
  const waiting: [string, Content | undefined][] = [['', root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, content] = next;
    if (!isModule(content)) continue;
    lines.push(`${path}: ${content.pythonType}: ${content.repr}`);
    for (const [name, child] of [...modulesIn(content)].reverse()) {
      waiting.push([path === '' ? name : `${path}.${name}`, child]);
    }
  }
  return lines;
}

/** `repr(module)`, put together from the lines as `nn.Module` and `nn.ModuleList` do. */
function printed(module: ModuleContent): string {
  const children = modulesIn(module).map(([name, child]) => [name, printed(child)] as const);
  if (children.length === 0) return module.repr;
  const isList = module.pythonType === 'torch.nn.modules.container.ModuleList';
  const lines = (isList ? folded(children) : children).map(([name, text]) => `(${name}): ${text}`);
  // What a class with children prints of itself stands on a line of its own.
  const [, name = '', extra = ''] = /^([^(]*)\((.*)\)$/s.exec(module.repr) ?? [];
  if (extra !== '') lines.unshift(extra);
  return `${name}(\n${lines.map((line) => indented(line)).join('\n')}\n)`;
}

const indented = (text: string) => text.replace(/^/gm, '  ');

function folded(items: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const runs: { readonly from: string; to: string; count: number; readonly text: string }[] = [];
  for (const [name, text] of items) {
    const last = runs.at(-1);
    if (last?.text === text) {
      last.to = name;
      last.count++;
    } else runs.push({ from: name, to: name, count: 1, text });
  }
  return runs.map(({ from, to, count, text }) =>
    count === 1 ? [from, text] : [`${from}-${to}`, `${count} x ${text}`],
  );
}

function modulesIn(module: ModuleContent): readonly (readonly [string, ModuleContent])[] {
  return module
    .children()
    .filter(({ role }) => role === 'module')
    .flatMap(({ name, content }) => (isModule(content) ? [[String(name), content] as const] : []));
}

const isModule = (content: Content | undefined): content is ModuleContent => content?.type === 'module';
