import { childModule } from './childModule';
import {
  absence,
  differsFrom,
  flag,
  isNot,
  isPresent,
  named,
  namedIf,
  namedOr,
  notAll,
  positional,
  presence,
  quoted,
  words,
  type FormGroup,
  type Piece,
} from './pieces';
import { fieldsText } from './valueText';

// The `extra_repr` of each family of torch.nn, and then the classes that have it.

export const convolution: readonly Piece[] = [
  ...positional('in_channels', 'out_channels'),
  ...named('kernel_size', 'stride'),
  namedIf('padding', notAll(0)),
  namedIf('dilation', notAll(1)),
  namedIf('output_padding', notAll(0)),
  namedIf('groups', differsFrom(1)),
  absence('bias'),
  namedIf('padding_mode', isNot('zeros')),
];

export const linear: readonly Piece[] = [...named('in_features', 'out_features'), presence('bias')];

/** Batch and instance normalization. */
export const channelNorm: readonly Piece[] = [
  ...positional('num_features'),
  ...named('eps', 'momentum', 'affine'),
  presence('bias'),
  ...named('track_running_stats'),
];

export const layerNorm: readonly Piece[] = [
  ...positional('normalized_shape'),
  ...named('eps', 'elementwise_affine'),
  presence('bias'),
];

export const groupNorm: readonly Piece[] = [
  ...positional('num_groups', 'num_channels'),
  ...named('eps', 'affine'),
  presence('bias'),
];

export const dropout: readonly Piece[] = named('p', 'inplace');
export const averagePool: readonly Piece[] = named('kernel_size', 'stride', 'padding');
export const maxPool: readonly Piece[] = [...averagePool, ...named('dilation', 'ceil_mode')];

export const embedding: readonly Piece[] = [
  ...positional('num_embeddings', 'embedding_dim'),
  namedIf('padding_idx', isNot(null)),
  namedIf('max_norm', isNot(null)),
  namedIf('norm_type', differsFrom(2)),
  namedIf('scale_grad_by_freq', isNot(false)),
  (facts) => ((facts.attribute('sparse') ?? false) === false ? null : 'sparse=True'),
];

export const embeddingBag: readonly Piece[] = [
  ...positional('num_embeddings', 'embedding_dim'),
  namedIf('max_norm', isNot(null)),
  namedIf('norm_type', differsFrom(2)),
  namedIf('scale_grad_by_freq', isNot(false)),
  ...quoted('mode'),
  namedIf('padding_idx', isNot(null)),
];

export const recurrent: readonly Piece[] = [
  ...positional('input_size', 'hidden_size'),
  namedIf('proj_size', differsFrom(0)),
  namedIf('num_layers', differsFrom(1)),
  namedIf('bias', isNot(true)),
  namedIf('batch_first', isNot(false)),
  namedIf('dropout', differsFrom(0)),
  namedIf('bidirectional', isNot(false)),
];

export const recurrentCell: readonly Piece[] = [
  ...positional('input_size', 'hidden_size'),
  namedIf('bias', isNot(true)),
  namedIf('nonlinearity', isNot('tanh')),
];

export const inplace: readonly Piece[] = [flag('inplace')];
export const slope = (...names: string[]): readonly Piece[] => [...named(...names), flag('inplace')];

const upsampling: readonly Piece[] = [
  (facts) => {
    const [piece] = isPresent(facts, 'scale_factor') === true ? quoted('scale_factor') : quoted('size');
    return piece === undefined ? null : piece(facts);
  },
  ...quoted('mode'),
];

/** `linear_cross_entropy_options.LinearCrossEntropyOptions`, whose state is the list of its fields. */
const crossEntropyOptions = words('allow_retain_graph batch_chunk_size chunking_method acc_policy acc_dtype');

const linearCrossEntropy: readonly Piece[] = [
  (facts) => named('in_features')[0]?.(childModule(facts, 'linear')) ?? null,
  ...named('num_classes', 'out_features'),
  (facts) => presence('bias')(childModule(facts, 'linear')),
  ...named('reduction', 'ignore_index', 'label_smoothing'),
  (facts) => {
    const options = facts.attribute('options');
    return options === undefined
      ? null
      : `options=${fieldsText(options, 'LinearCrossEntropyOptions', crossEntropyOptions)}`;
  },
];

