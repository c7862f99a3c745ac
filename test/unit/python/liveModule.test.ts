import assert from 'node:assert/strict';
import { layerCalls } from '../../../src/architecture/layerCalls';
import { LiveModule } from '../../../src/python/liveModule';
import { skeletonOf } from '../../../src/python/mergeSyntax';
import { parseModule } from '../../../src/python/parseModule';
import type { ClassDefinition, Module } from '../../../src/python/syntax';
import { modelFile } from '../../support/modelFile';
import { randomEdits } from '../../support/randomEdits';
import { pythonParser } from '../architecture/memoryTree';
import { seedOfTests } from '../../support/seed';

/** `GRAFTLENS_SEED` repeats a run. */
const seed = seedOfTests();

async function opened(text: string): Promise<LiveModule> {
  const live = new LiveModule((await pythonParser()).open(), layerCalls);
  live.update(text);
  return live;
}

function written(module: Module): string {
  return JSON.stringify(module, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Set ? [...value] : value,
  );
}

const TEXT = `import math

class A(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a = c

    def forward(self, x):
        return x

class B(A):
    pass
`;

describe('Syntax of a text that changes', () => {
  it(`is that of the text anew after each of many changes (seed ${seed})`, async function () {
    this.timeout(60_000);
    const parser = await pythonParser();
    const first = modelFile(180);
    const live = await opened(first);
    let number = 0;
    for (const text of randomEdits(first, 120, seed)) {
      const module = live.update(text);
      assert.equal(written(module), written(parseModule(parser, text)), `change ${number}, seed ${seed}`);
      assert.deepEqual(
        live.found,
        layerCalls(parser.parse(text).root, text),
        `layers, change ${number}, seed ${seed}`,
      );
      number++;
    }
    live.rest();
  });

  it('keeps the objects of what did not change, on their new lines', async () => {
    const live = await opened(TEXT);
    const [, a, b] = live.update(TEXT).body;
    const moved = live.update(`# a comment\n\n${TEXT}`);
    assert.deepEqual([moved.body[1] === a, moved.body[2] === b], [true, true]);
    assert.equal(a?.line, 5);
    assert.deepEqual([live.lineNow(3), live.lineNow(11), live.lineNow(2)], [5, 13, null]);
  });

  it('takes a comment and blank space for no change', async () => {
    const live = await opened(TEXT);
    const before = live.update(TEXT);
    const { revision } = live;
    assert.equal(live.update(TEXT.replace('= c', '=  c  # the width')), before);
    assert.equal(live.revision, revision);
  });

  it('tells a change of a body from one of what a class is', async () => {
    const live = await opened(TEXT);
    const classOf = (module: Module): ClassDefinition => module.body[1] as ClassDefinition;
    const before = classOf(live.update(TEXT));
    const init = live.functions.get('A#0.__init__#0');
    const edited = classOf(live.update(TEXT.replace('return x', 'return x * 2')));
    assert.notEqual(edited, before);
    assert.equal(skeletonOf(edited), skeletonOf(before));
    assert.equal(live.functions.get('A#0.__init__#0'), init);
    const signature = classOf(live.update(TEXT.replace('(self, x)', '(self, x, y)')));
    assert.notEqual(skeletonOf(signature), skeletonOf(before));
  });
});
