import type { Expression, FunctionDefinition, Statement } from '../python/syntax';
import type { Interpreter } from './machine';
import { children, type FlatState, isModule } from './moduleStructure';
import { lookup } from './types';
import type { PyTensor } from './values';
import { PyFunction, PyInstance, PySymbol, PyTuple } from './values';

/** A part of a model that weighs its features by a gate, or mixes positions by their likeness. */
export interface AttentionBlock {
  readonly path: string;
  /** `SE`, `ECA`, `CBAM`, `channel`, `spatial`, `coordinate`, `SimAM`, `self-attention`. */
  readonly kind: string;
  /** Elements of its parameters; null when not known. */
  readonly parameters: bigint | null;
}

/** The outermost attention blocks of a model, recognised by what their `forward` does. */
export function attentionBlocks(vm: Interpreter, state: FlatState): AttentionBlock[] {
  const blocks: AttentionBlock[] = [];
  for (const { path, module } of state.modules) {
    const inside = blocks.some((block) => block.path === '' || path.startsWith(`${block.path}.`));
    if (inside) continue;
    const kind = kindOf(vm, module);
    if (kind !== null) blocks.push({ path, kind, parameters: parametersBelow(state, path) });
  }
  return blocks;
}

function parametersBelow(state: FlatState, path: string): bigint | null {
  const seen = new Set<PyTensor>();
  let total = 0n;
  for (const entry of state.entries) {
    if (entry.kind !== 'parameter' || (path !== '' && !entry.key.startsWith(`${path}.`))) continue;
    if (entry.tensor === null || entry.shape === null) return null;
    if (seen.has(entry.tensor)) continue;
    seen.add(entry.tensor);
    let product = 1n;
    for (const size of entry.shape) {
      if (size instanceof PySymbol) return null;
      product *= size;
    }
    total += product;
  }
  return total;
}

const GATES = new Set(['Sigmoid', 'Hardsigmoid', 'HardSigmoid', 'Softmax']);
const GATE_FUNCTIONS = new Set(['sigmoid', 'hardsigmoid', 'hard_sigmoid']);
const POOLS = /^Adaptive(Avg|Max)Pool[123]d$|^AvgPool2d$/;
const POOL_FUNCTIONS = /^(mean|max|amax|adaptive_(avg|max)_pool[123]d|avg_pool2d|max_pool2d)$/;
const LIKENESS = new Set(['matmul', 'bmm', 'einsum', 'baddbmm']);

function kindOf(vm: Interpreter, module: PyInstance): string | null {
  if (module.cls.name === 'MultiheadAttention') return 'self-attention';
  const forward = lookup(vm, module.cls, 'forward');
  if (!(forward instanceof PyFunction) || forward.globals.isInternal) return null;
  vm.reads.glance(forward, describeForward);
  const seen = readForward(forward.definition);
  const used = usedLayers(vm, module, seen.attributes);
  const names = used.leaves.map((leaf) => leaf.cls.name);
  const softmax = seen.functions.has('softmax') || names.includes('Softmax');
  const mixes = seen.multiplies.has('@') || [...LIKENESS].some((name) => seen.functions.has(name));
  if (seen.functions.has('scaled_dot_product_attention') || (softmax && mixes)) {
    return seen.functions.has('sigmoid') ? null : 'self-attention';
  }
  const gate =
    names.some((name) => GATES.has(name)) || [...GATE_FUNCTIONS].some((name) => seen.functions.has(name));
  const weighs = seen.multiplies.has('*') || seen.functions.has('mul');
  if (!gate && used.blocks.length >= 2 && used.blocks.length <= 3) {
    const kinds = used.blocks.map((block) => kindOf(vm, block));
    if (kinds.includes('spatial') && kinds.some((kind) => kind === 'channel' || kind === 'SE')) return 'CBAM';
  }
  if (!gate) return null;
  const pools = used.leaves.filter((leaf) => POOLS.test(leaf.cls.name));
  const pooled = pools.length > 0 || [...seen.functions].some((name) => POOL_FUNCTIONS.test(name));
  if (!pooled) return null;
  const weights = used.leaves.filter((leaf) => /^(Conv[123]d|Linear)$/.test(leaf.cls.name));
  if (weights.length === 0) return weighs && seen.functions.has('pow') ? 'SimAM' : null;
  if (names.includes('Conv1d')) return 'ECA';
  if (pools.some((pool) => isOneSided(pool))) return 'coordinate';
  if (weights.length <= 2 && weights.some((leaf) => outChannels(leaf) === 1n)) return 'spatial';
  if (weights.length > 6) return null;
  return weighs ? 'SE' : 'channel';
}

