import type { Sides } from './tokens';
import type { Unit } from './units';

/** A subtree of modules that occurs once in the file and once in the model, identical. */
export interface Anchor {
  /** Indexes of its units in the file and in the model, pair by pair. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** The largest such subtrees, in the order of the file. Wrapped, renamed and moved blocks are found by them. */
export function uniqueSubtrees({ file, model, fileTokens, modelTokens }: Sides): Anchor[] {
  const ids = new Map<string, number>();
  const ours = new Tree(file, fileTokens, ids);
  const theirs = new Tree(model, modelTokens, ids);
  const anchors: Anchor[] = [];
  const open: Node[] = [ours.root];
  while (open.length > 0) {
    const node = open.pop() as Node;
    const [twin, ...twins] = theirs.bySignature.get(node.signature) ?? [];
    const alone = ours.bySignature.get(node.signature)?.length === 1;
    if (twin !== undefined && twins.length === 0 && alone && node.tensorUnits > 0) {
      anchors.push({ pairs: paired(node, twin) });
    } else open.push(...[...node.children.values()].reverse());
  }
  return anchors;
}

interface Node {
  unit: number;
  readonly children: Map<string, Node>;
  signature: number;
  /** Units with tensors in it. */
  tensorUnits: number;
}

class Tree {
  readonly root: Node = newNode();
  readonly bySignature = new Map<number, Node[]>();

  constructor(units: readonly Unit[], tokens: readonly string[], ids: Map<string, number>) {
    units.forEach((unit, i) => {
      let node = this.root;
      for (const segment of unit.segments) {
        let child = node.children.get(segment);
        if (child === undefined) {
          child = newNode();
          node.children.set(segment, child);
        }
        node = child;
      }
      node.unit = i;
      node.tensorUnits = unit.tensors.length > 0 ? 1 : 0;
    });
    for (const node of childrenFirst(this.root)) this.sign(node, tokens, ids);
  }

  private sign(node: Node, tokens: readonly string[], ids: Map<string, number>): void {
    const parts = [node.unit < 0 ? '' : (tokens[node.unit] ?? '')];
    for (const [name, child] of node.children) {
      parts.push(`${name}:${child.signature}`);
      node.tensorUnits += child.tensorUnits;
    }
    const text = parts.join('\n');
    node.signature = ids.get(text) ?? ids.size;
    ids.set(text, node.signature);
    const same = this.bySignature.get(node.signature);
    if (same === undefined) this.bySignature.set(node.signature, [node]);
    else same.push(node);
  }
}

function newNode(): Node {
  return { unit: -1, children: new Map(), signature: -1, tensorUnits: 0 };
}

function childrenFirst(root: Node): Node[] {
  const order: Node[] = [];
  const open = [root];
  while (open.length > 0) {
    const node = open.pop() as Node;
    order.push(node);
    open.push(...node.children.values());
  }
  return order.reverse();
}

/** Units of two identical trees, pair by pair. */
function paired(a: Node, b: Node): [number, number][] {
  const pairs: [number, number][] = [];
  const open: [Node, Node][] = [[a, b]];
  while (open.length > 0) {
    const [one, other] = open.pop() as [Node, Node];
    if (one.unit >= 0 && other.unit >= 0) pairs.push([one.unit, other.unit]);
    for (const [name, child] of one.children) {
      const twin = other.children.get(name);
      if (twin !== undefined) open.push([child, twin]);
    }
  }
  return pairs.sort(([x], [y]) => x - y);
}

/**
 * The anchors that keep their order on both sides, with most units; the others were moved. An anchor whose
 * own units are torn apart by others on one side (a module used in several places) counts as moved.
 */
export function inOrder(anchors: readonly Anchor[]): ReadonlySet<Anchor> {
  const spans = anchors.map((anchor) => {
    const files = anchor.pairs.map(([i]) => i);
    const models = anchor.pairs.map(([, j]) => j);
    return {
      anchor,
      weight: anchor.pairs.length,
      file: [Math.min(...files), Math.max(...files)] as const,
      model: [Math.min(...models), Math.max(...models)] as const,
    };
  });
  spans.sort((a, b) => a.file[0] - b.file[0]);
  const best: { readonly weight: number; readonly before: number }[] = [];
  spans.forEach((span, i) => {
    let weight = span.weight;
    let before = -1;
    for (let k = 0; k < i; k++) {
      const other = spans[k];
      if (other === undefined || other.file[1] >= span.file[0] || other.model[1] >= span.model[0]) continue;
      const total = (best[k]?.weight ?? 0) + span.weight;
      if (total > weight) {
        weight = total;
        before = k;
      }
    }
    best.push({ weight, before });
  });
  let at = best.reduce((most, one, i) => (one.weight > (best[most]?.weight ?? -1) ? i : most), -1);
  const chain = new Set<Anchor>();
  while (at >= 0) {
    const span = spans[at];
    if (span !== undefined) chain.add(span.anchor);
    at = best[at]?.before ?? -1;
  }
  return chain;
}
