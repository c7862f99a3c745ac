import type { Child, Content, TensorContent } from '../checkpoint/content';
import type { Integer, StorageSpec, TensorKind } from '../stateDict/tensorSpec';
import type { StorageUse } from '../stateDict/storageUse';
import { storageUse, stridedViews } from '../stateDict/storageUse';
import { addIntegers } from '../stateDict/tensorSpec';
import { outlineLimits } from './limits';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

/** Tensors below a node, each object counted once. */
export interface Sum {
  readonly tensors: number;
  readonly elements: Integer;
  readonly bytes: Integer;
  /** False: some size is unknown or a limit was hit, the numbers are lower bounds. */
  readonly exact: boolean;
}

export const emptySum: Sum = { tensors: 0, elements: 0, bytes: 0, exact: true };

interface Entry {
  /** The first place, in the order of the file: the parent, null for the root, and the child's index. */
  readonly parent: Content | null;
  readonly index: number;
  /** Sum over the first places below, exact unless `sharedBelow`. */
  sum: Sum;
  /** Something below is reached a second time, from here or from elsewhere. */
  sharedBelow: boolean;
}

/**
 * One walk over the content graph, each object once, in the order of the file: where everything is first,
 * what is shared, and what lies below each object. Costs the size of the graph, not of its paths.
 */
export class Survey {
  /** False when the walk ended at a limit. */
  readonly complete: boolean;
  /** Tensor objects, in the order of their first places. */
  readonly tensors: readonly TensorContent[];
  private readonly entries = new Map<Content, Entry>();
  private readonly childLists = new Map<Content, readonly Child[]>();
  private readonly memo = new Map<Content, Sum>();
  private byStorage: Map<StorageSpec, TensorContent[]> | null = null;

  constructor(readonly root: Content) {
    const tensors: TensorContent[] = [];
    this.complete = this.walk(tensors);
    this.tensors = tensors;
  }

  /** The children of a content, made once. */
  childrenOf(content: Content): readonly Child[] {
    if (content.type === 'scalar') return noChildren;
    let children = this.childLists.get(content);
    if (children === undefined) {
      children = content.children();
      this.childLists.set(content, children);
    }
    return children;
  }

  /** Whether child `index` of `parent` is the first place of what it holds. Scalars are first everywhere. */
  isFirstPlace(content: Content, parent: Content | null, index: number): boolean {
    const entry = this.entries.get(content);
    return entry === undefined || (entry.parent === parent && entry.index === index);
  }

  /** Parameter or buffer, as the module says that registered it, else as the tensor says itself. */
  kindOf(content: TensorContent): TensorKind {
    const entry = this.entries.get(content);
    const siblings =
      entry?.parent === undefined || entry.parent === null ? noChildren : this.childrenOf(entry.parent);
    switch (siblings[entry?.index ?? -1]?.role) {
      case 'parameter':
        return 'parameter';
      case 'buffer':
      case 'nonPersistentBuffer':
        return 'buffer';
      default:
        return content.tensor.kind;
    }
  }

  /** Where a content is first: child indices from the root; null when the walk did not get there. */
  firstPath(content: Content): readonly number[] | null {
    const path: number[] = [];
    let entry = this.entries.get(content);
    while (entry !== undefined) {
      if (entry.parent === null) return path.reverse();
      path.push(entry.index);
      entry = this.entries.get(entry.parent);
    }
    return null;
  }

  /** Tensors at and below a content, each object once. */
  sumOf(content: Content): Sum {
    if (content.type === 'scalar') return emptySum;
    const entry = this.entries.get(content);
    if (entry !== undefined && !entry.sharedBelow) return entry.sum;
    let sum = this.memo.get(content);
    if (sum === undefined) {
      sum = this.sumOfAll([content], content);
      this.memo.set(content, sum);
    }
    return sum;
  }

  /** Tensors at and below several contents, all of them below `parent`, each object once. */
  sumOfAll(contents: readonly Content[], parent: Content): Sum {
    const total = new RunningSum(emptySum);
    if (this.entries.get(parent)?.sharedBelow === false) {
      for (const content of contents) total.add(this.sumOf(content));
      return total.sum();
    }
    const seen = new Set<Content>();
    const pending = [...contents].reverse();
    let edges = 0;
    for (let content = pending.pop(); content !== undefined; content = pending.pop()) {
      if (content.type === 'scalar' || seen.has(content)) continue;
      seen.add(content);
      if (content.type === 'tensor') total.add(sumOfTensor(content));
      const children = this.childrenOf(content);
      edges += children.length;
      if (edges > outlineLimits.surveyedEdges) {
        total.exact = false;
        break;
      }
      for (const child of children) if (child.content.type !== 'scalar') pending.push(child.content);
    }
    return total.sum();
  }

