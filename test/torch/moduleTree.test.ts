import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Child, Content } from '../../src/checkpoint/content';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint';
import { nodePlatform } from '../../src/files/nodePlatform';
import { generate } from './support/generated';
import { memorySource } from './support/memorySource';
import type { TruthEntry, TruthModule, TruthModuleLine, TruthPath } from './support/truth';

/** Left out: copies of other files' trees, files too large to be held in memory, trees of unknown place. */
const hasOwnTree = (entry: TruthEntry) =>
  entry.truthOf === undefined &&
  entry.loose !== true &&
  !entry.file.startsWith('large/') &&
  entry.loader !== 'dcp';

describe('Whole modules read as print(model) does', () => {
  const { folder, entries } = generate('checkpoints', 'special.py', ['--truth']);

  for (const entry of entries.filter(hasOwnTree)) {
    for (const module of entry.truth?.modules ?? []) {
      if (module.tree.length === 0) continue;
      it(`${entry.file} ${JSON.stringify(module.path)}`, async () => {
        const checkpoint = await openCheckpoint(memorySource(join(folder, entry.file)), nodePlatform);
        const root = contentAt(checkpoint.root, module.path);
        assert.ok(root !== undefined, 'the module is not there');
        assert.deepEqual(comparable(foundLines(root), module), expectedLines(module));
      });
    }
  }
});

/** One line per module: its place, and itself. A line that only the class's own code can make is `null`. */
function expectedLines(module: TruthModule): [string, string | null][] {
  return module.tree.map((line) => [line.path, printedLine(line)]);
}

function printedLine(line: TruthModuleLine): string | null {
  if (line.extra === null) return null;
  // A leaf whose class has a `__repr__` of its own is printed by that.
  if (line.children.length === 0 && line.printed !== null) {
    return line.printed.includes('\n') ? null : line.printed;
  }
  return `${line.name}(${line.extra})`;
}

/** The found lines, without those that torch's own code alone could tell. */
function comparable(found: [string, string | null][], module: TruthModule): [string, string | null][] {
  const unknown = new Set(module.tree.filter((line) => printedLine(line) === null).map(({ path }) => path));
  const printed = new Map(expectedLines(module));
  return found.map(([path, line]) => {
    const wanted = printed.get(path) ?? null;
    return [path, unknown.has(path) ? null : line !== null && isShortened(line, wanted) ? wanted : line];
  });
}

/** Whether a line differs only in values that are tensor data, which a reader of metadata shows as `…`. */
function isShortened(line: string, wanted: string | null): boolean {
  if (wanted === null || !line.includes('…')) return false;
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^=]+')}$`).test(wanted);
}

function foundLines(root: Content): [string, string | null][] {
  const lines: [string, string | null][] = [];
  const waiting: [string, Content][] = [['', root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, content] = next;
    if (content.type !== 'module') continue;
    lines.push([path, content.repr]);
    const children = content.children().filter(({ role }) => role === 'module');
    for (const child of [...children].reverse()) {
      waiting.push([path === '' ? String(child.name) : `${path}.${child.name}`, child.content]);
    }
  }
  return lines;
}

function contentAt(root: Content, path: TruthPath): Content | undefined {
  let content: Content | undefined = root;
  for (const element of path) {
    if (content === undefined || content.type === 'scalar') return undefined;
    const children: readonly Child[] = content.children();
    content = children.find(({ name }) => name === element)?.content;
  }
  return content;
}
