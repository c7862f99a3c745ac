import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** A safetensors file of zeros. */
function safetensors(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let end = 0;
  const header: Record<string, object> = {};
  for (const [key, shape] of Object.entries(shapes)) {
    const start = end;
    end += 4 * shape.reduce((a, b) => a * b, 1);
    header[key] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(end)]);
}

const net = (...lines: string[]): string => `import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
${lines.map((line) => `        ${line}`).join('\n')}
        self.head = nn.Linear(8, classes)
`;

describe('graftlens check and diff, as processes', function () {
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-check-'));
    const files: Record<string, string | Uint8Array> = {
      'base.py': net('self.a = nn.Linear(8, 8)', 'self.b = nn.Linear(8, 8)'),
      'grown.py': net('self.a = nn.Linear(8, 8)', 'self.c = nn.Linear(8, 2)', 'self.b = nn.Linear(8, 8)'),
      'unknown.py': net('self.a = make(8)'),
      'w.safetensors': safetensors({
        ...{ 'a.bias': [8], 'a.weight': [8, 8], 'b.bias': [8], 'b.weight': [8, 8] },
        ...{ 'head.bias': [4], 'head.weight': [4, 8] },
      }),
      'broken.pth': 'no checkpoint',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function graftlens(...args: string[]): Promise<Run> {
    const options = { cwd: folder, timeout: 50_000, env: { ...process.env, LC_ALL: 'en' } };
    return new Promise((resolve) => {
      const cli = join(process.cwd(), 'dist', 'cli.js');
      execFile(process.execPath, [cli, ...args], options, (error, out, message) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, out, error: message });
      });
    });
  }
  const check = (model: string, ...rest: string[]): Promise<Run> =>
    graftlens('check', '--model', model, '--weights', 'w.safetensors', ...rest);
  const json = ({ out }: Run): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;

  it('check: 0 where it loads, 1 where it does not, 2 where nothing proves either', async () => {
    const good = await check('base.py:Net', '--json');
    assert.deepEqual([good.status, json(good)['strict'], json(good)['matched']], [0, true, 6]);
    const grown = await check('grown.py:Net', '--baseline', 'base.py:Net', '--json');
    const { strict, missing, baseline, evidence } = json(grown);
    assert.deepEqual([grown.status, strict, evidence], [1, false, 'baseline']);
    assert.deepEqual(
      (missing as { key: string; shape: number[] }[]).map(({ key, shape }) => [key, shape]),
      [
        ['c.weight', [2, 8]],
        ['c.bias', [2]],
      ],
    );
    assert.equal((baseline as { equals: boolean }).equals, true);
    const unknown = await check('unknown.py:Net', '--json');
    assert.deepEqual([unknown.status, json(unknown)['strict']], [2, null]);
  });

  it('check: another class count is a head swap', async () => {
    const swapped = await check('base.py:Net', '--args', '9', '--json');
    assert.equal(swapped.status, 1);
    assert.deepEqual(json(swapped)['headSwap'], ['head.bias', 'head.weight']);
  });

  it('check: no answer comes with one line that says why', async () => {
    const runs = [
      await check('base.py:Net', '--weights-key', 'nowhere'),
      await check('base.py:Other'),
      await graftlens('check', '--model', 'base.py:Net', '--weights', 'broken.pth'),
      await graftlens('check', '--model', 'base.py:Net'),
    ];
    for (const { status, out, error } of runs) {
      assert.deepEqual([status, out], [2, '']);
      assert.match(error, /^graftlens check: [^\n]+\n$/);
    }
  });

  it('diff: a model may stand on either side', async () => {
    assert.equal((await graftlens('diff', 'base.py:Net', 'w.safetensors')).status, 0);
    const other = await graftlens('diff', 'w.safetensors', 'grown.py:Net', '--json');
    assert.equal(other.status, 1);
    assert.deepEqual(json(other), {
      ...{ same: false, onlyInA: [], onlyInB: ['c.weight', 'c.bias'], reshaped: [], retyped: [] },
    });
    assert.equal((await graftlens('diff', 'base.py:Net', 'broken.pth')).status, 2);
  });
});
