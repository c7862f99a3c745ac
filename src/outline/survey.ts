import type { Child, Content, TensorContent } from '../checkpoint/content';
import type { StorageSpec, TensorKind } from '../stateDict/tensorSpec';
import { outlineLimits } from './limits';
import { StorageViews } from './storageViews';
import type { Sum } from './sum';
import { emptySum, RunningSum, sumOfTensor } from './sum';

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
  /** Storages that were saved as objects of their own. */
  readonly ownStorages: StorageSpec[] = [];
  /** Containers, and tensors that have attributes. */
  private readonly entries = new Map<Content, Entry>();
  /** Further places of tensors, up to a number for each. */
  private readonly furtherPlaces = new Map<Content, Place[]>();
  private readonly childLists = new Map<Content, readonly Child[]>();
  private readonly memo = new Map<Content, Sum>();
  private storageViewsMemo: StorageViews | null = null;

  constructor(readonly root: Content) {
    const tensors: TensorContent[] = [];
    this.complete = this.walk(tensors);
    this.tensors = tensors;
  }

  /** The children of a content, made once. */
  childrenOf(content: Content): readonly Child[] {
    if (content.type === 'scalar') return noChildren;
    if (content.type === 'tensor' && this.plainPlace(content) !== null) return noChildren;
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
    const place = this.firstPlace(content);
    const siblings = place === null || place.parent === null ? noChildren : this.childrenOf(place.parent);
    switch (siblings[place?.index ?? -1]?.role) {
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
    const plain = content.type === 'tensor' ? this.plainPlace(content) : null;
    return plain ?? this.entries.get(content) ?? null;
  }

  /** Places of a tensor after its first: the same object under another name. Up to a limit. */
  furtherPlacesOf(content: TensorContent): readonly Place[] {
    return this.furtherPlaces.get(content) ?? [];
  }

  /** Tensors at and below a content, each object once. */
  sumOf(content: Content): Sum {
    if (content.type === 'scalar') return emptySum;
    if (content.type === 'tensor' && this.plainPlace(content) !== null) return sumOfTensor(content);
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
    const total = new RunningSum();
    for (const index of indices) {
      const content = children[index]?.content;
      if (content === undefined || content.type === 'scalar') continue;
      if (content.type === 'tensor' && this.plainPlace(content)?.only === true) {
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
    const total = new RunningSum();
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

  /** Which tensors view which storage: made when first asked for. */
  get storageViews(): StorageViews {
    return (this.storageViewsMemo ??= new StorageViews(this.tensors));
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
          content.firstPlace = new TensorPlace(this, parent, index);
          above.sum.addTensor(content);
          if (!complete) above.sum.exact = false;
          return;
        }
      }
      if (content.type === 'object' && content.storage !== undefined) this.ownStorages.push(content.storage);
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
      const plain = content.type === 'tensor' ? this.plainPlace(content) : null;
      const entry = plain === null ? this.entries.get(content) : undefined;
      if (plain === null && entry === undefined) {
        enter(content, frame.content, index, frame);
        continue;
      }
      frame.entry.sharedBelow = true;
      if (plain !== null) plain.only = false;
      if (entry !== undefined) entry.shared = true;
      if (content.type === 'tensor') this.addFurtherPlace(content, { parent: frame.content, index });
    }
    return complete;
  }

  /** The first place of a tensor without attributes, null for others. */
  private plainPlace(content: TensorContent): TensorPlace | null {
    const place = content.firstPlace;
    return place instanceof TensorPlace && place.survey === this ? place : null;
  }

  private addFurtherPlace(content: TensorContent, place: Place): void {
    const places = this.furtherPlaces.get(content);
    if (places === undefined) this.furtherPlaces.set(content, [place]);
    else if (places.length < outlineLimits.sharedLinks) places.push(place);
  }
}

/**
 * The first place of a tensor without attributes, which is most of what there is. Kept on the content: a map
 * of tens of thousands of objects takes longer than walking them.
 */
class TensorPlace implements Place {
  /** There is no further place. */
  only = true;

  constructor(
    readonly survey: Survey,
    readonly parent: Content,
    readonly index: number,
  ) {}
}

interface Frame {
  readonly content: Content;
  readonly entry: Entry;
  readonly children: readonly Child[];
  next: number;
  readonly sum: RunningSum;
}

const noChildren: readonly Child[] = [];
