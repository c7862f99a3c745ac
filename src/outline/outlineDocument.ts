import type { Content } from '../checkpoint/content';
import { SearchIndex } from './filter/searchIndex';
import { Folding } from './folding';
import { pathElements } from './names';
import { keyOf, NodeFinder } from './nodeKeys';
import type { OutlineNode } from './nodes';
import { Outline } from './outline';
import type { TensorTable } from './tensorTable';
import { tensorTable } from './tensorTable';
import { defaultExpansion } from './treeRows';

/** The outline of one opened file with everything that its views share, each part made when first needed. */
export class OutlineDocument {
  readonly outline: Outline;
  readonly folding: Folding;
  readonly finder: NodeFinder;
  private treeIndexMemo: SearchIndex | null = null;
  private tableMemo: TensorTable | null = null;
  private tableIndexMemo: SearchIndex | null = null;
  private readonly defaultsMemo = new Map<boolean, ReadonlySet<OutlineNode>>();

  /** @param pythonName how Python expressions name the whole */
  constructor(root: Content, pythonName?: string) {
    this.outline = new Outline(root, pythonName);
    this.folding = new Folding(this.outline);
    this.finder = new NodeFinder(this.outline, this.folding);
  }

  get treeIndex(): SearchIndex {
    return (this.treeIndexMemo ??= SearchIndex.ofOutline(this.outline));
  }

  get table(): TensorTable {
    return (this.tableMemo ??= tensorTable(this.outline));
  }

  /** Positions are those of `table.nodes`. */
  get tableIndex(): SearchIndex {
    return (this.tableIndexMemo ??= SearchIndex.ofNodes(this.table.nodes, this.treeIndex));
  }

  /** The key of the tensor at a path as `pathElements` gives it; null where there is none. */
  locate(path: readonly (string | number)[]): string | null {
    const name = path.at(-1);
    const isAt = (node: OutlineNode): boolean => {
      if (node.kind !== 'content' || !String(name).endsWith(node.label)) return false;
      const elements = pathElements(node);
      return elements.length === path.length && elements.every((element, i) => element === path[i]);
    };
    const found = this.table.nodes.find(isAt);
    return found === undefined ? null : keyOf(found);
  }

  defaults(foldRuns: boolean): ReadonlySet<OutlineNode> {
    let defaults = this.defaultsMemo.get(foldRuns);
    if (defaults === undefined) {
      defaults = defaultExpansion(this.outline, foldRuns ? this.folding : null);
      this.defaultsMemo.set(foldRuns, defaults);
    }
    return defaults;
  }
}
