import type { Module } from '../python/syntax';
import { ImportedNames } from './importedNames';
import type { LayerCall } from './layerCalls';

/** A construction of one of torch's layers, as it is written. */
export interface LayerUse {
  readonly layer: string;
  readonly line: number;
  /** The layer's name, in UTF-16 units from 0. */
  readonly column: number;
  readonly endColumn: number;
  /** Sizes of its tensors in the words of the source; null where there is no such tensor. */
  readonly weight: readonly string[];
  readonly bias: readonly string[] | null;
  /** The expression that decides whether there is a bias; null where the source says it outright. */
  readonly biasIf: string | null;
  /** The number of parameters in the words of the source, without a bias that depends on something. */
  readonly formula: string;
  /** A name that is taken to be one number for all axes, as it mostly is; null where the sizes are written out. */
  readonly oneNumber: string | null;
  /** Channels (features) that come out. */
  readonly output: string;
  /** What becomes of height and width; null for layers that have none. */
  readonly spatial: { readonly kernel: string; readonly stride: string; readonly padding: string } | null;
}

/**
 * The constructions of `Conv1d…3d`, `ConvTranspose`, `Linear`, `BatchNorm`, `LayerNorm`, `GroupNorm` and `Embedding`
 * among calls, by whatever name the file imports them. Uses that are not understood are left out, not guessed.
 */
export function layerUses(module: Module, calls: readonly LayerCall[]): LayerUse[] {
  const names = ImportedNames.of(module);
  return calls.flatMap((call) => {
    const layer = /^torch\.nn\.(?:modules\.\w+\.)?(\w+)$/.exec(names.origin(call.callee) ?? '')?.[1];
    const described = layer === undefined ? null : describe(layer, call);
    const { line, column, endColumn } = call;
    return layer === undefined || described === null
      ? []
      : [{ layer, line, column, endColumn, ...described }];
  });
}

type Described = Omit<LayerUse, 'layer' | 'line' | 'column' | 'endColumn'>;

