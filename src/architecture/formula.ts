import { construct, type Construction, type GivenArguments } from './construct';
import type { Interpreter } from './machine';
import { FORMULA_CHECKS, MAX_FORMULA_PIECES, MAX_FORMULA_RUNS } from './limits';
import type { FlatState } from './moduleStructure';
import { type Point, Polynomial, TooManyTerms } from './polynomial';
import type { SymbolicCondition } from './symbolicValues';
import { type PyModule, PySymbol, type PyTensor, type Value } from './values';

/** A parameter of a constructor and the value it gets without being asked for; undefined: none. */
export interface ConstructorArgument {
  readonly name: string;
  readonly value: Value | undefined;
  /** Given by the caller, not by a default. */
  readonly given: boolean;
}

/** Points that must construct and agree before a formula is shown. */
const MIN_CHECKS = 20;
/** Milliseconds that finding and checking one formula may take. */
const MAX_FORMULA_MILLISECONDS = 3_000;

/** A decision tree over conditions on the arguments; null leaves raise. */
type Tree =
  | { readonly kind: 'leaf'; readonly polynomial: Polynomial }
  | { readonly kind: 'raises' }
  | {
      readonly kind: 'branch';
      readonly condition: SymbolicCondition;
      readonly then: Tree;
      readonly otherwise: Tree;
    };

/**
 * The number of parameters as Python arithmetic in the constructor's integer arguments, or null. Every
 * formula has been compared with concrete evaluations; one that disagrees anywhere is not given.
 */
export function parameterFormula(
  vm: Interpreter,
  module: PyModule,
  name: string,
  args: readonly ConstructorArgument[],
  now: () => number,
): string | null {
  const required = args.filter((arg) => arg.value === undefined);
  const integers = args.filter((arg) => typeof arg.value === 'bigint');
  const attempts = [
    [...required, ...integers],
    [...required, ...integers.filter((arg) => arg.given)],
    required,
  ];
  const tried = new Set<string>();
  const deadline = now() + MAX_FORMULA_MILLISECONDS;
  for (const symbols of attempts) {
    const key = symbols.map((symbol) => symbol.name).join();
    if (symbols.length === 0 || tried.has(key) || now() > deadline) continue;
    tried.add(key);
    const tree = explore(vm, module, name, args, symbols, () => now() > deadline);
    if (tree === null || leaves(tree) > MAX_FORMULA_PIECES || tree.kind === 'raises') continue;
    if (namesOf(tree).size === 0) return null;
    if (agrees(vm, module, name, args, symbols, tree, () => now() > deadline)) return textOf(tree);
  }
  return null;
}

/** A construction whose effects on modules and classes are undone. */
function tryConstruct(
  vm: Interpreter,
  module: PyModule,
  name: string,
  args: readonly ConstructorArgument[],
  values: ReadonlyMap<string, Value>,
): Construction {
  const named = new Map<string, Value>();
  for (const arg of args) {
    const value = values.get(arg.name) ?? (arg.given ? arg.value : undefined);
    if (value !== undefined) named.set(arg.name, value);
  }
  const given: GivenArguments = { positional: [], named };
  const depth = vm.trail.depth;
  vm.trail.begin();
  try {
    vm.startBudget();
    return construct(vm, module, name, given);
  } finally {
    vm.trail.unwind(depth);
    vm.classVersion++;
  }
}

interface Decision {
  readonly condition: SymbolicCondition;
  readonly value: boolean;
}

interface Path {
  readonly decisions: readonly Decision[];
  readonly polynomial: Polynomial | 'raises';
}

/** Runs the constructor once for each way that conditions on its arguments can turn out. */
function explore(
  vm: Interpreter,
  module: PyModule,
  name: string,
  args: readonly ConstructorArgument[],
  symbols: readonly ConstructorArgument[],
  isLate: () => boolean,
): Tree | null {
  const values = new Map<string, Value>(
    symbols.map((symbol) => [symbol.name, new PySymbol(Polynomial.argument(symbol.name))]),
  );
  // A typical point decides which way is looked at first.
  const sample = new Map(
    symbols.map((symbol) => [symbol.name, typeof symbol.value === 'bigint' ? symbol.value : 64n]),
  );
  const paths: Path[] = [];
  const open: (readonly Decision[])[] = [[]];
  let pieces = 0;
  for (let runs = 0; open.length > 0; runs++) {
    const prefix = open.pop();
    if (prefix === undefined) break;
    if (runs >= MAX_FORMULA_RUNS || isLate()) return null;
    const decisions: Decision[] = [];
    const known = new Map<string, boolean>();
    vm.oracle = (condition) => {
      const before = known.get(condition.text);
      if (before !== undefined) return before;
      const planned = prefix[decisions.length];
      const value = planned?.value ?? condition.evaluate(sample) ?? true;
      decisions.push({ condition, value });
      known.set(condition.text, value);
      return value;
    };
    let result: Construction;
    let polynomial: Polynomial | null;
    try {
      result = tryConstruct(vm, module, name, args, values);
      polynomial = result.state === null ? null : sum(result.state);
    } catch (error) {
      if (error instanceof TooManyTerms) return null;
      throw error;
    } finally {
      vm.oracle = null;
    }
    for (let i = prefix.length; i < decisions.length; i++) {
      const decision = decisions[i];
      if (decision === undefined) break;
      open.push([...decisions.slice(0, i), { condition: decision.condition, value: !decision.value }]);
    }
    if (result.raises !== null) {
      paths.push({ decisions, polynomial: 'raises' });
      continue;
    }
    const understood = result.unknowns.every((unknown) => unknown.code === 'symbolicShape');
    if (!understood || polynomial === null) return null;
    pieces++;
    if (pieces > MAX_FORMULA_PIECES * 4) return null;
    paths.push({ decisions, polynomial });
  }
  return simplify(treeOf(paths, 0));
}

