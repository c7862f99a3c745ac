import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { analyzerOf } from '../unit/architecture/memoryTree';
import { torchPython } from './support/generated';

interface Row {
  readonly expression: string;
  readonly preamble: string;
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly raises?: string;
}

describe('Tensors and arrays that constructors make have the shapes and dtypes of torch and numpy', () => {
  it('is never wrong, and known for most', async function () {
    this.timeout(300_000);
    const script = join(process.cwd(), 'test', 'torch', 'expressions', 'expressions.py');
    const rows = execFileSync(torchPython(), [script], { encoding: 'utf8', maxBuffer: 1 << 26 })
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    const classes = rows.map(
      ({ expression }, i) =>
        `class Model${i}(nn.Module):\n    def __init__(self):\n        super().__init__()\n` +
        `        self.register_buffer('made', torch.as_tensor(${expression}))\n`,
    );
    const analyzer = await analyzerOf({ 'model.py': `${rows[0]?.preamble ?? ''}\n${classes.join('\n')}` });
    const wrong: string[] = [];
    let exact = 0;
    rows.forEach(({ expression, shape, dtype, raises }, i) => {
      const analysis = analyzer.analyze('model', `Model${i}`, null);
      assert.ok(analysis !== null);
      const [made] = analysis.stateDict;
      const found =
        analysis.raises !== null
          ? 'raises'
          : analysis.exact
            ? `${made?.dtype ?? ''} [${(made?.shape ?? []).map(String).join(', ')}]`
            : null;
      const truth = raises === undefined ? `${dtype ?? ''} [${(shape ?? []).join(', ')}]` : 'raises';
      if (found === truth) exact++;
      else if (found !== null) wrong.push(`${expression}\n  torch: ${truth}\n  found: ${found}`);
    });
    assert.equal(wrong.length, 0, wrong.join('\n'));
    assert.ok(exact > 0.8 * rows.length, `${exact} of ${rows.length} are known`);
  });
});
