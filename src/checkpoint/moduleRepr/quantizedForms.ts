import { PyGlobal } from '../../pickle/values';
import { canonicalName } from '../../torchNames/canonicalName';
import { childModule } from './childModule';
import {
  channelNorm,
  convolution,
  dropout,
  embedding,
  embeddingBag,
  groupNorm,
  inplace,
  layerNorm,
  linear,
  recurrent,
  recurrentCell,
  slope,
  softmax,
} from './neuralNetworkForms';
import {
  absence,
  differsFrom,
  named,
  namedIf,
  notAll,
  positional,
  unread,
  words,
  type FormGroup,
  type ModuleFacts,
  type Piece,
} from './pieces';
import { packedScheme } from './packedScheme';

// Quantized modules keep their weights in a child `_packed_params`, which `print` hides.

const packed = (facts: ModuleFacts): ModuleFacts => childModule(facts, '_packed_params');
const packedDtype: Piece = (facts) => named('dtype')[0]?.(packed(facts)) ?? null;
const qscheme: Piece = (facts) => {
  const { attribute } = packed(facts);
  // An embedding's holder calls it `_packed_weight`.
  const scheme = packedScheme(attribute('_packed_params') ?? attribute('_packed_weight'));
  return scheme === null ? null : `qscheme=${scheme}`;
};

const quantizedConvolution: readonly Piece[] = [
  ...positional('in_channels', 'out_channels'),
  ...named('kernel_size', 'stride', 'scale', 'zero_point'),
  namedIf('padding', notAll(0)),
  namedIf('dilation', notAll(1)),
  namedIf('output_padding', notAll(0)),
  namedIf('groups', differsFrom(1)),
  absence('bias'),
];
const quantizedLinear = [...named('in_features', 'out_features', 'scale', 'zero_point'), qscheme];
const dynamicLinear = [
  ...named('in_features', 'out_features'),
  packedDtype,
  (facts: ModuleFacts) => {
    const dtype = packed(facts).attribute('dtype');
    const isInt8 = dtype instanceof PyGlobal && canonicalName(dtype.module, dtype.name) === 'torch.qint8';
    return isInt8 ? qscheme(facts) : null;
  },
];
const quantizedEmbedding = [...named('num_embeddings', 'embedding_dim'), packedDtype, qscheme];

/** Limits of the observer that a fake quantizer holds. */
const observed = (...names: string[]): Piece[] =>
  named(...names).map((piece) => (facts) => piece(childModule(facts, 'activation_post_process')));
const fakeQuantize = [
  ...unread('fake_quant_enabled', 'observer_enabled'),
  ...observed('quant_min', 'quant_max'),
  ...named('dtype', 'qscheme', 'ch_axis'),
  ...unread('scale', 'zero_point'),
];
const fixedFakeQuantize = [
  ...unread('fake_quant_enabled', 'observer_enabled', 'scale', 'zero_point'),
  ...named('dtype'),
  ...observed('quant_min', 'quant_max'),
  ...named('qscheme'),
];

const convolutions = 'Conv1d Conv2d Conv3d';
const transposedConvolutions = 'ConvTranspose1d ConvTranspose2d ConvTranspose3d';

function group(
  module: string,
  classes: string,
  pieces: readonly Piece[],
  shownAs: (className: string) => string = (name) => name,
): FormGroup {
  return { module: `torch.ao.${module}`, classes: words(classes), pieces, shownAs };
}

const quantized = (name: string) => `Quantized${name}`;
const dynamic = (name: string) => `DynamicQuantized${name}`;
const reference = (name: string) => `Quantized${name}(Reference)`;

