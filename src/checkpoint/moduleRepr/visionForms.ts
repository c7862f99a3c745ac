import { PyFloat } from '../../pickle/values';
import { childModule } from './childModule';
import {
  averagePool,
  channelNorm,
  convolution,
  groupNorm,
  layerNorm,
  linear,
  maxPool,
} from './neuralNetworkForms';
import {
  absence,
  differsFrom,
  named,
  namedIf,
  notAll,
  positional,
  sizeOf,
  words,
  type FormGroup,
  type Piece,
} from './pieces';
import { strText } from './valueText';

const deformableConvolution: readonly Piece[] = [
  ...positional('in_channels', 'out_channels'),
  ...named('kernel_size', 'stride'),
  namedIf('padding', notAll(0)),
  namedIf('dilation', notAll(1)),
  namedIf('groups', differsFrom(1)),
  absence('bias'),
];
const frozenNorm: readonly Piece[] = [sizeOf('weight', 0), ...named('eps')];

/** `drop_prob=0.100`, by Python's `round(…, 3)`. */
const dropPath: Piece = (facts) => {
  const value = facts.attribute('drop_prob');
  const probability = value instanceof PyFloat ? value.value : value;
  return typeof probability === 'number' ? `drop_prob=${thousandths(probability)}` : null;
};

/** Three decimals; a tie goes to the even one, where `toFixed` takes the larger. */
function thousandths(value: number): string {
  // Only odd sixteenths lie exactly between two thousandths.
  if (Math.abs((value * 16) % 2) !== 1) return value.toFixed(3);
  const below = Math.floor(value * 1000);
  return ((below + Math.abs(below % 2)) / 1000).toFixed(3);
}

/** timm's pool prints its child `flatten`, an `nn.Flatten` or an `nn.Identity`; in old files it is a bool. */
const flatten: Piece = (facts) => {
  const old = facts.attribute('flatten');
  if (old !== undefined) return `flatten=${strText(old)}`;
  const child = childModule(facts, 'flatten');
  if (child.attribute('training') === undefined) return null;
  const dimensions = named('start_dim', 'end_dim').flatMap((piece) => piece(child) ?? []);
  return `flatten=${dimensions.length === 0 ? 'Identity()' : `Flatten(${dimensions.join(', ')})`}`;
};

function group(module: string, classes: string, pieces: readonly Piece[]): FormGroup {
  return { module, classes: words(classes), pieces };
}

/** The layers of torchvision 0.28 and timm 1.0 that models are made of and that print more than their name. */
export const visionForms: readonly FormGroup[] = [
  group('torchvision.ops.misc', 'FrozenBatchNorm2d', frozenNorm),
  group('torchvision.ops.stochastic_depth', 'StochasticDepth', named('p', 'mode')),
  group('torchvision.ops.deform_conv', 'DeformConv2d', deformableConvolution),
  group('torchvision.ops.drop_block', 'DropBlock2d DropBlock3d', named('p', 'block_size', 'inplace')),
  group(
    'torchvision.ops.roi_align',
    'RoIAlign',
    named('output_size', 'spatial_scale', 'sampling_ratio', 'aligned'),
  ),
  group('torchvision.ops.roi_pool', 'RoIPool', named('output_size', 'spatial_scale')),
  group(
    'torchvision.ops.ps_roi_align',
    'PSRoIAlign',
    named('output_size', 'spatial_scale', 'sampling_ratio'),
  ),
  group('torchvision.ops.ps_roi_pool', 'PSRoIPool', named('output_size', 'spatial_scale')),
  group(
    'torchvision.ops.poolers',
    'MultiScaleRoIAlign',
    named('featmap_names', 'output_size', 'sampling_ratio'),
  ),
  group(
    'torchvision.models.detection.anchor_utils',
    'DefaultBoxGenerator',
    named('aspect_ratios', 'clip', 'scales', 'steps'),
  ),
  group('torchvision.models.convnext', 'LayerNorm2d', layerNorm),
  group('torchvision.models.video.resnet', 'Conv3DSimple Conv3DNoTemporal', convolution),
  group('torchvision.transforms.transforms', 'Normalize', named('mean', 'std')),

  group('timm.layers.drop', 'DropPath', [dropPath]),
  group('timm.layers.adaptive_avgmax_pool', 'SelectAdaptivePool2d', [...named('pool_type'), flatten]),
  group('timm.layers.conv2d_same', 'Conv2dSame', convolution),
  group('timm.layers.std_conv', 'StdConv2d StdConv2dSame ScaledStdConv2d ScaledStdConv2dSame', convolution),
  group('timm.layers.pool2d_same', 'AvgPool2dSame', averagePool),
  group('timm.layers.pool2d_same', 'MaxPool2dSame', maxPool),
  group('timm.layers.activations', 'PReLU', named('num_parameters')),
  group('timm.layers.linear', 'Linear', linear),
  group('timm.layers.norm', 'GroupNorm GroupNorm1', groupNorm),
  group('timm.layers.norm', 'LayerNorm LayerNormFp32 LayerNorm2d LayerNorm2dFp32 LayerNormExp2d', layerNorm),
  group('timm.layers.norm_act', 'BatchNormAct2d', channelNorm),
  group('timm.layers.split_batchnorm', 'SplitBatchNorm2d', channelNorm),
  group('timm.layers.norm_act', 'GroupNormAct GroupNorm1Act', groupNorm),
  group('timm.layers.norm_act', 'LayerNormAct LayerNormActFp32 LayerNormAct2d LayerNormAct2dFp32', layerNorm),
];
