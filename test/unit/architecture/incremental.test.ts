import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/architecture/analysis';
import { Sources } from '../../../src/architecture/sources';
import { randomFrom } from '../../bench/keystrokes';
import { PROGRAM } from '../../support/programs';
import { randomEdits } from '../../support/randomEdits';
import { MemoryTree, pythonParser } from './memoryTree';
import { seedOfTests } from '../../support/seed';

/** `GRAFTLENS_SEED` repeats a run, `GRAFTLENS_EDITS` makes it longer. */
const seed = seedOfTests();
const edits = Number(process.env['GRAFTLENS_EDITS'] ?? 60);

/** Files that change. */
class ChangingTree extends MemoryTree {
  private readonly versions = new Map<string, number>();

  constructor(private readonly texts: Record<string, string>) {
    super(texts);
  }

  write(path: string, text: string): void {
    if (this.texts[path] === text) return;
    this.texts[path] = text;
    this.versions.set(path, (this.versions.get(path) ?? 0) + 1);
  }

  remove(path: string): void {
    delete this.texts[path];
  }

  override version(path: string): string | null {
    return this.isFile(path) ? String(this.versions.get(path) ?? 0) : null;
  }
}

/** The program without what registers itself when it is imported: then nothing is kept from one change to the next. */
const PLAIN: Readonly<Record<string, string>> = {
  ...PROGRAM,
  'blocks.py': (PROGRAM['blocks.py'] ?? '').replace('@register\n', ''),
};

async function opened(files: Record<string, string>): Promise<{ tree: ChangingTree; sources: Sources }> {
  const tree = new ChangingTree(files);
  return { tree, sources: new Sources(await pythonParser(), tree) };
}

function analyzerOf(sources: Sources): Analyzer {
  return new Analyzer(sources, { roots: [''], complete: true }, { now: () => 0 });
}

/** All that is told about a document. */
function told(analyzer: Analyzer, module: string): unknown {
  const classes = analyzer.moduleClasses(module);
  return classes.map(({ name, line }) => [
    line,
    analyzer.analyze(module, name, null, 'open'),
    analyzer.analyze(module, name, '8', 'never'),
  ]);
}

function written(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part), 1);
}

describe('Analysis of files that change', () => {
  for (const [kind, program] of Object.entries({ plain: PLAIN, registering: PROGRAM })) {
    it(`tells after each change of a ${kind} program what a new analyzer tells (seed ${seed})`, async function () {
      this.timeout(120_000);
      const random = randomFrom(seed);
      const names = Object.keys(program);
      const files = { ...program };
      const { tree, sources } = await opened(files);
      const analyzer = analyzerOf(sources);
      const changes = names.map((name, i) => randomEdits(program[name] ?? '', Infinity, seed + i));
      for (let number = 0; number < edits; number++) {
        // Mostly the document, at times what it imports.
        const at = random() < 0.7 ? names.indexOf('model.py') : Math.floor(random() * names.length);
        tree.write(names[at] ?? '', String(changes[at]?.next().value ?? ''));
        for (const module of random() < 0.2 ? ['blocks', 'model'] : ['model']) {
          analyzer.refresh(`${module}.py`);
          const fresh = analyzerOf((await opened({ ...files })).sources);
          const context = `change ${number} of ${names[at]}, ${module}, seed ${seed}`;
          assert.equal(written(told(analyzer, module)), written(told(fresh, module)), context);
        }
      }
    });
  }

  it('sees files come and go', async () => {
    const { tree, sources } = await opened({ ...PROGRAM });
    const analyzer = analyzerOf(sources);
    const count = (): unknown => {
      analyzer.refresh();
      return analyzer.analyze('model', 'Registered', '')?.parameters;
    };
    const before = count();
    tree.remove('registry.py');
    assert.notEqual(count(), before);
    tree.write('registry.py', PROGRAM['registry.py'] ?? '');
    assert.equal(count(), before);
  });

  it('sees a data file change', async () => {
    const { tree, sources } = await opened({
      'net.py':
        "import torch.nn as nn\nimport yaml\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        with open('net.yaml') as f:\n            self.lin = nn.Linear(yaml.safe_load(f)['width'], 1)\n",
      'net.yaml': 'width: 3\n',
    });
    const analyzer = analyzerOf(sources);
    assert.equal(analyzer.analyze('net', 'Net', '')?.parameters, 4n);
    tree.write('net.yaml', 'width: 5\n');
    analyzer.refresh();
    assert.equal(analyzer.analyze('net', 'Net', '')?.parameters, 6n);
  });

  it('keeps the results that a change cannot have touched, with their lines', async () => {
    const { tree, sources } = await opened({ ...PLAIN });
    const analyzer = analyzerOf(sources);
    const ask = (name: string) => {
      analyzer.refresh();
      return analyzer.analyze('model', name, null, 'open');
    };
    const text = PROGRAM['model.py'] ?? '';
    const before = ask('Gate');
    tree.write('model.py', text.replace('self.small = Small()', 'self.small = Small(3)'));
    assert.equal(ask('Gate'), before);
    tree.write('model.py', text.replace('LATE = 5', '\n\nLATE = 6'));
    const after = ask('Gate');
    assert.equal(after?.line, (before?.line ?? 0) + 2);
    assert.equal(after?.formula, before?.formula);
    tree.write('model.py', text.replace('nn.Linear(c, c // r)', 'nn.Linear(c, c)'));
    assert.notEqual(ask('Gate')?.formula, before?.formula);
  });
});
