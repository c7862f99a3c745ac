import type { StorageSpec, TensorKind, TensorSpec } from '../stateDict/tensorSpec';
import type { CheckpointWarning } from './checkpoint';
import type { Child, Content, PathElement, TensorContent } from './content';
import { checkpointLimits } from './limits';

export interface ListedTensor {
  readonly path: readonly PathElement[];
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
interface Place {
  readonly parent: Place | null;
  readonly name: PathElement;
  readonly depth: number;
}

interface Frame {
  readonly content: Content;
  readonly children: readonly Child[];
  next: number;
  readonly place: Place | null;
  /** Inside a module: where its outermost module is, and the names from there to here as a key prefix. */
  readonly module: { readonly root: Place | null; readonly prefix: string } | null;
  /** Below an object that was listed before. */
  readonly alias: boolean;
}

/**
 * Every tensor and every value under each of its paths, in the order of the file. A module's parameters and
 * persistent buffers have one path element, the state_dict key. Aliases are followed up to a limit, cycles are
 * cut where they close, and nothing recurses.
 */
export function listContents(root: Content): Listing {
  const lister = new Lister();
  lister.list(root);
  return lister;
}

class Lister implements Listing {
  readonly tensors: ListedTensor[] = [];
  readonly values: ListedValue[] = [];
  readonly storages: StorageSpec[] = [];
  readonly warnings: CheckpointWarning[] = [];
  private readonly open = new Set<Content>();
  private readonly listed = new Set<Content>();
  private aliasNodes = 0;
  private deepElements = 0;

  list(root: Content): void {
    const frames: Frame[] = [];
    this.visit(root, null, null, 'item', false, frames);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1] as Frame;
      const child = frame.children[frame.next++];
      if (child === undefined) {
        this.open.delete(frame.content);
        frames.pop();
        continue;
      }
      if (frame.alias && ++this.aliasNodes > checkpointLimits.aliasNodes) {
        this.warnOnce('listing.aliases', checkpointLimits.aliasNodes, frame.place);
        // Nothing more of what was listed before; what is new is still listed.
        this.open.delete(frame.content);
        frames.pop();
        continue;
      }
      this.child(child, frame, frames);
    }
  }

  private child(child: Child, frame: Frame, frames: Frame[]): void {
    const { module, alias } = frame;
    const { content, role } = child;
    if (module !== null && (role === 'parameter' || role === 'buffer')) {
      const key = step(module.root, module.prefix + String(child.name));
      this.visit(content, key, null, role, alias, frames);
    } else if (module !== null && role === 'module') {
      const inner = { root: module.root, prefix: `${module.prefix}${child.name}.` };
      this.visit(content, step(frame.place, child.name), inner, role, alias, frames);
    } else this.visit(content, step(frame.place, child.name), null, role, alias, frames);
  }

  private visit(
    content: Content,
    place: Place | null,
    module: Frame['module'],
    role: Child['role'],
    alias: boolean,
    frames: Frame[],
  ): void {
    if (content.type === 'scalar') {
      // An empty registration (`bias=None`) is no value of the model.
      if (role === 'parameter' || role === 'buffer' || role === 'module') return;
      this.value(place, content.pythonType, content.value, content.text);
      return;
    }
    if (content.type === 'tensor') this.tensor(place, content, role);
    else if (content.type === 'object') {
      if (content.storage !== undefined) this.storages.push(content.storage);
      this.value(place, content.pythonType, content.text, content.text);
    }
    if (this.open.has(content)) return;
    const children = content.children();
    if (children.length === 0) return;
    const seen = this.listed.has(content);
    this.listed.add(content);
    this.open.add(content);
    const inside = content.type === 'module' ? (module ?? { root: place, prefix: '' }) : null;
    frames.push({ content, children, next: 0, place, module: inside, alias: alias || seen });
  }

  private tensor(place: Place | null, content: TensorContent, role: Child['role']): void {
    const { tensor } = content;
    if (!this.affords(place)) return;
    const first = content.stamp !== this;
    content.stamp = this;
    this.tensors.push(new TensorAt(place, tensor, kindOf(role, tensor), first));
  }

  private value(place: Place | null, type: string, value: ListedValue['value'], text: string): void {
    if (!this.affords(place)) return;
    if (this.values.length < checkpointLimits.listedValues)
      this.values.push(new ValueAt(place, type, value, text));
    else this.warnOnce('listing.values', checkpointLimits.listedValues, place);
  }

  /** A few very long paths can be listed; one for each of very many levels is quadratic. */
  private affords(place: Place | null): boolean {
    const depth = place?.depth ?? 0;
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

class TensorAt implements ListedTensor {
  constructor(
    private readonly place: Place | null,
    readonly tensor: TensorSpec,
    readonly kind: TensorKind,
    readonly first: boolean,
  ) {}

  get path(): readonly PathElement[] {
    return pathOf(this.place);
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

function pathOf(place: Place | null): readonly PathElement[] {
  const path = new Array<PathElement>(place?.depth ?? 0);
  for (let at = place; at !== null; at = at.parent) path[at.depth - 1] = at.name;
  return path;
}

function kindOf(role: Child['role'], tensor: TensorSpec): TensorKind {
  if (role === 'parameter') return 'parameter';
  if (role === 'buffer' || role === 'nonPersistentBuffer') return 'buffer';
  return tensor.kind;
}
