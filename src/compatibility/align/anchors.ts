import type { Sides } from './tokens';
import type { Unit } from './units';

/** Two identical subtrees of modules, one in the file and one in the model, that are one for their content or their name. */
export interface Anchor {
  /** Indexes of its units in the file and in the model, pair by pair. */
  readonly pairs: readonly (readonly [number, number])[];
}

/**
 * The largest subtrees that occur once on both sides, in the order of the file: wrapped, renamed and moved blocks
 * are found by them. Equal ones that change their order and keep their names are told apart by these.
 */
export function uniqueSubtrees({ file, model, fileTokens, modelTokens }: Sides): Anchor[] {
  const ids = new Map<string, number>();
  const ours = new Tree(file, fileTokens, ids);
  const theirs = new Tree(model, modelTokens, ids);
  const anchors: Anchor[] = [];
  const open: (readonly [Node, Node | undefined])[] = [[ours.root, theirs.root]];
  while (open.length > 0) {
    const [node, namesake] = open.pop() as (typeof open)[number];
    const [twin, ...twins] = theirs.bySignature.get(node.signature) ?? [];
    const alone = ours.bySignature.get(node.signature)?.length === 1;
    if (twin !== undefined && twins.length === 0 && alone && node.tensorUnits > 0) {
      anchors.push({ pairs: paired(node, twin) });
      continue;
    }
    const reordered = namesake === undefined ? new Set<string>() : reorderedNames(node, namesake);
    for (const [name, child] of [...node.children].reverse()) {
      const other = namesake?.children.get(name);
      if (other !== undefined && reordered.has(name)) anchors.push({ pairs: paired(child, other) });
      else open.push([child, other]);
    }
  }
  return anchors;
}

/**
 * Names of children that both modules have, whose subtrees equal each other, and whose order is not the same:
 * nobody renames one layer to the other's name and back, but lines of a constructor change their places.
 */
function reorderedNames(a: Node, b: Node): Set<string> {
  const groups = new Map<number, string[]>();
  for (const [name, { signature, tensorUnits }] of a.children) {
    if (tensorUnits === 0 || b.children.get(name)?.signature !== signature) continue;
    groups.set(signature, [...(groups.get(signature) ?? []), name]);
  }
  const order = new Map([...b.children.keys()].map((name, at) => [name, at]));
  const place = (name: string): number => order.get(name) ?? -1;
  const isReordered = (names: readonly string[]): boolean =>
    names.some((name, i) => i > 0 && place(name) < place(names[i - 1] ?? name));
  return new Set([...groups.values()].filter(isReordered).flat());
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