/** Elements of all parameters, each object once. */
function sum(state: FlatState): Polynomial | null {
  const seen = new Set<PyTensor>();
  let total = Polynomial.constant(0n);
  for (const entry of state.entries) {
    if (entry.kind !== 'parameter') continue;
    if (entry.tensor === null || entry.shape === null) return null;
    if (seen.has(entry.tensor)) continue;
    seen.add(entry.tensor);
    let product = Polynomial.constant(1n);
    for (const size of entry.shape) {
      product = size instanceof PySymbol ? product.multiply(size.polynomial) : product.scale(size);
    }
    total = total.add(product);
  }
  return total;
}

function treeOf(paths: readonly Path[], depth: number): Tree {
  const [first] = paths;
  const decision = first?.decisions[depth];
  if (first === undefined) return { kind: 'raises' };
  if (decision === undefined) {
    return first.polynomial === 'raises'
      ? { kind: 'raises' }
      : { kind: 'leaf', polynomial: first.polynomial };
  }
  return {
    kind: 'branch',
    condition: decision.condition,
    then: treeOf(
      paths.filter((path) => path.decisions[depth]?.value === true),
      depth + 1,
    ),
    otherwise: treeOf(
      paths.filter((path) => path.decisions[depth]?.value === false),
      depth + 1,
    ),
  };
}

/** What raises on one side holds where it constructs; equal sides are one. */
function simplify(tree: Tree): Tree {
  if (tree.kind !== 'branch') return tree;
  const then = simplify(tree.then);
  const otherwise = simplify(tree.otherwise);
  if (then.kind === 'raises') return otherwise;
  if (otherwise.kind === 'raises' || keyOf(then) === keyOf(otherwise)) return then;
  return { kind: 'branch', condition: tree.condition, then, otherwise };
}

function keyOf(tree: Tree): string {
  if (tree.kind === 'raises') return '!';
  if (tree.kind === 'leaf') return tree.polynomial.key;
  return `(${tree.condition.text}?${keyOf(tree.then)}:${keyOf(tree.otherwise)})`;
}

function leaves(tree: Tree): number {
  return tree.kind === 'branch' ? leaves(tree.then) + leaves(tree.otherwise) : 1;
}

function namesOf(tree: Tree): ReadonlySet<string> {
  if (tree.kind === 'raises') return new Set();
  if (tree.kind === 'leaf') return tree.polynomial.names;
  return new Set([...tree.condition.names, ...namesOf(tree.then), ...namesOf(tree.otherwise)]);
}

function textOf(tree: Tree): string {
  if (tree.kind === 'raises') return '0';
  if (tree.kind === 'leaf') return tree.polynomial.text;
  return `(${textOf(tree.then)}) if ${tree.condition.text} else (${textOf(tree.otherwise)})`;
}

function valueOf(tree: Tree, point: Point): bigint | undefined {
  if (tree.kind === 'raises') return undefined;
  if (tree.kind === 'leaf') return tree.polynomial.evaluate(point);
  const test = tree.condition.evaluate(point);
  if (test === undefined) return undefined;
  return valueOf(test ? tree.then : tree.otherwise, point);
}

/** Sizes that occur in models, with some that do not. */
const SIZES = [
  1n,
  2n,
  3n,
  4n,
  5n,
  6n,
  7n,
  8n,
  12n,
  16n,
  24n,
  30n,
  32n,
  48n,
  64n,
  96n,
  100n,
  128n,
  256n,
  512n,
];

function agrees(
  vm: Interpreter,
  module: PyModule,
  name: string,
  args: readonly ConstructorArgument[],
  symbols: readonly ConstructorArgument[],
  tree: Tree,
  isLate: () => boolean,
): boolean {
  let state = 12345;
  const random = (): number => {
    // A linear congruential generator: the same points at every run.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let checks = 0;
  for (let tries = 0; tries < FORMULA_CHECKS * 12 && checks < FORMULA_CHECKS; tries++) {
    if (isLate()) break;
    const point = new Map<string, bigint>();
    for (const symbol of symbols) {
      // Defaults keep company with sizes: a kernel size rarely constructs at 512.
      const near = typeof symbol.value === 'bigint' && random() < 0.5 ? symbol.value : null;
      point.set(symbol.name, near ?? SIZES[Math.floor(random() * SIZES.length)] ?? 1n);
    }
    const result = tryConstruct(vm, module, name, args, point);
    if (result.raises !== null) continue;
    if (!result.exact || result.parameters === null) return false;
    if (valueOf(tree, point) !== result.parameters) return false;
    checks++;
  }
  return checks >= MIN_CHECKS;
}
