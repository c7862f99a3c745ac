import type { Message } from '../../protocol/messages';
import type { PageLeaf, PageNode, PagePlace, PageState } from '../../protocol/checkPage';

/** Parts of a key that become levels of the tree; the rest of a deeper one stays its last name. */
const MAX_LEVELS = 60;

export interface TreeKey<State extends string = PageState> extends PageLeaf<State> {
  readonly place: PagePlace | null;
  readonly why: Message | null;
}

/** What is known of a module beyond its keys. */
export interface TreeModule {
  readonly type: string | null;
  readonly place: PagePlace | null;
}

interface Node<State extends string> {
  name: string;
  path: string;
  readonly key: TreeKey<State> | null;
  readonly children: Map<string, Node<State>>;
  readonly counts: Map<State, number>;
}

/**
 * Keys as a tree of their modules, as rows in the order of a walk. Modules that hold nothing but another
 * one share its row (`backbone.stage1`).
 */
export function keyTree<State extends string>(
  keys: readonly TreeKey<State>[],
  moduleAt: (path: string) => TreeModule | null,
  whyOf: (path: string) => Message | null,
): PageNode<State>[] {
  const root = newNode<State>('', '', null);
  for (const key of keys) add(root, key);
  const rows: { -readonly [K in keyof PageNode<State>]: PageNode<State>[K] }[] = [];
  const stack = [...root.children.values()].reverse().map((node) => ({ node, depth: 0 }));
  const open: { index: number; depth: number }[] = [];
  const close = (depth: number): void => {
    for (let last = open.at(-1); last !== undefined && last.depth >= depth; last = open.at(-1)) {
      const row = rows[last.index];
      if (row !== undefined) row.below = rows.length - last.index - 1;
      open.pop();
    }
  };
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, depth } = next;
    close(depth);
    const paths = joinOnlyChild(node);
    open.push({ index: rows.length, depth });
    const known = node.key === null ? moduleAt(node.path) : null;
    rows.push({
      depth,
      below: 0,
      name: node.name,
      path: node.path,
      type: known?.type ?? null,
      place: node.key?.place ?? known?.place ?? null,
      counts: countsOf(node),
      why: node.key === null ? firstOf(paths, whyOf) : node.key.why,
      leaf: node.key === null ? null : leafOf(node.key),
    });
    for (const child of [...node.children.values()].reverse()) stack.push({ node: child, depth: depth + 1 });
  }
  close(0);
  return rows;
}

function newNode<State extends string>(name: string, path: string, key: TreeKey<State> | null): Node<State> {
  return { name, path, key, children: new Map(), counts: new Map() };
}

function add<State extends string>(root: Node<State>, key: TreeKey<State>): void {
  const names = segments(key.key);
  let node = root;
  let path = '';
  for (const [level, name] of names.entries()) {
    path = level === 0 ? name : `${path}.${name}`;
    const isLeaf = level === names.length - 1;
    // A key and a module of the same name are two rows.
    const slot = `${isLeaf ? 'key' : 'module'} ${name}`;
    let child = node.children.get(slot);
    if (child === undefined) {
      child = newNode(name, path, isLeaf ? key : null);
      node.children.set(slot, child);
    }
    child.counts.set(key.state, (child.counts.get(key.state) ?? 0) + 1);
    node = child;
  }
}

function segments(key: string): string[] {
  const names = key.split('.');
  return names.length <= MAX_LEVELS
    ? names
    : [...names.slice(0, MAX_LEVELS - 1), names.slice(MAX_LEVELS - 1).join('.')];
}

/** Returns the paths that the row stands for. */
function joinOnlyChild<State extends string>(node: Node<State>): string[] {
  const paths = [node.path];
  for (;;) {
    const [only, ...others] = node.children.values();
    if (only === undefined || others.length > 0 || only.key !== null) return paths;
    paths.push(only.path);
    node.name += `.${only.name}`;
    node.path = only.path;
    node.children.clear();
    for (const [slot, child] of only.children) node.children.set(slot, child);
  }
}

function firstOf(paths: readonly string[], whyOf: (path: string) => Message | null): Message | null {
  for (const path of paths) {
    const why = whyOf(path);
    if (why !== null) return why;
  }
  return null;
}

function countsOf<State extends string>({ counts }: Node<State>): PageNode<State>['counts'] {
  // What Object.fromEntries gives has lost that its names are states.
  return Object.fromEntries(counts) as PageNode<State>['counts'];
}

function leafOf<State extends string>({
  key,
  state,
  shape,
  dtype,
  fileKey,
}: TreeKey<State>): PageLeaf<State> {
  return { key, state, shape, dtype, fileKey };
}