  /** Storages that tensors view, in the order of the file. */
  get storages(): Iterable<StorageSpec> {
    return this.storageIndex.keys();
  }

  /** Tensor objects that view a storage, in the order of the file. */
  tensorsOf(storage: StorageSpec): readonly TensorContent[] {
    return this.storageIndex.get(storage) ?? [];
  }

  /** What those tensors, or parts of them, use of the storage. */
  useOf(storage: StorageSpec): StorageUse {
    const views = this.tensorsOf(storage).flatMap(({ tensor }) => stridedViews(tensor));
    return storageUse(
      storage,
      views.filter((view) => view.storage === storage),
    );
  }

  private get storageIndex(): ReadonlyMap<StorageSpec, readonly TensorContent[]> {
    if (this.byStorage === null) {
      this.byStorage = new Map();
      for (const content of this.tensors) {
        for (const { storage } of stridedViews(content.tensor)) {
          if (storage === null) continue;
          const list = this.byStorage.get(storage);
          if (list === undefined) this.byStorage.set(storage, [content]);
          else if (list[list.length - 1] !== content) list.push(content);
        }
      }
    }
    return this.byStorage;
  }

  /** Fills the entries, in order, with one frame per open container. */
  private walk(tensors: TensorContent[]): boolean {
    const stack: {
      content: Content;
      entry: Entry;
      children: readonly Child[];
      next: number;
      sum: RunningSum;
    }[] = [];
    let edges = 0;
    let complete = true;
    const enter = (content: Content, parent: Content | null, index: number): void => {
      let own = emptySum;
      if (content.type === 'tensor') {
        tensors.push(content);
        own = sumOfTensor(content);
      }
      let children = noChildren;
      if (complete) {
        children = this.childrenOf(content);
        edges += children.length;
        if (edges > outlineLimits.surveyedEdges) {
          complete = false;
          children = noChildren;
        }
      }
      if (!complete) own = { ...own, exact: false };
      const entry: Entry = { parent, index, sum: own, sharedBelow: false };
      this.entries.set(content, entry);
      // A plain tensor is most of what there is: it needs no frame.
      const above = stack[stack.length - 1];
      if (children.length === 0 && above !== undefined) above.sum.add(own);
      else stack.push({ content, entry, children, next: 0, sum: new RunningSum(own) });
    };
    enter(this.root, null, 0);
    for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
      const index = frame.next++;
      const child = frame.children[index];
      if (child === undefined) {
        frame.entry.sum = frame.sum.sum();
        stack.pop();
        const above = stack[stack.length - 1];
        if (above !== undefined) {
          above.sum.add(frame.entry.sum);
          above.entry.sharedBelow ||= frame.entry.sharedBelow;
        }
        continue;
      }
      if (child.content.type === 'scalar') continue;
      if (this.entries.has(child.content)) frame.entry.sharedBelow = true;
      else enter(child.content, frame.content, index);
    }
    return complete;
  }
}

const noChildren: readonly Child[] = [];

function sumOfTensor(content: TensorContent): Sum {
  const elements = tensorElements(content.tensor);
  const bytes = tensorBytes(content.tensor);
  const exact = elements !== null && bytes !== null;
  return { tensors: 1, elements: elements ?? 0, bytes: bytes ?? 0, exact };
}

class RunningSum {
  private tensors: number;
  private elements: Integer;
  private bytes: Integer;
  exact: boolean;

  constructor(start: Sum) {
    this.tensors = start.tensors;
    this.elements = start.elements;
    this.bytes = start.bytes;
    this.exact = start.exact;
  }

  add(sum: Sum): void {
    this.tensors += sum.tensors;
    this.elements = addIntegers(this.elements, sum.elements);
    this.bytes = addIntegers(this.bytes, sum.bytes);
    this.exact &&= sum.exact;
  }

  sum(): Sum {
    return { tensors: this.tensors, elements: this.elements, bytes: this.bytes, exact: this.exact };
  }
}
