import type { Expression, FunctionDefinition, Statement } from '../python/syntax';
import type { Interpreter } from './machine';
import { children, type FlatState, isModule } from './moduleStructure';
import { lookup } from './types';
import type { PyTensor } from './values';
import { PyDict, PyFunction, PyInstance, PySymbol, PyTuple } from './values';

/** A part of a model that weighs its features by a gate, or mixes positions by their likeness. */
export interface AttentionBlock {
  readonly path: string;
  /**
   * `SE`, `ECA`, `CBAM`, `BAM`, `GAM`, `NAM`, `SK`, `EMA`, `channel`, `spatial`, `triplet`, `shuffle`, `coordinate`,
   * `SimAM`, `self-attention`.
   */
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
const WEIGHTS = /^(Conv[123]d|Linear)$/;

function kindOf(vm: Interpreter, module: PyInstance): string | null {
  if (module.cls.name === 'MultiheadAttention') return 'self-attention';
  const forward = lookup(vm, module.cls, 'forward');
  if (!(forward instanceof PyFunction) || forward.globals.isInternal) return null;
  vm.reads.glance(forward, describeForward);
  const seen = readForwardOf(vm, module, forward);
  const used = usedLayers(vm, module, seen.attributes);
  const names = used.leaves.map((leaf) => leaf.cls.name);
  const softmax = seen.functions.has('softmax') || names.includes('Softmax');
  const mixes = seen.multiplies.has('@') || [...LIKENESS].some((name) => seen.functions.has(name));
  const sigmoid = names.includes('Sigmoid') || seen.functions.has('sigmoid');
  const pools = used.leaves.filter((leaf) => POOLS.test(leaf.cls.name));
  const oneSided = pools.some((pool) => isOneSided(pool));
  const pooled = pools.length > 0 || [...seen.functions].some((name) => POOL_FUNCTIONS.test(name));
  if (seen.functions.has('scaled_dot_product_attention')) return 'self-attention';
  if (softmax && mixes) {
    if (!sigmoid || !pooled) return 'self-attention';
    return oneSided ? 'EMA' : null;
  }
  const gate =
    softmax ||
    used.blocks.some((block) => isGate(vm, block)) ||
    names.some((name) => GATES.has(name)) ||
    [...GATE_FUNCTIONS].some((name) => seen.functions.has(name));
  const weighs = seen.multiplies.has('*') || seen.functions.has('mul');
  if (!gate) return kindOfParts(vm, used.blocks, seen);
  const weights = used.leaves.filter((leaf) => WEIGHTS.test(leaf.cls.name));
  if (!pooled) return weighs ? kindWithoutPool(vm, seen, used) : null;
  if (weights.length === 0) {
    if (weighs && seen.functions.has('pow')) return 'SimAM';
    if (weighs && names.some((name) => /^(Group|Batch)Norm/.test(name)) && hasParameters(module))
      return 'shuffle';
    return kindWithoutPool(vm, seen, used);
  }
  if (softmax && !sigmoid) return weighs && branches(vm, module) >= 2 ? 'SK' : null;
  if (names.includes('Conv1d')) return 'ECA';
  if (oneSided) return 'coordinate';
  if (weights.length <= 2 && weights.some((leaf) => outChannels(leaf) === 1n)) return 'spatial';
  if (weights.length > 6) return null;
  return weighs ? 'SE' : 'channel';
}

/** A module of the user's that is no more than a gate: it maps to 0..1 and has no weights. */
function isGate(vm: Interpreter, module: PyInstance): boolean {
  const forward = lookup(vm, module.cls, 'forward');
  if (!(forward instanceof PyFunction) || hasParameters(module)) return false;
  if (/^h(ard)?_?sigmoid$/i.test(module.cls.name)) return true;
  vm.reads.glance(forward, describeForward);
  const { functions, multiplies } = readForward(forward.definition);
  const isSigmoid = [...functions].every((name) => /^(hard_?)?sigmoid_?$/.test(name));
  return children(module).length === 0 && multiplies.size === 0 && functions.size > 0 && isSigmoid;
}

/** What `forward` uses; of a module whose layers are all torch's, also what the methods use that it calls. */
function readForwardOf(vm: Interpreter, module: PyInstance, forward: PyFunction): ForwardUse {
  const own = readForward(forward.definition);
  const isPlain = children(module).every(([, child]) => {
    const inner = child instanceof PyInstance ? lookup(vm, child.cls, 'forward') : null;
    return inner === null || (inner instanceof PyFunction && inner.globals.isInternal);
  });
  if (!isPlain) return own;
  const read = new Set([forward]);
  const attributes = new Set(own.attributes);
  const functions = new Set(own.functions);
  const multiplies = new Set(own.multiplies);
  for (const name of attributes) {
    const method = lookup(vm, module.cls, name);
    if (!(method instanceof PyFunction) || method.globals.isInternal || read.has(method)) continue;
    read.add(method);
    vm.reads.glance(method, describeForward);
    const more = readForward(method.definition);
    for (const one of more.attributes) attributes.add(one);
    for (const one of more.functions) functions.add(one);
    for (const one of more.multiplies) multiplies.add(one);
  }
  return { attributes, functions, multiplies };
}

/** A module without a gate of its own: what its parts are. */
function kindOfParts(vm: Interpreter, blocks: readonly PyInstance[], seen: ForwardUse): string | null {
  if (blocks.length < 2 || blocks.length > 3) return null;
  const kinds = blocks.map((block) => kindOf(vm, block));
  if (!kinds.includes('spatial')) return null;
  if (kinds.some((kind) => kind === 'channel' || kind === 'SE')) return 'CBAM';
  return kinds.every((kind) => kind === 'spatial') && seen.functions.has('permute') ? 'triplet' : null;
}

/** A gate whose squeeze is in other modules, or that does without one. */
function kindWithoutPool(vm: Interpreter, seen: ForwardUse, used: UsedLayers): string | null {
  const norms = used.leaves.filter((leaf) => /^BatchNorm/.test(leaf.cls.name));
  const others = used.leaves.filter((leaf) => !GATES.has(leaf.cls.name) && !norms.includes(leaf));
  if (norms.length > 0 && others.length === 0 && used.blocks.length === 0) {
    return seen.functions.has('abs') ? 'NAM' : null;
  }
  const linear = used.leaves.filter((leaf) => leaf.cls.name === 'Linear');
  const wide = used.leaves.filter((leaf) => leaf.cls.name === 'Conv2d' && kernelOf(leaf) >= 7n);
  if (linear.length === 2 && wide.length === 2) return 'GAM';
  if (used.leaves.some((leaf) => WEIGHTS.test(leaf.cls.name))) return null;
  const parts = used.blocks.map((block) => partOf(vm, block));
  const maps = parts.some((part) => part.makesMap);
  if (parts.length === 2 && maps && parts.some((part) => part.pools && !part.makesMap)) {
    return parts.every((part) => part.hasWeights) ? 'BAM' : 'spatial';
  }
  return null;
}

/** What a module does before somebody else's gate. */
function partOf(
  vm: Interpreter,
  module: PyInstance,
): { readonly pools: boolean; readonly makesMap: boolean; readonly hasWeights: boolean } {
  const forward = lookup(vm, module.cls, 'forward');
  if (!(forward instanceof PyFunction)) return { pools: false, makesMap: false, hasWeights: false };
  vm.reads.glance(forward, describeForward);
  const seen = readForward(forward.definition);
  const { leaves } = usedLayers(vm, module, seen.attributes);
  const weights = leaves.filter((leaf) => WEIGHTS.test(leaf.cls.name));
  return {
    pools:
      leaves.some((leaf) => POOLS.test(leaf.cls.name)) ||
      [...seen.functions].some((name) => POOL_FUNCTIONS.test(name)),
    makesMap: weights.some((leaf) => leaf.cls.name === 'Conv2d' && outChannels(leaf) === 1n),
    hasWeights: weights.length > 0,
  };
}

/** Parameters of the module itself, not of its layers. */
function hasParameters(module: PyInstance): boolean {
  const parameters = module.dict.get('_parameters');
  return parameters instanceof PyDict && parameters.map.size > 0;
}

/** Members of the largest list of layers: paths that a softmax chooses among. */
function branches(vm: Interpreter, module: PyInstance): number {
  const lists = children(module)
    .map(([, child]) => child)
    .filter((child) => child instanceof PyInstance && child.cls.name === 'ModuleList');
  return Math.max(0, ...lists.map((list) => (isModule(vm, list) ? children(list).length : 0)));
}

function kernelOf(layer: PyInstance): bigint {
  const size = layer.dict.get('kernel_size');
  const first = size instanceof PyTuple ? size.items[0] : size;
  return typeof first === 'bigint' ? first : 0n;
}

function outChannels(layer: PyInstance): unknown {
  return layer.dict.get('out_channels') ?? layer.dict.get('out_features');
}

/** A pool along one axis only: `AdaptiveAvgPool2d((None, 1))`. */
function isOneSided(pool: PyInstance): boolean {
  const size = pool.dict.get('output_size');
  return size instanceof PyTuple && size.items.includes(null);
}

interface UsedLayers {
  readonly leaves: PyInstance[];
  readonly blocks: PyInstance[];
}

/** torch's own layers among the attributes that `forward` uses, and the user's own modules among them. */
function usedLayers(vm: Interpreter, module: PyInstance, attributes: ReadonlySet<string>): UsedLayers {
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