/** `__setstate__` gives the pools of torch 0.1 their padding. */
const averagePool3d: readonly Piece[] = [...named('kernel_size', 'stride'), namedOr('padding', '0')];
export const softmax: readonly Piece[] = [namedOr('dim', 'None')];
const padding: readonly Piece[] = positional('padding');
const outputSize: readonly Piece[] = named('output_size');
const localResponse: readonly Piece[] = [...positional('size'), ...named('alpha', 'beta', 'k')];

function group(module: string, classes: string, pieces: readonly Piece[]): FormGroup {
  return { module: `torch.nn.modules.${module}`, classes: words(classes), pieces };
}

/** Every class of torch.nn that prints more than its name. */
export const neuralNetworkForms: readonly FormGroup[] = [
  group('conv', 'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d', convolution),
  group('conv', 'LazyConv1d LazyConv2d LazyConv3d', convolution),
  group('conv', 'LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d', convolution),

  group('linear', 'Linear LazyLinear NonDynamicallyQuantizableLinear _LinearWithBias', linear),
  group('linear', 'Bilinear', [...named('in1_features', 'in2_features', 'out_features'), presence('bias')]),

  group('batchnorm', 'BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm', channelNorm),
  group('batchnorm', 'LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d', channelNorm),
  group('instancenorm', 'InstanceNorm1d InstanceNorm2d InstanceNorm3d', channelNorm),
  group('instancenorm', 'LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d', channelNorm),
  group('normalization', 'LayerNorm', layerNorm),
  group('normalization', 'GroupNorm', groupNorm),
  group('normalization', 'RMSNorm', [
    ...positional('normalized_shape'),
    ...named('eps', 'elementwise_affine'),
  ]),
  group('normalization', 'LocalResponseNorm CrossMapLRN2d', localResponse),

  group('pooling', 'MaxPool1d MaxPool2d MaxPool3d', maxPool),
  group('pooling', 'MaxUnpool1d MaxUnpool2d MaxUnpool3d AvgPool1d AvgPool2d', averagePool),
  group('pooling', 'AvgPool3d', averagePool3d),
  group('pooling', 'LPPool1d LPPool2d LPPool3d', named('norm_type', 'kernel_size', 'stride', 'ceil_mode')),
  group('pooling', 'AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d', outputSize),
  group('pooling', 'AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d', outputSize),

  group('activation', 'ReLU ReLU6 SELU SiLU Mish', inplace),
  group('activation', 'Threshold', slope('threshold', 'value')),
  group('activation', 'RReLU', slope('lower', 'upper')),
  group('activation', 'Hardtanh', slope('min_val', 'max_val')),
  group('activation', 'ELU CELU', slope('alpha')),
  group('activation', 'LeakyReLU', slope('negative_slope')),
  group('activation', 'GLU', named('dim')),
  group('activation', 'GELU', quoted('approximate')),
  group('activation', 'Hardshrink Softshrink', positional('lambd')),
  group('activation', 'Softplus', named('beta', 'threshold')),
  group('activation', 'PReLU', named('num_parameters')),
  group('activation', 'Softmin Softmax LogSoftmax', softmax),

  group('dropout', 'Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout', dropout),

  group('sparse', 'Embedding', embedding),
  group('sparse', 'EmbeddingBag', embeddingBag),
  group('rnn', 'RNNBase RNN LSTM GRU', recurrent),
  group('rnn', 'RNNCellBase RNNCell LSTMCell GRUCell', recurrentCell),

  group('padding', 'CircularPad1d CircularPad2d CircularPad3d', padding),
  group('padding', 'ReflectionPad1d ReflectionPad2d ReflectionPad3d', padding),
  group('padding', 'ReplicationPad1d ReplicationPad2d ReplicationPad3d', padding),
  group('padding', 'ZeroPad1d ZeroPad2d ZeroPad3d', padding),
  group('padding', 'ConstantPad1d ConstantPad2d ConstantPad3d', named('padding', 'value')),

  group('flatten', 'Flatten', named('start_dim', 'end_dim')),
  group('flatten', 'Unflatten', named('dim', 'unflattened_size')),
  group('fold', 'Fold', named('output_size', 'kernel_size', 'dilation', 'padding', 'stride')),
  group('fold', 'Unfold', named('kernel_size', 'dilation', 'padding', 'stride')),
  group('pixelshuffle', 'PixelShuffle', named('upscale_factor')),
  group('pixelshuffle', 'PixelUnshuffle', named('downscale_factor')),
  group('channelshuffle', 'ChannelShuffle', named('groups')),
  group('upsampling', 'Upsample UpsamplingNearest2d UpsamplingBilinear2d', upsampling),
  group('loss', 'LinearCrossEntropyLoss', linearCrossEntropy),
];