/** torch.ao's quantized modules, those of quantization-aware training, and the observers of both. */
export const quantizedForms: readonly FormGroup[] = [
  group(
    'nn.quantized.modules.conv',
    `${convolutions} ${transposedConvolutions}`,
    quantizedConvolution,
    quantized,
  ),
  group('nn.quantized.modules.linear', 'Linear', quantizedLinear, quantized),
  group('nn.quantized.modules.embedding_ops', 'Embedding EmbeddingBag', quantizedEmbedding, quantized),
  group('nn.quantized.modules', 'Quantize', [...unread('scale', 'zero_point'), ...named('dtype')]),
  group('nn.quantized.modules.functional_modules', 'QFunctional', named('scale', 'zero_point')),
  group('nn.quantized.modules.activation', 'ReLU6', inplace, quantized),
  group('nn.quantized.modules.activation', 'ELU', slope('alpha'), quantized),
  group('nn.quantized.modules.activation', 'LeakyReLU', slope('negative_slope'), quantized),
  group('nn.quantized.modules.activation', 'Softmax', softmax, quantized),
  group('nn.quantized.modules.activation', 'Hardswish PReLU MultiheadAttention', [], quantized),
  group('nn.quantized.modules.batchnorm', 'BatchNorm2d BatchNorm3d', channelNorm, quantized),
  group('nn.quantized.modules.normalization', 'LayerNorm', layerNorm, quantized),
  group('nn.quantized.modules.normalization', 'GroupNorm', groupNorm, quantized),
  group(
    'nn.quantized.modules.normalization',
    'InstanceNorm1d InstanceNorm2d InstanceNorm3d',
    channelNorm,
    quantized,
  ),
  group('nn.quantized.modules.dropout', 'Dropout', dropout, quantized),
  group('nn.quantized.modules.rnn', 'LSTM', [], quantized),

  group(
    'nn.quantized.dynamic.modules.conv',
    `${convolutions} ${transposedConvolutions}`,
    quantizedConvolution,
    dynamic,
  ),
  group('nn.quantized.dynamic.modules.linear', 'Linear', dynamicLinear, dynamic),
  group('nn.quantized.dynamic.modules.rnn', 'LSTM GRU', recurrent, dynamic),
  group('nn.quantized.dynamic.modules.rnn', 'RNNCell LSTMCell GRUCell', recurrentCell, dynamic),

  group(
    'nn.quantized.reference.modules.conv',
    `${convolutions} ${transposedConvolutions}`,
    convolution,
    reference,
  ),
  group('nn.quantized.reference.modules.linear', 'Linear', linear, reference),
  group('nn.quantized.reference.modules.sparse', 'Embedding', embedding, reference),
  // torch names this one as the other.
  group('nn.quantized.reference.modules.sparse', 'EmbeddingBag', embeddingBag, () => reference('Embedding')),
  group('nn.quantized.reference.modules.rnn', 'LSTM GRU', recurrent, reference),
  group('nn.quantized.reference.modules.rnn', 'RNNCell LSTMCell GRUCell', recurrentCell, reference),

  group('nn.quantizable.modules.rnn', 'LSTM LSTMCell', [], (name) => `Quantizable${name}`),
  group('nn.quantizable.modules.activation', 'MultiheadAttention', [], (name) => `Quantizable${name}`),

  group(
    'nn.intrinsic.quantized.modules.conv_relu',
    'ConvReLU1d ConvReLU2d ConvReLU3d',
    quantizedConvolution,
    quantized,
  ),
  group(
    'nn.intrinsic.quantized.modules.conv_add',
    'ConvAdd2d ConvAddReLU2d',
    quantizedConvolution,
    quantized,
  ),
  group(
    'nn.intrinsic.quantized.modules.linear_relu',
    'LinearReLU LinearLeakyReLU LinearTanh',
    quantizedLinear,
    quantized,
  ),
  group('nn.intrinsic.quantized.modules.bn_relu', 'BNReLU2d BNReLU3d', channelNorm, quantized),
  group('nn.intrinsic.quantized.dynamic.modules.linear_relu', 'LinearReLU', dynamicLinear, dynamic),

  group('nn.qat.modules.conv', convolutions, convolution),
  group('nn.qat.modules.linear', 'Linear', linear),
  group('nn.qat.modules.embedding_ops', 'Embedding', embedding),
  group('nn.qat.modules.embedding_ops', 'EmbeddingBag', embeddingBag),
  group('nn.qat.dynamic.modules.linear', 'Linear', linear),
  group('nn.intrinsic.qat.modules.conv_fused', 'ConvBn1d ConvBn2d ConvBn3d', convolution),
  group('nn.intrinsic.qat.modules.conv_fused', 'ConvBnReLU1d ConvBnReLU2d ConvBnReLU3d', convolution),
  group('nn.intrinsic.qat.modules.conv_fused', 'ConvReLU1d ConvReLU2d ConvReLU3d', convolution),
  group('nn.intrinsic.qat.modules.linear_fused', 'LinearBn1d', linear),
  group('nn.intrinsic.qat.modules.linear_relu', 'LinearReLU', linear),

  group('quantization.observer', 'MinMaxObserver MovingAverageMinMaxObserver', unread('min_val', 'max_val')),
  group('quantization.observer', 'PerChannelMinMaxObserver HistogramObserver', unread('min_val', 'max_val')),
  group('quantization.observer', 'MovingAveragePerChannelMinMaxObserver', unread('min_val', 'max_val')),
  group('quantization.observer', 'PlaceholderObserver', named('dtype', 'is_dynamic')),
  group('quantization.fake_quantize', 'FakeQuantize', fakeQuantize),
  group('quantization.fake_quantize', 'FixedQParamsFakeQuantize', fixedFakeQuantize),
  group('quantization.fake_quantize', 'FusedMovingAvgObsFakeQuantize', [
    ...fixedFakeQuantize,
    ...observed('reduce_range'),
  ]),
];
