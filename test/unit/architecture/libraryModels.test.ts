import assert from 'node:assert/strict';
import { analysisOf, analyzerOf } from './memoryTree';

/** What torchvision's and timm's models take, in small. Expected numbers are torch's. */
describe('constructions of large model libraries', () => {
  async function shapes(body: string): Promise<string[]> {
    const lines = body
      .trim()
      .split('\n')
      .map((line) => `        ${line}`);
    const analysis = await analysisOf(
      `
import math
class M(nn.Module):
    def __init__(self):
        super().__init__()
${lines.join('\n')}
`,
      'M',
    );
    assert.equal(
      analysis.exact,
      true,
      JSON.stringify([analysis.raises, analysis.unknowns], (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );
    return analysis.stateDict.map(({ key, dtype, shape }) => `${key} ${dtype ?? '?'} [${String(shape)}]`);
  }

  it('has the quantization stubs of float models', async () => {
    const found = await shapes(`
self.quant = torch.ao.quantization.QuantStub()
self.add = nn.quantized.FloatFunctional()
self.wrapped = torch.quantization.QuantWrapper(nn.Linear(2, 3))`);
    assert.deepEqual(found, ['wrapped.module.weight float32 [3,2]', 'wrapped.module.bias float32 [3]']);
  });

  it('does not know whether torch has a name that the catalogue lacks', async () => {
    const analysis = await analysisOf(
      `
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1) if hasattr(nn, 'something_new') else nn.Linear(2, 2)
        self.b = nn.something_new(3)
`,
      'M',
    );
    assert.equal(analysis.raises, null);
    assert.equal(analysis.exact, false);
    assert.equal(analysis.unknowns[0]?.code, 'catalogue');
  });

  it('does not say that a part of torch is missing because its files are', async () => {
    const source = {
      'model.py': `
from torch import nn
class M(nn.Module):
    def __init__(self):
        super().__init__()
        try:
            import torch.some.part
            self.a = nn.Linear(3, 4)
        except ImportError:
            self.a = nn.Linear(30, 4)
`,
    };
    const without = (await analyzerOf(source, true)).analyze('model', 'M', '');
    assert.equal(without?.exact, false);
    const files = { ...source, 'torch/__init__.py': '' };
    const withTorch = (await analyzerOf(files, true)).analyze('model', 'M', '');
    assert.equal(withTorch?.parameters, 124n);
  });

  it('computes with floats whose last bit is not known', async () => {
    const found = await shapes(`
variance = 1.0 + 0.2 ** 2
self.beta = 1.0 / variance ** 0.5
self.a = nn.Linear(int(100 * self.beta), 1)`);
    assert.deepEqual(found, ['a.weight float32 [1,98]', 'a.bias float32 [1]']);
  });

  it('computes with small tensors in their precision', async () => {
    const found = await shapes(`
widths = torch.arange(16, dtype=torch.float32) * 35.73 + 56
steps = torch.round(torch.log(widths / 56) / math.log(2.28))
widths = torch.round((56 * torch.pow(2.28, steps)) / 8) * 8
kinds, counts = torch.unique(widths.int(), return_counts=True)
for width, count in zip(kinds.tolist(), counts.tolist()):
    self.register_buffer(f'w{width}', torch.zeros(count))`);
    assert.deepEqual(found, ['w56 float32 [1]', 'w128 float32 [3]', 'w288 float32 [7]', 'w664 float32 [5]']);
  });

  it('moves the values of tensors', async () => {
    const found = await shapes(`
blocks = (4 ** torch.arange(3)).flip(0).tolist()
grid = torch.arange(6).view(2, 3)
self.register_buffer('a', torch.zeros(blocks[0], blocks[1], blocks[2]))
self.register_buffer('b', torch.zeros(grid.t().reshape(-1).tolist()))
self.register_buffer('c', torch.zeros(grid.permute(1, 0)[2].tolist()))
self.register_buffer('d', torch.zeros(grid[1].repeat(2).tolist()))
self.register_buffer('e', torch.zeros(grid[:, :1].expand(-1, 2).shape))
self.register_buffer('f', grid.new_zeros(2).reshape_as(torch.zeros(2, 1)))`);
    assert.deepEqual(found, [
      'a float32 [16,4,1]',
      'b float32 [0,3,1,4,2,5]',
      'c float32 [2,5]',
      'd float32 [3,4,5,3,4,5]',
      'e float32 [2,2]',
      'f int64 [2,1]',
    ]);
  });

  it('forgets the values of what shares the elements of a changed tensor', async () => {
    for (const change of ['y += 1', 'x.data.fill_(7)', 'x.detach()[0] = 3', 'list(x)[0].zero_()']) {
      const analysis = await analysisOf(
        `
class M(nn.Module):
    def __init__(self):
        super().__init__()
        x = torch.arange(1, 5)
        y = x[1:3]
        z = x.view(2, 2)
        ${change}
        self.a = nn.Linear(z[0].tolist()[1], x.tolist()[1])
`,
        'M',
      );
      assert.equal(analysis.exact, false, change);
    }
  });

  it('knows the shapes of Fourier transforms', async () => {
    const found = await shapes(`
x = torch.fft.fft(torch.eye(8), dim=-1)[:, :4]
self.register_buffer('a', x.real)
self.register_buffer('b', torch.fft.rfft2(torch.zeros(2, 6, 8)))
self.register_buffer('c', torch.fft.irfft(torch.fft.rfft(torch.zeros(3, 10)), n=9))`);
    assert.deepEqual(found, ['a float32 [8,4]', 'b complex64 [2,6,5]', 'c float32 [3,9]']);
  });

  it('reads the data files of packages', async () => {
    const analyzer = await analyzerOf({
      'package/__init__.py': '',
      'package/sizes/small.txt': ' 5:é ',
      'package/model.py': `
import pkgutil
from torch import nn
class M(nn.Module):
    def __init__(self):
        super().__init__()
        text = pkgutil.get_data(__name__, 'sizes/small.txt')
        self.a = nn.Linear(len(text), int(text.decode('utf-8').strip().split(':')[0]))
`,
    });
    const analysis = analyzer.analyze('package.model', 'M', '');
    assert.deepEqual(analysis?.stateDict[0]?.shape, [5n, 6n]);
  });
});