function describe(layer: string, given: Pick<LayerCall, 'positional' | 'named'>): Described | null {
  const read = (name: string, at: number): string | undefined =>
    given.named.get(name) ?? given.positional[at];
  const conv = /^Conv(Transpose)?([123])d$/.exec(layer);
  if (conv !== null) return convolution(conv[1] !== undefined, Number(conv[2]), read);
  if (layer === 'Linear') {
    const inputs = read('in_features', 0);
    const outputs = read('out_features', 1);
    if (inputs === undefined || outputs === undefined) return null;
    return described([outputs, inputs], biasOf(read('bias', 2)), outputs);
  }
  if (/^(BatchNorm[123]d|SyncBatchNorm)$/.test(layer))
    return norm(read('num_features', 0), read('affine', 3));
  if (layer === 'GroupNorm') return norm(read('num_channels', 1), read('affine', 3));
  if (layer === 'LayerNorm') {
    const shape = read('normalized_shape', 0);
    const isPlain = read('bias', 3) === undefined && shape !== undefined && !/^[([]/.test(shape);
    const whole = isPlain ? norm(shape, read('elementwise_affine', 2)) : null;
    return whole === null ? null : { ...whole, oneNumber: isNumber(shape ?? '') ? null : (shape ?? null) };
  }
  if (layer === 'Embedding') {
    const count = read('num_embeddings', 0);
    const width = read('embedding_dim', 1);
    return count === undefined || width === undefined ? null : described([count, width], NO_BIAS, width);
  }
  return null;
}

function norm(features: string | undefined, affine: string | undefined): Described | null {
  if (features === undefined || (affine !== undefined && affine !== 'True')) return null;
  return described([features], BIAS, features);
}

/** Source: the shapes in `torch.nn.modules.conv`: `[out, in / groups, *kernel]`, transposed `[in, out / groups, …]`. */
function convolution(
  transposed: boolean,
  dimensions: number,
  read: (name: string, at: number) => string | undefined,
): Described | null {
  const inputs = read('in_channels', 0);
  const outputs = read('out_channels', 1);
  const kernel = read('kernel_size', 2);
  // `output_padding` stands before `groups` in the transposed form.
  const groups = read('groups', 6) ?? '1';
  if (inputs === undefined || outputs === undefined || kernel === undefined) return null;
  const sizes = kernelSizes(kernel, dimensions);
  if (sizes === null) return null;
  const [first, second] = transposed ? [inputs, outputs] : [outputs, inputs];
  const perGroup = groups === '1' ? second : divided(second, groups);
  const padding = read('padding', 4) ?? '0';
  // 'same' and 'valid' have rules of their own, and so has a dilated kernel.
  const isPlain = !/['"]/.test(padding) && (read('dilation', transposed ? 8 : 5) ?? '1') === '1';
  const spatial = isPlain ? { kernel, stride: read('stride', 3) ?? '1', padding } : null;
  const whole = described([first, perGroup, ...sizes], biasOf(read('bias', 7)), outputs);
  const isNamed = !/^[([]/.test(kernel) && !isNumber(kernel) && dimensions > 1;
  return { ...whole, spatial, oneNumber: isNamed ? kernel : null };
}

/** Whether there is a bias: always, never, or as an expression says. */
interface Bias {
  readonly is: boolean;
  readonly if: string | null;
}

const BIAS: Bias = { is: true, if: null };
const NO_BIAS: Bias = { is: false, if: null };

function biasOf(text: string | undefined): Bias {
  if (text === undefined || text === 'True') return BIAS;
  return text === 'False' ? NO_BIAS : { is: true, if: text };
}

/** A layer without axes in space. */
function described(weight: readonly string[], bias: Bias, output: string): Described {
  const own = product(weight);
  const formula = bias.is && bias.if === null ? sum(own, output) : own;
  const tensors = { weight, bias: bias.is ? [output] : null, biasIf: bias.if };
  return { ...tensors, formula, output, spatial: null, oneNumber: null };
}

/** One size per axis; a name is taken for one number. Null for an expression that may be anything. */
function kernelSizes(kernel: string, dimensions: number): string[] | null {
  const tuple = /^[([](.*)[)\]]$/.exec(kernel)?.[1];
  if (tuple !== undefined) {
    const parts = tuple
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return parts.length === dimensions && !/[([]/.test(tuple) ? parts : null;
  }
  const isOne = isNumber(kernel) || /^[A-Za-z_][\w.]*$/.test(kernel);
  return isOne ? Array.from({ length: dimensions }, () => kernel) : null;
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

function divided(text: string, by: string): string {
  if (isNumber(text) && isNumber(by) && by !== '0') return String(BigInt(text) / BigInt(by));
  return `${factor(text)} // ${factor(by)}`;
}

function product(factors: readonly string[]): string {
  const numbers = factors.filter(isNumber).reduce((all, one) => all * BigInt(one), 1n);
  const names = factors.filter((one) => !isNumber(one)).map(factor);
  if (names.length === 0 || numbers === 0n) return String(numbers);
  const powers = [...new Set(names)].map((name) => power(name, names.filter((one) => one === name).length));
  return [...(numbers === 1n ? [] : [String(numbers)]), ...powers].join('·');
}

function power(name: string, times: number): string {
  return times === 1 ? name : `${name}${times === 2 ? '²' : times === 3 ? '³' : `^${times}`}`;
}

function sum(left: string, right: string): string {
  return isNumber(left) && isNumber(right) ? String(BigInt(left) + BigInt(right)) : `${left} + ${right}`;
}

/** A factor that is more than a name or a call gets brackets. */
function factor(text: string): string {
  return /^[\w.]+$/.test(text) || /^\w+\([^()]*\)$/.test(text) ? text : `(${text})`;
}
