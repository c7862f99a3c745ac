import type { ConcreteNode } from '../python/concreteTree';

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
  /** The number of parameters in the words of the source. */
  readonly formula: string;
  /** Channels (features) that come out. */
  readonly output: string;
  /** What becomes of height and width; null for layers that have none. */
  readonly spatial: { readonly kernel: string; readonly stride: string; readonly padding: string } | null;
}

/** More than any real file has. */
const MAX_USES = 5_000;

/**
 * The constructions of `Conv1d…3d`, `ConvTranspose`, `Linear`, `BatchNorm` and `Embedding` below a node, where
 * their arguments say what they hold. Uses that are not understood are left out, not guessed.
 */
export function layerUses(root: ConcreteNode, text: string): LayerUse[] {
  const uses: LayerUse[] = [];
  const stack: ConcreteNode[] = [root];
  while (stack.length > 0 && uses.length < MAX_USES) {
    const node = stack.pop();
    if (node === undefined) break;
    stack.push(...node.children);
    if (node.type !== 'call') continue;
    const callee = node.children.find(({ field }) => field === 'function');
    const list = node.children.find(({ field }) => field === 'arguments');
    if (callee === undefined || list?.type !== 'argument_list') continue;
    const name = /^(?:torch\.)?nn\.(\w+)$/.exec(text.slice(callee.start, callee.end))?.[1];
    const given = name === undefined ? null : argumentTexts(list, text);
    const described = name === undefined || given === null ? null : describe(name, given);
    if (name === undefined || described === null) continue;
    const nameNode = callee.children.find(({ field }) => field === 'attribute') ?? callee;
    const column = nameNode.start - (text.lastIndexOf('\n', nameNode.start) + 1);
    uses.push({ layer: name, line: nameNode.line, column, endColumn: column + name.length, ...described });
  }
  return uses.sort((a, b) => a.line - b.line || a.column - b.column);
}

interface Arguments {
  readonly positional: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

function argumentTexts(list: ConcreteNode, text: string): Arguments | null {
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const argument of list.children) {
    if (!argument.named || argument.type === 'comment') continue;
    if (argument.type === 'list_splat' || argument.type === 'dictionary_splat') return null;
    const written = text.slice(argument.start, argument.end).replace(/\s+/g, ' ');
    if (argument.type === 'keyword_argument') {
      const [name = '', ...rest] = written.split('=');
      named.set(name.trim(), rest.join('=').trim());
    } else positional.push(written);
  }
  return { positional, named };
}

type Described = Pick<LayerUse, 'weight' | 'bias' | 'formula' | 'output' | 'spatial'>;

function describe(layer: string, given: Arguments): Described | null {
  const read = (name: string, at: number): string | undefined =>
    given.named.get(name) ?? given.positional[at];
  const conv = /^Conv(Transpose)?([123])d$/.exec(layer);
  if (conv !== null) return convolution(conv[1] !== undefined, Number(conv[2]), read);
  if (layer === 'Linear') {
    const inputs = read('in_features', 0);
    const outputs = read('out_features', 1);
    const bias = flag(read('bias', 2));
    if (inputs === undefined || outputs === undefined || bias === null) return null;
    return withBias([outputs, inputs], product([outputs, inputs]), bias, outputs, null);
  }
  if (/^BatchNorm[123]d$/.test(layer)) {
    const features = read('num_features', 0);
    const affine = flag(read('affine', 3));
    if (features === undefined || affine !== true) return null;
    return withBias([features], product([features]), true, features, null);
  }
  if (layer === 'Embedding') {
    const count = read('num_embeddings', 0);
    const width = read('embedding_dim', 1);
    if (count === undefined || width === undefined) return null;
    return withBias([count, width], product([count, width]), false, width, null);
  }
  return null;
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
  const bias = flag(read('bias', 7));
  if (inputs === undefined || outputs === undefined || kernel === undefined || bias === null) return null;
  const sizes = kernelSizes(kernel, dimensions);
  if (sizes === null) return null;
  const [first, second] = transposed ? [inputs, outputs] : [outputs, inputs];
  const perGroup = groups === '1' ? second : divided(second, groups);
  const weight = [first, perGroup, ...sizes];
  const padding = read('padding', 4) ?? '0';
  // 'same' and 'valid' have rules of their own, and so has a dilated kernel.
  const isPlain = !/['"]/.test(padding) && (read('dilation', transposed ? 8 : 5) ?? '1') === '1';
  const spatial = isPlain ? { kernel, stride: read('stride', 3) ?? '1', padding } : null;
  return withBias(weight, product(weight), bias, outputs, spatial);
}

function withBias(
  weight: readonly string[],
  formula: string,
  bias: boolean,
  output: string,
  spatial: LayerUse['spatial'],
): Described {
  const whole = bias ? sum(formula, output) : formula;
  return { weight, bias: bias ? [output] : null, formula: whole, output, spatial };
}

/** One size per axis; null for a name, which may hold one size or a tuple of them. */
function kernelSizes(kernel: string, dimensions: number): string[] | null {
  const tuple = /^[([](.*)[)\]]$/.exec(kernel)?.[1];
  if (tuple !== undefined) {
    const parts = tuple
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return parts.length === dimensions && !/[([]/.test(tuple) ? parts : null;
  }
  return isNumber(kernel) ? Array.from({ length: dimensions }, () => kernel) : null;
}

/** True, false, or null where the source does not say. */
function flag(text: string | undefined): boolean | null {
  if (text === undefined || text === 'True') return true;
  return text === 'False' ? false : null;
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
  return [...(numbers === 1n ? [] : [String(numbers)]), ...names].join('·');
}

function sum(left: string, right: string): string {
  return isNumber(left) && isNumber(right) ? String(BigInt(left) + BigInt(right)) : `${left} + ${right}`;
}

/** A factor that is more than a name or a call gets brackets. */
function factor(text: string): string {
  return /^[\w.]+$/.test(text) || /^\w+\([^()]*\)$/.test(text) ? text : `(${text})`;
}
