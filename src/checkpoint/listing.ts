import type { StorageSpec, TensorKind, TensorSpec } from '../stateDict/tensorSpec';
import type { CheckpointWarning } from './checkpoint';
import type {
  Child,
  ChildList,
  Content,
  ObjectContent,
  PathElement,
  ScalarContent,
  TensorContent,
} from './content';
import { checkpointLimits } from './limits';

export interface ListedTensor {
  readonly path: readonly PathElement[];
  /** The path's last element, null for the root, and what is before it. */
  readonly name: PathElement | null;
  readonly parent: Place | null;
  readonly tensor: TensorSpec;
  /** As the module's registration says where there is one, else as the tensor itself says. */
  readonly kind: TensorKind;
  /** False for the aliases of a tensor that is listed before. */
  readonly first: boolean;
}

export interface ListedValue {
  readonly path: readonly PathElement[];
  readonly type: string;
  readonly value: null | boolean | number | bigint | string;
  /** As Python writes it, shortened. */
  readonly text: string;
}

export interface Listing {
  readonly tensors: readonly ListedTensor[];
  readonly values: readonly ListedValue[];
  /** Storages that stand alone, without a tensor. */
  readonly storages: readonly StorageSpec[];
  readonly warnings: readonly CheckpointWarning[];
}

/** A place in the checkpoint, linked to its parent: arrays would be quadratic in the depth. */
export interface Place {
  readonly parent: Place | null;
  readonly name: PathElement;
  readonly depth: number;
}

/** What a walk meets, in the order of the file. */
export interface ContentVisitor {
  /**
   * A tensor, under each of its paths: `name` below `parent`, or the root where `name` is null. `kind` is as
   * the module's registration says where there is one. `first` is false for the aliases of one that came before.
   */
  tensor(
    parent: Place | null,
    name: PathElement | null,
    tensor: TensorSpec,
    kind: TensorKind,
    first: boolean,
  ): void;
  value(value: ListedValue): void;
  /** A storage that stands alone, without a tensor. */
  storage(storage: StorageSpec): void;
}

/** Children that an object may have and be walked without a frame of its own. */
const fewChildren = 4;

function holdsScalars(children: ChildList): boolean {
  for (let i = 0; i < children.length; i++) {
    if (children.at(i)?.content.type !== 'scalar') return false;
  }
  return true;
}

interface Frame {
  readonly content: Content;
  readonly children: ChildList;
  readonly length: number;
  next: number;
  readonly place: Place | null;
  /** Inside a module: where its outermost module is, and the names from there to here as a key prefix. */
  readonly module: { readonly root: Place | null; readonly prefix: string } | null;
  /** Below an object that was listed before. */
  readonly alias: boolean;
}

/** Every tensor and every value under each of its paths, see `walkContents`. */
export function listContents(root: Content): Listing {
  const collector = new Collector();
  const warnings = walkContents(root, collector);
  const { tensors, values, storages } = collector;
  return { tensors, values, storages, warnings };
}

/**
 * Shows a visitor every tensor and every value under each of its paths, in the order of the file. A module's
 * parameters and persistent buffers have one path element, the state_dict key. Aliases are followed up to a
 * limit, cycles are cut where they close, and nothing recurses. The result is what limits left out.
 */
export function walkContents(root: Content, visitor: ContentVisitor): readonly CheckpointWarning[] {
  const walk = new ContentWalk(root, visitor);
  walk.advance(Infinity);
  return walk.warnings;
}

/** The walk of `walkContents`, a part at a time. */
export class ContentWalk {
  /** What limits left out so far. */
  readonly warnings: CheckpointWarning[] = [];
  private readonly frames: Frame[] = [];
  /**
   * What has been walked, and whether it is open. Nothing is taken out: a hash table keeps what was deleted in its
   * chains, and an alias that comes and goes a thousand times makes one chain of a thousand.
   */
  private readonly walked = new Map<Content, boolean>();
  private aliasNodes = 0;
  private deepElements = 0;
  private values = 0;

  constructor(
    root: Content,
    private readonly visitor: ContentVisitor,
  ) {
    this.visit(root, null, null, null, 'item', false);
  }

  /** Goes on for about so many contents; false when all have been met. */
  advance(contents: number): boolean {
    const { frames } = this;
    for (let left = contents; left > 0;) {
      const frame = frames[frames.length - 1];
      if (frame === undefined) return false;
      left -= 1 + this.children(frame, left);
    }
    return frames.length > 0;
  }

  /** At most `limit` next children of the innermost object, up to one that has children itself. */
  private children(frame: Frame, limit: number): number {
    const { children, length, alias, place } = frame;
    const depth = this.frames.length;
    const first = frame.next;
    while (frame.next < length) {
      if (frame.next - first >= limit) return limit;
      if (alias && ++this.aliasNodes > checkpointLimits.aliasNodes) {
        this.warnOnce('listing.aliases', checkpointLimits.aliasNodes, place);
        // Nothing more of what was listed before; what is new is still listed.
        break;
      }
      this.child(children.at(frame.next++) as Child, frame);
      if (this.frames.length > depth) return frame.next - first;
    }
    this.walked.set(frame.content, false);
    this.frames.pop();
    return frame.next - first;
  }