function outChannels(layer: PyInstance): unknown {
  return layer.dict.get('out_channels') ?? layer.dict.get('out_features');
}

/** A pool along one axis only: `AdaptiveAvgPool2d((None, 1))`. */
function isOneSided(pool: PyInstance): boolean {
  const size = pool.dict.get('output_size');
  return size instanceof PyTuple && size.items.includes(null);
}

/** torch's own layers among the attributes that `forward` uses, and the user's own modules among them. */
function usedLayers(
  vm: Interpreter,
  module: PyInstance,
  attributes: ReadonlySet<string>,
): { readonly leaves: PyInstance[]; readonly blocks: PyInstance[] } {
  const leaves: PyInstance[] = [];
  const blocks: PyInstance[] = [];
  const stack = children(module)
    .filter(([name]) => attributes.has(name))
    .map(([, child]) => child)
    .filter((child) => isModule(vm, child));
  while (stack.length > 0) {
    const child = stack.pop();
    if (!(child instanceof PyInstance)) continue;
    const forward = lookup(vm, child.cls, 'forward');
    if (forward instanceof PyFunction && !forward.globals.isInternal) blocks.push(child);
    else if (/^(Sequential|ModuleList)$/.test(child.cls.name)) {
      for (const [, inner] of children(child)) if (inner instanceof PyInstance) stack.push(inner);
    } else leaves.push(child);
  }
  return { leaves, blocks };
}

interface ForwardUse {
  /** `self.x` that are read. */
  readonly attributes: ReadonlySet<string>;
  /** Last names of what is called: `torch.sigmoid` is `sigmoid`. */
  readonly functions: ReadonlySet<string>;
  /** `*` and `@`, where they occur. */
  readonly multiplies: ReadonlySet<string>;
}

const cache = new WeakMap<FunctionDefinition, ForwardUse>();

/** All of a `forward` that is looked at, as a text. */
function describeForward(definition: FunctionDefinition): string {
  const { attributes, functions, multiplies } = readForward(definition);
  return [attributes, functions, multiplies].map((names) => [...names].sort().join(' ')).join('\n');
}

/** What a `forward` uses, without regard to order. */
function readForward(definition: FunctionDefinition): ForwardUse {
  const known = cache.get(definition);
  if (known !== undefined) return known;
  const attributes = new Set<string>();
  const functions = new Set<string>();
  const multiplies = new Set<string>();
  const self = definition.parameters[0]?.name ?? 'self';
  const stack: unknown[] = [...definition.body];
  while (stack.length > 0) {
    const node = stack.pop();
    if (Array.isArray(node)) {
      stack.push(...(node as unknown[]));
      continue;
    }
    if (typeof node !== 'object' || node === null || node instanceof Set) continue;
    const typed = node as Expression | Statement;
    if (typed.kind === 'attribute' && typed.object.kind === 'name' && typed.object.name === self) {
      attributes.add(typed.name);
    }
    if (typed.kind === 'call') {
      if (typed.callee.kind === 'attribute') functions.add(typed.callee.name);
      else if (typed.callee.kind === 'name') functions.add(typed.callee.name);
    }
    if (typed.kind === 'binary' || typed.kind === 'augmented') {
      if (typed.operator === '*' || typed.operator === '@') multiplies.add(typed.operator);
      if (typed.operator === '**') functions.add('pow');
    }
    stack.push(...(Object.values(node) as unknown[]));
  }
  const result = { attributes, functions, multiplies };
  cache.set(definition, result);
  return result;
}
