import { words } from './pieces';

/** `__getstate__` of `torch.ao.nn.quantized.modules.conv._ConvNd`. */
const quantizedConvolution = words(
  `in_channels out_channels kernel_size stride padding dilation transposed output_padding groups
   padding_mode weight bias scale zero_point training`,
);

const convolutionModules =
  /^torch\.(ao\.)?nn\.(quantized(\.dynamic)?\.modules\.conv|intrinsic\.quantized\.modules\.conv_(relu|add))\./;

/**
 * Names of the parts of a module's state, for the few classes that save a tuple instead of their `__dict__`;
 * null for the others.
 */
export function tupleStateNames(pythonType: string): readonly string[] | null {
  return convolutionModules.test(pythonType) ? quantizedConvolution : null;
}
