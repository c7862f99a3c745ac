import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignalRow } from '../../src/compatibility/report';
import { runCheckCommand, type CheckRun } from './support/commandLine';
import { Project } from './support/project';

/** Blocks as arguments of the net, and the factor that each is known for. */
const blocks: readonly (readonly [string, string, readonly number[]])[] = [
  ['squeeze and excitation', 'Squeeze', [0.5]],
  ['CBAM', 'Attention', [0.26]],
  ['ECA', 'Efficient', [0.505]],
  ['ECA that multiplies with its gate twice', 'EfficientTwice', [0.25]],
  ['the last layer zero, its bias 4', 'OpenSqueeze', [0.98]],
  ['a block that begins as the identity', 'IdentitySqueeze', [1]],
  ['a block that returns the gate only', 'GateOnly', [0.5]],
  ['a block that works in place', 'InPlace', [0.5]],
  ['two in a row', 'Squeeze, Squeeze', [0.5, 0.5]],
  ['three in a row', 'Squeeze, Squeeze, Squeeze', [0.5, 0.5, 0.5]],
];

function near(value: number | null | undefined, expected: number): void {
  assert.ok(
    typeof value === 'number' && Math.abs(value / expected - 1) <= 0.05,
    `${String(value)} is not ${expected}`,
  );
}

describe('What a new block does to the features of a calibrated net', () => {
  const project = new Project({});
  before(() => {
    const source = join(process.cwd(), 'test', 'interpreter', 'signal', 'calibrated_net.py');
    project.write('net.py', readFileSync(source, 'utf8'));
    project.python(
      'import sys, runpy; sys.argv = ["net.py", "weights.pth"]; runpy.run_path("net.py", run_name="__main__")',
    );
  });
  after(() => project.remove());

  const check = async (args: string): Promise<CheckRun['report'] & { signal: readonly SignalRow[] }> => {
    const { report, stderr } = await runCheckCommand(
      project,
      ...['--model', 'net.py:Net', '--args', args, '--weights', 'weights.pth', '--input', '2,3,32,32'],
    );
    assert.equal(report.error, null, stderr);
    assert.equal(report.forward?.ok, true);
    assert.equal(report.unexpected.length, 0);
    assert.ok(report.signal !== null);
    return { ...report, signal: report.signal };
  };

  for (const [title, args, expected] of blocks) {
    it(`${title}: ${expected.join(', ')}`, async () => {
      const { signal } = await check(args);
      assert.equal(signal.length, expected.length);
      expected.forEach((factor, i) => near(signal[i]?.ratio, factor));
      const together = expected.reduce((product, factor) => product * factor, 1);
      if (together === 1) {
        assert.equal(signal[0]?.behind, null);
        return;
      }
      for (const { behind } of signal) {
        assert.equal(behind?.path, 'third.0');
        near(behind.together, together);
      }
    });
  }

  it('the numbers are means of several initialisations, with their range', async () => {
    const [row] = (await check('Efficient')).signal;
    assert.equal(row?.draws, 8);
    assert.ok(row.least !== null && row.ratio !== null && row.most !== null);
    assert.ok(row.least < row.ratio - 0.02 && row.most > row.ratio + 0.02);
  });

  it('a block at the end of the head has no layer behind it: the logits are halved', async () => {
    const { signal, notes } = await check('end=Squeeze');
    near(signal[0]?.ratio, 0.5);
    assert.equal(signal[0]?.behind, null);
    near(signal[0]?.outputs?.[0], 0.5);
    assert.ok(notes.some(({ code, args }) => code === 'check.note.signalLogits' && args.includes('0.75')));
  });

  it('a squeeze to no channels is a constant gate of 0.5', async () => {
    const { signal } = await check('end=lambda c: Squeeze(c, 32)');
    assert.deepEqual(signal[0]?.gate, { mean: 0.5, least: 0.5, most: 0.5 });
  });

  it('three in a row are told together', async () => {
    const { notes } = await check('Squeeze, Squeeze, Squeeze');
    const note = notes.find(({ code }) => code === 'check.note.signalTogether');
    assert.deepEqual(note?.args[0], 'third.0');
    near(Number(note.args[1]), 0.125);
  });

  it('a model without new blocks has no signal to compare', async () => {
    const { signal, notes, forward } = await check('');
    assert.deepEqual(signal, []);
    assert.ok(notes.some(({ code }) => code === 'check.note.notTheWeights'));
    const shapes = new Map(forward?.modules.map(({ path, output }) => [path, output]));
    assert.deepEqual(shapes.get('second.0'), [2, 32, 32, 32]);
    assert.deepEqual(shapes.get(''), [2, 16, 32, 32]);
  });

  it('a forward pass that raises is told with module, shapes and line', async () => {
    const { report } = await runCheckCommand(
      project,
      ...['--model', 'net.py:Net', '--weights', 'weights.pth', '--input', '2,4,32,32'],
    );
    assert.equal(report.strict, true);
    assert.equal(report.forward?.ok, false);
    const { error } = report.forward;
    assert.equal(error?.code, 'interpreter.forwardRaised');
    assert.equal(error.module?.path, 'first.0');
    assert.deepEqual(error.module.inputs, [{ shape: [2, 4, 32, 32], dtype: 'float32' }]);
    assert.equal(error.file, project.path('net.py'));
    const source = readFileSync(project.path('net.py'), 'utf8').split('\n');
    assert.match(source[(error.line ?? 0) - 1] ?? '', /self\.first/);
  });
});
