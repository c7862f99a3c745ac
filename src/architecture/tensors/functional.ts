import { UnknownOperand } from '../errors';
import { type Interpreter, nativeOfAny, unknownReason } from '../machine';
import type { NativeModule } from '../moduleTable';
import { listItems } from '../iteration';
import { floatOf } from '../numbers';
import { truth } from '../truth';
import {
  type Dimension,
  type Keywords,
  PyList,
  PySymbol,
  PyTensor,
  PyTuple,
  PyUnknown,
  type Value,
} from '../values';
import { add, dimension, divide, multiply, requireShape, type Shape, tensorArgument } from './shapes';

type Run = (vm: Interpreter, argument: (name: string) => Value | undefined) => Value;

/** A function with torch's parameter names, by position or keyword. */
function functional(
  parameters: string,
  run: Run,
): (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value {
  const names = parameters.split(' ');
  return (vm, args, keywords) => {
    const argument = (name: string): Value | undefined => {
      const at = names.indexOf(name);
      return keywords.get(name) ?? (at >= 0 ? args[at] : undefined);
    };
    try {
      return run(vm, argument);
    } catch (error) {
      if (error instanceof UnknownOperand) return new PyUnknown(error.reason, vm.class('Tensor'));
      throw error;
    }
  };
}

function input(vm: Interpreter, argument: (name: string) => Value | undefined): PyTensor {
  return tensorArgument(vm, argument('input'));
}

function result(of: PyTensor, shape: Shape): PyTensor {
  return new PyTensor(null, shape, of.dtype, true, of.device);
}

/** One value for each of `n` spatial dimensions. */
function each(vm: Interpreter, value: Value | undefined, n: number, fallback: Dimension): Dimension[] {
  if (value === undefined || value === null) return Array.from({ length: n }, () => fallback);
  if (value instanceof PyTuple || value instanceof PyList) {
    const sizes = listItems(vm, value).map((size) => dimension(vm, size));
    return sizes.length === 1 ? Array.from({ length: n }, () => sizes[0] ?? fallback) : sizes;
  }
  const size = dimension(vm, value);
  return Array.from({ length: n }, () => size);
}

/** floor((size + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 */
function slid(
  vm: Interpreter,
  size: Dimension,
  kernel: Dimension,
  stride: Dimension,
  padding: Dimension,
  dilation: Dimension,
  ceil = false,
): Dimension {
  const span = add(multiply(dilation, add(kernel, -1n)), 1n);
  const room = add(add(size, multiply(2n, padding)), multiply(-1n, span));
  if (typeof room === 'bigint' && room < 0n) {
    vm.raise('RuntimeError', 'Kernel size can not be greater than actual input size');
  }
  const up = ceil ? add(room, add(stride, -1n)) : room;
  const steps = add(divide(vm, up, stride), 1n);
  if (
    ceil &&
    typeof steps === 'bigint' &&
    typeof size === 'bigint' &&
    typeof stride === 'bigint' &&
    typeof padding === 'bigint'
  ) {
    // The last window starts inside the input or its left padding.
    return (steps - 1n) * stride >= size + padding ? steps - 1n : steps;
  }
  return steps;
}

const convolution = (n: number): ReturnType<typeof functional> =>
  functional('input weight bias stride padding dilation groups', (vm, argument) => {
    const x = input(vm, argument);
    const shape = requireShape(vm, x);
    const weight = requireShape(vm, tensorArgument(vm, argument('weight')));
    const channels = shape[shape.length - n - 1];
    const [out, perGroup, ...kernel] = weight;
    const groups = argument('groups') ?? 1n;
    if (
      typeof channels === 'bigint' &&
      typeof perGroup === 'bigint' &&
      typeof groups === 'bigint' &&
      channels !== perGroup * groups
    ) {
      vm.raise('RuntimeError', `expected input to have ${perGroup * groups} channels, but got ${channels}`);
    }
    const stride = each(vm, argument('stride'), n, 1n);
    const dilation = each(vm, argument('dilation'), n, 1n);
    const padding = argument('padding');
    const spatial = shape.slice(-n).map((size, i) => {
      const k = kernel[i] ?? 1n;
      const s = stride[i] ?? 1n;
      const d = dilation[i] ?? 1n;
      if (padding === 'same') return size;
      const p = padding === 'valid' ? 0n : (each(vm, padding, n, 0n)[i] ?? 0n);
      return slid(vm, size, k, s, p, d);
    });
    return result(x, [...shape.slice(0, -n - 1), out ?? 1n, ...spatial]);
  });

const transposed = (n: number): ReturnType<typeof functional> =>
  functional('input weight bias stride padding output_padding groups dilation', (vm, argument) => {
    const x = input(vm, argument);
    const shape = requireShape(vm, x);
    const weight = requireShape(vm, tensorArgument(vm, argument('weight')));
    const groups = argument('groups') ?? 1n;
    const stride = each(vm, argument('stride'), n, 1n);
    const padding = each(vm, argument('padding'), n, 0n);
    const extra = each(vm, argument('output_padding'), n, 0n);
    const dilation = each(vm, argument('dilation'), n, 1n);
    const spatial = shape.slice(-n).map((size, i) => {
      const stretched = multiply(add(size, -1n), stride[i] ?? 1n);
      const kernel = multiply(dilation[i] ?? 1n, add(weight[2 + i] ?? 1n, -1n));
      return add(add(add(stretched, multiply(-2n, padding[i] ?? 0n)), add(kernel, extra[i] ?? 0n)), 1n);
    });
    return result(x, [
      ...shape.slice(0, -n - 1),
      multiply(weight[1] ?? 1n, dimension(vm, groups)),
      ...spatial,
    ]);
  });

const pooling = (n: number, max: boolean): ReturnType<typeof functional> =>
  functional(
    max
      ? 'input kernel_size stride padding dilation ceil_mode return_indices'
      : 'input kernel_size stride padding ceil_mode count_include_pad divisor_override',
    (vm, argument) => {
      const x = input(vm, argument);
      const shape = requireShape(vm, x);
      const kernel = each(vm, argument('kernel_size'), n, 1n);
      const givenStride = argument('stride');
      const empty =
        (givenStride instanceof PyTuple || givenStride instanceof PyList) && givenStride.items.length === 0;
      const stride =
        givenStride === undefined || givenStride === null || empty ? kernel : each(vm, givenStride, n, 1n);
      const padding = each(vm, argument('padding'), n, 0n);
      const dilation = each(vm, max ? argument('dilation') : undefined, n, 1n);
      const ceil = truth(vm, argument('ceil_mode') ?? false) === true;
      const spatial = shape
        .slice(-n)
        .map((size, i) =>
          slid(vm, size, kernel[i] ?? 1n, stride[i] ?? 1n, padding[i] ?? 0n, dilation[i] ?? 1n, ceil),
        );
      return result(x, [...shape.slice(0, -n), ...spatial]);
    },
  );

const adaptive = (n: number): ReturnType<typeof functional> =>
  functional('input output_size return_indices', (vm, argument) => {
    const x = input(vm, argument);
    const shape = requireShape(vm, x);
    const given = argument('output_size');
    const sizes =
      given instanceof PyTuple || given instanceof PyList
        ? listItems(vm, given)
        : Array.from({ length: n }, () => given ?? null);
    const spatial = sizes.map((size, i) =>
      size === null ? (shape[shape.length - n + i] ?? 1n) : dimension(vm, size),
    );
    return result(x, [...shape.slice(0, -n), ...spatial]);
  });

const same = functional('input', (vm, argument) => {
  const x = input(vm, argument);
  return result(x, requireShape(vm, x));
});

const linear = functional('input weight bias', (vm, argument) => {
  const x = input(vm, argument);
  const shape = requireShape(vm, x);
  const [out, features] = requireShape(vm, tensorArgument(vm, argument('weight')));
  const last = shape[shape.length - 1];
  if (typeof last === 'bigint' && typeof features === 'bigint' && last !== features) {
    vm.raise('RuntimeError', `mat1 and mat2 shapes cannot be multiplied (${last} and ${features})`);
  }
  return result(x, [...shape.slice(0, -1), out ?? 1n]);
});

const interpolate = functional(
  'input size scale_factor mode align_corners recompute_scale_factor antialias',
  (vm, argument) => {
    const x = input(vm, argument);
    const shape = requireShape(vm, x);
    const n = shape.length - 2;
    const size = argument('size');
    if (size !== undefined && size !== null)
      return result(x, [...shape.slice(0, 2), ...each(vm, size, n, 1n)]);
    const scale = argument('scale_factor') ?? null;
    const factors =
      scale instanceof PyTuple || scale instanceof PyList
        ? listItems(vm, scale)
        : Array.from({ length: n }, () => scale);
    return result(x, [
      ...shape.slice(0, 2),
      ...shape.slice(2).map((own, i) => {
        const factor = factors[i] ?? null;
        const number = floatOf(factor);
        if (typeof number !== 'number')
          throw new UnknownOperand(unknownReason(factor) ?? vm.reason('unsupported', 'interpolate'));
        if (Number.isInteger(number)) return multiply(own, BigInt(number));
        if (own instanceof PySymbol) throw new UnknownOperand(vm.reason('symbolicOperation', 'interpolate'));
        return BigInt(Math.floor(Number(own) * number));
      }),
    ]);
  },
);

const pad = functional('input pad mode value', (vm, argument) => {
  const x = input(vm, argument);
  const shape = [...requireShape(vm, x)];
  const amounts = listItems(vm, argument('pad') ?? null).map((amount) => dimension(vm, amount));
  for (let i = 0; i * 2 < amounts.length; i++) {
    const at = shape.length - 1 - i;
    shape[at] = add(shape[at] ?? 1n, add(amounts[i * 2] ?? 0n, amounts[i * 2 + 1] ?? 0n));
  }
  return result(x, shape);
});

const pixelShuffle = functional('input upscale_factor', (vm, argument) => {
  const x = input(vm, argument);
  const shape = requireShape(vm, x);
  const factor = dimension(vm, argument('upscale_factor'));
  const [channels = 1n, height = 1n, width = 1n] = shape.slice(-3);
  return result(x, [
    ...shape.slice(0, -3),
    divide(vm, channels, multiply(factor, factor)),
    multiply(height, factor),
    multiply(width, factor),
  ]);
});

const embedding = functional('input weight', (vm, argument) => {
  const x = input(vm, argument);
  const weight = tensorArgument(vm, argument('weight'));
  const shape = requireShape(vm, weight);
  return result(weight, [...requireShape(vm, x), shape[1] ?? 1n]);
});

/** Functions that keep the shape of their first argument. */
const KEEPING =
  'relu relu_ relu6 silu gelu sigmoid tanh softmax log_softmax softmin softplus softsign logsigmoid hardswish hardsigmoid ' +
  'hardtanh hardtanh_ mish elu elu_ selu selu_ celu celu_ leaky_relu leaky_relu_ rrelu rrelu_ prelu hardshrink softshrink tanhshrink threshold threshold_ ' +
  'dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout batch_norm layer_norm group_norm instance_norm ' +
  'rms_norm local_response_norm normalize channel_shuffle gumbel_softmax';

export const FUNCTIONS: Readonly<Record<string, ReturnType<typeof functional>>> = {
  ...Object.fromEntries(KEEPING.split(' ').map((name) => [name, same] as const)),
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  conv_transpose1d: transposed(1),
  conv_transpose2d: transposed(2),
  conv_transpose3d: transposed(3),
  max_pool1d: pooling(1, true),
  max_pool2d: pooling(2, true),
  max_pool3d: pooling(3, true),
  avg_pool1d: pooling(1, false),
  avg_pool2d: pooling(2, false),
  avg_pool3d: pooling(3, false),
  adaptive_avg_pool1d: adaptive(1),
  adaptive_avg_pool2d: adaptive(2),
  adaptive_avg_pool3d: adaptive(3),
  adaptive_max_pool1d: adaptive(1),
  adaptive_max_pool2d: adaptive(2),
  adaptive_max_pool3d: adaptive(3),
  linear,
  interpolate,
  upsample: interpolate,
  pad,
  pixel_shuffle: pixelShuffle,
  embedding,
};

/** `_graftlens.functional`. */
export const functionalModule: NativeModule = (vm, module) => {
  for (const [name, run] of Object.entries(FUNCTIONS)) {
    module.variables.set(name, nativeOfAny(name, run));
  }
  void vm;
};
