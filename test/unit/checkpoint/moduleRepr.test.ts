import assert from 'node:assert/strict';
import { moduleRepr } from '../../../src/checkpoint/moduleRepr/moduleRepr';
import { tupleStateNames } from '../../../src/checkpoint/moduleRepr/tupleStates';
import { Op } from '../../../src/pickle/opcodes';
import { PyBytes, PyDict, PyFloat, PyGlobal, PyList, PyObject, type Value } from '../../../src/pickle/values';

/** What the file says: `__dict__`, and the shapes of registered tensors. */
function read(
  pythonType: string,
  attributes: Record<string, Value> = {},
  tensors: Record<string, readonly number[] | null> = {},
): string {
  return moduleRepr(
    pythonType,
    (name) => attributes[name],
    (name) => tensors[name],
  );
}

const call = (module: string, name: string, args: Value, state?: Value): PyObject => {
  const object = new PyObject(new PyGlobal(module, name, 0), args, Op.REDUCE, 0);
  if (state !== undefined) object.setState(state);
  return object;
};
const dict = (entries: Record<string, Value>): PyDict => {
  const made = new PyDict();
  for (const [key, value] of Object.entries(entries)) made.set(key, value);
  return made;
};

const conv = {
  in_channels: 3,
  out_channels: 64,
  kernel_size: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  output_padding: [0, 0],
  groups: 1,
  padding_mode: 'zeros',
};
const weights = { weight: [64, 3, 3, 3], bias: [64] };
const conv2d = 'torch.nn.modules.conv.Conv2d';