  private child(child: Child, { module, alias, place }: Frame): void {
    const { content, role, name } = child;
    if (module !== null && (role === 'parameter' || role === 'buffer')) {
      this.visit(content, module.root, module.prefix + String(name), null, role, alias);
    } else if (module !== null && role === 'module') {
      const inner = { root: module.root, prefix: `${module.prefix}${name}.` };
      this.visit(content, place, name, inner, role, alias);
    } else this.visit(content, place, name, null, role, alias);
  }

  private visit(
    content: Content,
    parent: Place | null,
    name: PathElement | null,
    module: Frame['module'],
    role: Child['role'],
    alias: boolean,
  ): void {
    if (content.type === 'tensor') {
      this.tensor(content, parent, name, role);
      // Almost all have nothing below them.
      if (content.isLeaf === true) return;
    }
    const place = name === null ? parent : step(parent, name);
    if (content.type === 'scalar') {
      // An empty registration (`bias=None`) is no value of the model.
      if (role === 'parameter' || role === 'buffer' || role === 'module') return;
      this.value(place, content);
      return;
    }
    if (content.type === 'object') {
      if (content.storage !== undefined) this.visitor.storage(content.storage);
      this.value(place, content);
    }
    const walked = this.walked.get(content);
    if (walked === true) return;
    if (this.frames.length >= checkpointLimits.levels) {
      this.warnOnce('listing.levels', checkpointLimits.levels, place);
      return;
    }
    const children =
      content.type !== 'module' && content.type !== 'tensor' && content.passing !== undefined
        ? content.passing()
        : content.children();
    const { length } = children;
    if (length === 0) return;
    if (content.type !== 'module' && length <= fewChildren && holdsScalars(children)) {
      // No cycle goes through it and it costs no more than its place: a file may have a million.
      for (let i = 0; i < length; i++) {
        const child = children.at(i) as Child;
        this.visit(child.content, place, child.name, null, child.role, alias);
      }
      return;
    }
    this.walked.set(content, true);
    const inside = content.type === 'module' ? (module ?? { root: place, prefix: '' }) : null;
    this.frames.push({
      content,
      children,
      length,
      next: 0,
      place,
      module: inside,
      alias: alias || walked !== undefined,
    });
  }

  private tensor(
    content: TensorContent,
    parent: Place | null,
    name: PathElement | null,
    role: Child['role'],
  ): void {
    if (!this.affords((parent?.depth ?? 0) + 1)) return;
    const first = content.stamp !== this;
    content.stamp = this;
    const { tensor } = content;
    this.visitor.tensor(parent, name, tensor, kindOf(role, tensor), first);
  }

  /** The text of an object is made for those that are listed only: it may take looking at much. */
  private value(place: Place | null, content: ScalarContent | ObjectContent): void {
    if (!this.affords(place?.depth ?? 0)) return;
    if (this.values++ < checkpointLimits.listedValues) {
      const { text } = content;
      const value = content.type === 'scalar' ? content.value : text;
      this.visitor.value(new ValueAt(place, content.pythonType, value, text));
    } else this.warnOnce('listing.values', checkpointLimits.listedValues, place);
  }

  /** A few very long paths can be listed; one for each of very many levels is quadratic. */
  private affords(depth: number): boolean {
    if (depth <= checkpointLimits.usualDepth) return true;
    this.deepElements += depth;
    if (this.deepElements <= checkpointLimits.deepPathElements) return true;
    this.warnOnce('listing.depth', checkpointLimits.deepPathElements, null);
    return false;
  }

  private warnOnce(code: string, limit: number, place: Place | null): void {
    if (this.warnings.some((warning) => warning.code === code)) return;
    this.warnings.push({ code, args: [limit], path: (place?.depth ?? 0) > 100 ? null : pathOf(place) });
  }
}

class Collector implements ContentVisitor {
  readonly tensors: ListedTensor[] = [];
  readonly values: ListedValue[] = [];
  readonly storages: StorageSpec[] = [];

  tensor(
    parent: Place | null,
    name: PathElement | null,
    tensor: TensorSpec,
    kind: TensorKind,
    first: boolean,
  ): void {
    this.tensors.push(new TensorAt(parent, name, tensor, kind, first));
  }

  value(value: ListedValue): void {
    this.values.push(value);
  }

  storage(storage: StorageSpec): void {
    this.storages.push(storage);
  }
}

class TensorAt implements ListedTensor {
  constructor(
    readonly parent: Place | null,
    readonly name: PathElement | null,
    readonly tensor: TensorSpec,
    readonly kind: TensorKind,
    readonly first: boolean,
  ) {}

  get path(): readonly PathElement[] {
    const path = pathOf(this.parent);
    return this.name === null ? path : [...path, this.name];
  }
}

class ValueAt implements ListedValue {
  constructor(
    private readonly place: Place | null,
    readonly type: string,
    readonly value: ListedValue['value'],
    readonly text: string,
  ) {}

  get path(): readonly PathElement[] {
    return pathOf(this.place);
  }
}

function step(parent: Place | null, name: PathElement): Place {
  return { parent, name, depth: (parent?.depth ?? 0) + 1 };
}

/** The names from the root to a place. */
export function pathOf(place: Place | null): readonly PathElement[] {
  const path = new Array<PathElement>(place?.depth ?? 0);
  for (let at = place; at !== null; at = at.parent) path[at.depth - 1] = at.name;
  return path;
}

function kindOf(role: Child['role'], tensor: TensorSpec): TensorKind {
  if (role === 'parameter') return 'parameter';
  if (role === 'buffer' || role === 'nonPersistentBuffer') return 'buffer';
  return tensor.kind;
}
