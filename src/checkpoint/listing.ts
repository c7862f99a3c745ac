import type { StorageSpec, TensorKind, TensorSpec } from '../stateDict/tensorSpec';
import type { CheckpointWarning } from './checkpoint';
import type { Child, Content, PathElement } from './content';
import { checkpointLimits } from './limits';

export interface ListedTensor {
  readonly path: readonly PathElement[];
  readonly tensor: TensorSpec;
  /** As the module's registration says where there is one, else as the tensor itself says. */
  readonly kind: TensorKind;
  /** The content object: equal for the aliases of one tensor. */
  readonly content: Content;
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

interface Frame {
  readonly content: Content;
  readonly children: readonly Child[];
  next: number;
  readonly path: readonly PathElement[];
  /** Inside a module: the path of the outermost module and the names from there to here. */
  readonly module: { readonly root: readonly PathElement[]; readonly names: readonly string[] } | null;
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

  list(root: Content): void {
    const frames: Frame[] = [];
    this.visit(root, [], null, 'item', false, frames);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1] as Frame;
      const child = frame.children[frame.next++];
      if (child === undefined) {
        this.open.delete(frame.content);
        frames.pop();
        continue;
      }
      if (frame.alias && ++this.aliasNodes > checkpointLimits.aliasNodes) {
        this.warnOnce('listing.aliases', checkpointLimits.aliasNodes, frame.path);
        // Nothing more of what was listed before; what is new is still listed.
        this.open.delete(frame.content);
        frames.pop();
        continue;
      }
      this.child(child, frame, frames);
    }
  }

  private child(child: Child, frame: Frame, frames: Frame[]): void {
    const { module } = frame;
    const name = String(child.name);
    switch (child.role) {
      case 'parameter':
      case 'buffer': {
        if (module === null) break;
        const key = [...module.root, [...module.names, name].join('.')];
        this.visit(child.content, key, null, child.role, frame.alias, frames);
        return;
      }
      case 'module':
        if (module === null) break;
        this.visit(
          child.content,
          [...frame.path, child.name],
          { root: module.root, names: [...module.names, name] },
          child.role,
          frame.alias,
          frames,
        );
        return;
      default:
        break;
    }
    this.visit(child.content, [...frame.path, child.name], null, child.role, frame.alias, frames);
  }

  private visit(
    content: Content,
    path: readonly PathElement[],
    module: Frame['module'],
    role: Child['role'],
    alias: boolean,
    frames: Frame[],
  ): void {
    if (content.type === 'scalar') {
      // An empty registration (`bias=None`) is no value of the model.
      if (role !== 'parameter' && role !== 'buffer' && role !== 'module')
        this.value(path, content.pythonType, content.value, content.text);
      return;
    }
    if (content.type === 'tensor')
      this.tensors.push({ path, tensor: content.tensor, kind: kindOf(role, content.tensor), content });
    else if (content.type === 'object') {
      if (content.storage !== undefined) this.storages.push(content.storage);
      this.value(path, content.pythonType, content.text, content.text);
    }
    if (this.open.has(content)) return;
    const children = content.children();
    if (children.length === 0) return;
    const seen = this.listed.has(content);
    this.listed.add(content);
    this.open.add(content);
    const inside = content.type === 'module' ? (module ?? { root: path, names: [] }) : null;
    frames.push({ content, children, next: 0, path, module: inside, alias: alias || seen });
  }

  private value(path: readonly PathElement[], type: string, value: ListedValue['value'], text: string): void {
    if (this.values.length < checkpointLimits.listedValues) this.values.push({ path, type, value, text });
    else this.warnOnce('listing.values', checkpointLimits.listedValues, path);
  }

  private warnOnce(code: string, limit: number, path: readonly PathElement[]): void {
    if (this.warnings.some((warning) => warning.code === code)) return;
    this.warnings.push({ code, args: [limit], path });
  }
}

function kindOf(role: Child['role'], tensor: TensorSpec): TensorKind {
  if (role === 'parameter') return 'parameter';
  if (role === 'buffer' || role === 'nonPersistentBuffer') return 'buffer';
  return tensor.kind;
}
