import type { Child, Content, TensorContent } from '../checkpoint/content';
import type { Integer, StorageSpec, TensorKind, TensorSpec } from '../stateDict/tensorSpec';
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

/** A container that the walk went through: where it is first, and what lies below it. */
interface Entry extends Place {
  /** Sum over the first places below, exact unless `sharedBelow`. */
  sum: Sum;
  /** Something below is reached a second time, from here or from elsewhere. */
  sharedBelow: boolean;
  /** The object has further places. */
  shared: boolean;
}

/** A child of the graph: its parent, null for the root, and its index there. */
export interface Place {
  readonly parent: Content | null;
  readonly index: number;
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
  /** Containers, and tensors that have attributes. */
  private readonly entries = new Map<Content, Entry>();
  /** First places of plain tensors, which are most of what there is: positions in the arrays. */
  private readonly plain = new Map<Content, number>();
  private readonly plainParents: Content[] = [];
  private readonly plainIndices: number[] = [];
  /** Further places of tensors, up to a number for each. */
  private readonly furtherPlaces = new Map<Content, Place[]>();
  private readonly childLists = new Map<Content, readonly Child[]>();
  private readonly memo = new Map<Content, Sum>();
  private byStorage: Map<StorageSpec, TensorContent | TensorContent[]> | null = null;

  constructor(readonly root: Content) {
    const tensors: TensorContent[] = [];
    this.complete = this.walk(tensors);
    this.tensors = tensors;
  }

  /** The children of a content, made once. */
  childrenOf(content: Content): readonly Child[] {
    if (content.type === 'scalar') return noChildren;
    if (content.type === 'tensor' && this.plain.has(content)) return noChildren;
    let children = this.childLists.get(content);
    if (children === undefined) {
      children = content.children();
      this.childLists.set(content, children);
    }
    return children;
  }