describe('A module line', () => {
  describe('of a class that is not known', () => {
    it('is its name', () => {
      assert.equal(read('models.common.Conv', conv), 'Conv()');
      assert.equal(read('__main__.Outer.Inner'), 'Inner()');
      assert.equal(read('Bare'), 'Bare()');
    });
    it('does not mistake a class of the same name for torch’s', () => {
      assert.equal(read('my.conv.Conv2d', conv, weights), 'Conv2d()');
    });
  });

  describe('of a file that an older torch wrote', () => {
    it('needs no padding_mode, which torch 1.1 brought', () => {
      const { padding_mode, ...older } = conv;
      assert.equal(padding_mode, 'zeros');
      assert.equal(read(conv2d, older, weights), 'Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))');
    });
    it('leaves out what the class did not have yet', () => {
      assert.equal(read('torch.nn.modules.activation.GELU'), 'GELU()');
      assert.equal(
        read('torch.nn.modules.rnn.LSTM', { input_size: 3, hidden_size: 4, num_layers: 2, bias: true }),
        'LSTM(3, 4, num_layers=2)',
      );
      assert.equal(
        read('torch.nn.modules.batchnorm.BatchNorm2d', { num_features: 4, eps: new PyFloat(1e-5) }),
        'BatchNorm2d(4, eps=1e-05)',
      );
    });
    it('shows what __setstate__ would set', () => {
      assert.equal(read('torch.nn.modules.activation.Softmax'), 'Softmax(dim=None)');
      assert.equal(
        read('torch.nn.modules.pooling.AvgPool3d', { kernel_size: 2, stride: 2 }),
        'AvgPool3d(kernel_size=2, stride=2, padding=0)',
      );
    });
    it('knows packages by their earlier names', () => {
      const state = { scale: new PyFloat(0.5), zero_point: 2 };
      const line = 'QFunctional(scale=0.5, zero_point=2)';
      for (const home of ['torch.nn', 'torch.ao.nn']) {
        assert.equal(read(`${home}.quantized.modules.functional_modules.QFunctional`, state), line);
      }
      assert.equal(
        read('torch.quantization.observer.PlaceholderObserver', {
          dtype: new PyGlobal('torch', 'float16', 0),
          is_dynamic: false,
        }),
        'PlaceholderObserver(dtype=torch.float16, is_dynamic=False)',
      );
    });
    it('finds the parts of a quantized convolution', () => {
      for (const home of ['torch.nn', 'torch.ao.nn']) {
        assert.equal(tupleStateNames(`${home}.quantized.modules.conv.Conv2d`)?.length, 15);
        assert.equal(
          tupleStateNames(`${home}.intrinsic.quantized.modules.conv_relu.ConvReLU2d`)?.[0],
          'in_channels',
        );
      }
      assert.equal(tupleStateNames(conv2d), null);
    });
  });

  describe('of a tensor that is not there', () => {
    const line = 'Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), bias=False)';
    it('tells a bias of None from one that is not registered', () => {
      assert.equal(read(conv2d, conv, { ...weights, bias: null }), line);
      assert.notEqual(read(conv2d, conv, { weight: weights.weight }), line);
    });
    it('takes a plain attribute before a registered one, as Python does', () => {
      assert.equal(read(conv2d, { ...conv, bias: null }, weights), line);
      const computed = call('torch._utils', '_rebuild_tensor_v2', []);
      assert.notEqual(read(conv2d, { ...conv, bias: computed }), line);
    });
  });

  describe('of values that are no plain ones', () => {
    const dropout = 'torch.nn.modules.dropout.Dropout';
    it('reads numpy’s numbers', () => {
      const double = call('numpy', 'dtype', ['f8', false, true], [3, '<', null, null, null, -1, -1, 0]);
      const bytes = new PyBytes('bytes', new Uint8Array(new Float64Array([0.25]).buffer), 8, 0);
      const p = call('numpy.core.multiarray', 'scalar', [double, bytes]);
      assert.equal(read(dropout, { p, inplace: false }), 'Dropout(p=0.25, inplace=False)');
    });
    it('reads sizes as Python prints them', () => {
      const size = (...items: number[]) => call('torch', 'Size', [items]);
      const shape = (value: Value) =>
        read('torch.nn.modules.normalization.LayerNorm', { normalized_shape: value });
      assert.equal(shape(size()), 'LayerNorm(torch.Size([]))');
      assert.equal(shape(size(4)), 'LayerNorm(torch.Size([4]))');
      assert.equal(shape(size(4, 5)), 'LayerNorm(torch.Size([4, 5]))');
      assert.equal(shape([4]), 'LayerNorm((4,))');
    });
    it('says that only a value’s own class could print it', () => {
      assert.equal(
        read(dropout, { p: call('my', 'Schedule', []), inplace: false }),
        'Dropout(p=…, inplace=False)',
      );
    });
    it('stays short and ends, whatever the file says', () => {
      const cyclic = new PyList([]);
      cyclic.items.push(cyclic, cyclic);
      const hostile: readonly Value[] = [
        cyclic,
        'x'.repeat(1_000_000),
        Array.from({ length: 100_000 }, () => 7),
        call('torch', 'Size', 3),
        call('torch', 'Size', []),
        call('torch', 'Size', [cyclic]),
        call('numpy.core.multiarray', 'scalar', []),
        dict({ a: cyclic }),
        2n ** 200n,
      ];
      for (const value of hostile) {
        assert.ok(read(dropout, { p: value, inplace: value }).length < 1000);
        for (const name of Object.keys(conv))
          assert.ok(read(conv2d, { ...conv, [name]: value }).length < 1000);
      }
    });
  });

  describe('of a parent that prints something of its child', () => {
    const child = (attributes: Record<string, Value>) => call('my', 'Child', [], dict(attributes));
    const half = new PyGlobal('torch', 'float16', 0);
    const linear = 'torch.ao.nn.quantized.dynamic.modules.linear.Linear';
    const expected = 'DynamicQuantizedLinear(in_features=3, out_features=4, dtype=torch.float16)';
    it('finds it in a dict and in an OrderedDict', () => {
      const ordered = call('collections', 'OrderedDict', []);
      ordered.ensureEntries().set('_packed_params', child({ dtype: half }));
      for (const _modules of [dict({ _packed_params: child({ dtype: half }) }), ordered]) {
        assert.equal(read(linear, { in_features: 3, out_features: 4, _modules }), expected);
      }
    });
    it('does without it', () => {
      for (const _modules of [null, 3, dict({}), dict({ _packed_params: null }), new PyList([])]) {
        const line = 'DynamicQuantizedLinear(in_features=3, out_features=4)';
        assert.equal(read(linear, { in_features: 3, out_features: 4, _modules }), line);
      }
    });
  });

  it('reads the layers of torchvision and timm', () => {
    assert.equal(
      read('torchvision.ops.misc.FrozenBatchNorm2d', { eps: new PyFloat(1e-5) }, { weight: [64] }),
      'FrozenBatchNorm2d(64, eps=1e-05)',
    );
    assert.equal(
      read('torchvision.ops.stochastic_depth.StochasticDepth', { p: new PyFloat(0.2), mode: 'row' }),
      'StochasticDepth(p=0.2, mode=row)',
    );
    const conv1x1 = { ...conv, kernel_size: [1, 1], padding: [1, 0] };
    const line = 'Conv2dSame(3, 64, kernel_size=(1, 1), stride=(1, 1), padding=(1, 0))';
    assert.equal(read('timm.layers.conv2d_same.Conv2dSame', conv1x1, weights), line);
    assert.equal(read('timm.models.layers.conv2d_same.Conv2dSame', conv1x1, weights), line);
  });
  it('rounds as Python does', () => {
    // Python: f"{round(value, 3):0.3f}"
    for (const [value, text] of [
      [0.1, '0.100'],
      [0.0625, '0.062'],
      [0.1875, '0.188'],
      [0.3125, '0.312'],
      [0.0005, '0.001'],
      [0.0015, '0.002'],
      [0.12345, '0.123'],
    ] as const) {
      assert.equal(
        read('timm.layers.drop.DropPath', { drop_prob: new PyFloat(value) }),
        `DropPath(drop_prob=${text})`,
      );
    }
  });
});