  /** Whether child `index` of `parent` is the first place of what it holds. Scalars are first everywhere. */
  isFirstPlace(content: Content, parent: Content | null, index: number): boolean {
    const first = this.firstPlace(content);
    return first === null || (first.parent === parent && first.index === index);
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

  /** Where a content is first, null when the walk did not get there. */
  firstPlace(content: Content): Place | null {
    const entry = this.entries.get(content);
    if (entry !== undefined) return entry;
    const position = this.plain.get(content);
    if (position === undefined) return null;
    return { parent: this.plainParents[position] ?? null, index: this.plainIndices[position] ?? 0 };
  }

  /** Places of a tensor after its first: the same object under another name. Up to a limit. */
  furtherPlacesOf(content: TensorContent): readonly Place[] {
    return this.furtherPlaces.get(content) ?? [];
  }

  /** Tensors at and below a content, each object once. */
  sumOf(content: Content): Sum {
    if (content.type === 'scalar') return emptySum;
    if (content.type === 'tensor' && this.plain.has(content)) return sumOfTensor(content);
    const entry = this.entries.get(content);
    if (entry !== undefined && !entry.sharedBelow) return entry.sum;
    let sum = this.memo.get(content);
    if (sum === undefined) {
      sum = this.countOnce([content]);
      this.memo.set(content, sum);
    }
    return sum;
  }

  /** Tensors at and below some children of one content, each object once. */
  sumOfChildren(parent: Content, indices: readonly number[]): Sum {
    const children = this.childrenOf(parent);
    const total = new RunningSum(emptySum);
    for (const index of indices) {
      const content = children[index]?.content;
      if (content === undefined || content.type === 'scalar') continue;
      if (content.type === 'tensor' && this.plain.has(content) && !this.furtherPlaces.has(content)) {
        total.addTensor(content);
        continue;
      }
      const entry = this.entries.get(content);
      if (entry === undefined || entry.shared || entry.sharedBelow) {
        // Sums of what is shared do not add up.
        return this.countOnce(indices.flatMap((one) => children[one]?.content ?? []));
      }
      total.add(entry.sum);
    }
    return total.sum();
  }

  /** Tensors at and below several contents, each object once over all of them. */
  private countOnce(contents: readonly Content[]): Sum {
    const total = new RunningSum(emptySum);
    const seen = new Set<Content>();
    const pending = [...contents].reverse();
    let edges = 0;
    for (let content = pending.pop(); content !== undefined; content = pending.pop()) {
      if (content.type === 'scalar' || seen.has(content)) continue;
      seen.add(content);
      if (content.type === 'tensor') total.addTensor(content);
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
    const found = this.storageIndex.get(storage) ?? [];
    return Array.isArray(found) ? found : [found];
  }

  /** What those tensors, or parts of them, use of the storage. */
  useOf(storage: StorageSpec): StorageUse {
    const only = this.storageIndex.get(storage);
    if (only !== undefined && !Array.isArray(only) && only.tensor.parts.length === 0) {
      return storageUse(storage, [only.tensor]);
    }
    const views: TensorSpec[] = [];
    for (const { tensor } of this.tensorsOf(storage)) {
      for (const view of stridedViews(tensor)) if (view.storage === storage) views.push(view);
    }
    return storageUse(storage, views);
  }

  private get storageIndex(): ReadonlyMap<StorageSpec, TensorContent | TensorContent[]> {
    if (this.byStorage !== null) return this.byStorage;
    const index = new Map<StorageSpec, TensorContent | TensorContent[]>();
    const add = (storage: StorageSpec | null, content: TensorContent): void => {
      if (storage === null) return;
      const others = index.get(storage);
      if (others === undefined) index.set(storage, content);
      else if (!Array.isArray(others)) {
        if (others !== content) index.set(storage, [others, content]);
      } else if (others[others.length - 1] !== content) others.push(content);
    };
    for (const content of this.tensors) {
      add(content.tensor.storage, content);
      for (const part of content.tensor.parts) add(part.tensor.storage, content);
    }
    this.byStorage = index;
    return index;
  }

  /** Fills the entries, in order, with one frame per open container. */
  private walk(tensors: TensorContent[]): boolean {
    const stack: Frame[] = [];
    let edges = 0;
    let complete = true;
    const enter = (content: Content, parent: Content | null, index: number, above: Frame | null): void => {
      let children = noChildren;
      if (complete) {
        // Not through `childrenOf`: an empty list for every tensor is not worth remembering.
        children = content.type === 'scalar' ? noChildren : content.children();
        edges += children.length;
        if (edges > outlineLimits.surveyedEdges) {
          complete = false;
          children = noChildren;
        }
      }
      if (content.type === 'tensor') {
        tensors.push(content);
        if (children.length === 0 && above !== null && parent !== null) {
          this.plain.set(content, this.plainParents.length);
          this.plainParents.push(parent);
          this.plainIndices.push(index);
          above.sum.addTensor(content);
          return;
        }
      }
      const own = content.type === 'tensor' ? sumOfTensor(content) : emptySum;
      const entry: Entry = {
        parent,
        index,
        sum: complete ? own : { ...own, exact: false },
        sharedBelow: false,
        shared: false,
      };
      this.entries.set(content, entry);
      this.childLists.set(content, children);
      stack.push({ content, entry, children, next: 0, sum: new RunningSum(entry.sum) });
    };
    enter(this.root, null, 0, null);
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
      const { content } = child;
      if (content.type === 'scalar') continue;
      if (!this.plain.has(content) && !this.entries.has(content)) enter(content, frame.content, index, frame);
      else {
        frame.entry.sharedBelow = true;
        const entry = this.entries.get(content);
        if (entry !== undefined) entry.shared = true;
        if (content.type === 'tensor') this.addFurtherPlace(content, { parent: frame.content, index });
      }
    }
    return complete;
  }

  private addFurtherPlace(content: TensorContent, place: Place): void {
    const places = this.furtherPlaces.get(content);
    if (places === undefined) this.furtherPlaces.set(content, [place]);
    else if (places.length < outlineLimits.sharedLinks) places.push(place);
  }
}

interface Frame {
  readonly content: Content;
  readonly entry: Entry;
  readonly children: readonly Child[];
  next: number;
  readonly sum: RunningSum;
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

  addTensor({ tensor }: TensorContent): void {
    const elements = tensorElements(tensor);
    const bytes = tensorBytes(tensor);
    this.tensors++;
    if (elements === null || bytes === null) this.exact = false;
    if (elements !== null) this.elements = addIntegers(this.elements, elements);
    if (bytes !== null) this.bytes = addIntegers(this.bytes, bytes);
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
