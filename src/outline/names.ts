import { pythonString } from '../checkpoint/pythonLiteral';
import { outlineLimits } from './limits';
import type { ContentNode, OutlineNode } from './nodes';
import { contentNodeOf } from './nodes';

/** How a node is named: the text that a search looks at, its state_dict key, its Python expression. */

/** A node's path as one text, and where its own name starts in it. */
export interface PathText {
  /** `model.backbone.0.weight`, `optimizer.state[0].exp_avg`; a very long start is cut to `…`. */
  readonly text: string;
  /** Offset of the node's label. */
  readonly labelStart: number;
  /** Offset of the state_dict key (or the own name, where there is no state_dict) in it. */
  readonly keyStart: number;
}

/** How the children of a node are named: what their path texts share. */
export interface ChildNaming {
  /** The path text of the parent, shortened where it is very long. */
  readonly prefix: string;
  /** Where the keys of children that belong to a state_dict start in their path texts. */
  readonly keyStart: number;
}

/** `above` is the naming of the node's siblings; without it, it is looked for upwards. */
export function childNaming(node: OutlineNode, above: ChildNaming | null = namingAbove(node)): ChildNaming {
  if (above === null || node.parent === null) return { prefix: '', keyStart: 0 };
  if (node.kind === 'run' || node.kind === 'more' || isAttributes(node)) return above;
  const prefix = shortPrefix(joined(above.prefix, partOf(node, outlineLimits.searchPrefixPart)));
  // A group goes on its dict's keys, a registered submodule those of the module above it.
  const goesOn = node.kind === 'group' || (node.content.type === 'module' && isRegistered(node));
  const uncut = prefix.length > above.prefix.length;
  return { prefix, keyStart: goesOn && uncut ? above.keyStart : prefix.length + 1 };
}

/** The path text of a child of a node with this naming. */
export function namedBelow(node: ContentNode, naming: ChildNaming): PathText {
  const isNumber = typeof node.child.name === 'number';
  const text = joined(naming.prefix, isNumber ? `[${node.label}]` : node.label);
  const labelStart = text.length - node.label.length - (isNumber ? 1 : 0);
  const inStateDict = node.child.role === 'item' ? !isNumber : isRegistered(node);
  return { text, labelStart, keyStart: inStateDict ? Math.min(naming.keyStart, labelStart) : labelStart };
}

/** The path text of any node. */
export function pathText(node: OutlineNode): PathText {
  const naming = namingAbove(node) ?? { prefix: '', keyStart: 0 };
  if (node.kind === 'content') return namedBelow(node, naming);
  const text = joined(naming.prefix, node.label);
  return { text, labelStart: text.length - node.label.length, keyStart: naming.keyStart };
}

/** The naming of a node's siblings, from the root down; null for the root. */
function namingAbove(node: OutlineNode): ChildNaming | null {
  const ancestors: OutlineNode[] = [];
  for (let at = node.parent; at !== null; at = at.parent) ancestors.push(at);
  let naming: ChildNaming | null = null;
  // A prefix forgets its start once it is long: more ancestors than that change nothing.
  const start = Math.min(ancestors.length - 1, outlineLimits.searchPrefix);
  for (let i = start; i >= 0; i--) {
    const ancestor = ancestors[i];
    if (ancestor !== undefined) naming = childNaming(ancestor, naming);
  }
  return naming;
}

function joined(prefix: string, part: string): string {
  return prefix === '' || part.startsWith('[') ? prefix + part : `${prefix}.${part}`;
}

function shortPrefix(prefix: string): string {
  const { searchPrefix } = outlineLimits;
  // ASCII: an ellipsis would make every name below take two bytes a character.
  return prefix.length > searchPrefix ? `...${prefix.slice(-searchPrefix)}` : prefix;
}

/**
 * The key that `state_dict()` has for a tensor or a module: `layer1.0.conv1.weight` for parameters and buffers
 * of modules, the dict's key for the rest, the own name where there is none.
 */
export function stateDictKey(node: OutlineNode): string {
  if (node.kind === 'run' || node.kind === 'more') return node.label;
  if (node.kind === 'group') {
    if (node.variant === 'attributes') return node.label;
    const first = contentNodeOf(node).content;
    return first.type === 'dict' ? groupKey(node) : node.label;
  }
  if (!isRegistered(node)) return String(node.child.name);
  const names = [String(node.child.name)];
  let length = node.label.length;
  for (let at = moduleAbove(node); at !== null && isRegistered(at); at = moduleAbove(at)) {
    names.push(at.label);
    length += at.label.length;
    if (length > outlineLimits.detailTextLength) return node.label;
  }
  return names.reverse().join('.');
}

/**
 * The path of a node as `inspect --json` gives it: dict keys and positions, and one state_dict key for
 * everything that modules registered below each other.
 */
export function pathElements(node: ContentNode): (string | number)[] {
  const elements: (string | number)[] = [];
  let registered: string[] = [];
  for (let at: ContentNode = node; at.parent !== null; at = contentNodeOf(at.parent)) {
    if (isRegistered(at)) {
      registered.push(String(at.child.name));
      continue;
    }
    if (registered.length > 0) elements.push(registered.reverse().join('.'));
    registered = [];
    elements.push(at.child.name);
  }
  if (registered.length > 0) elements.push(registered.reverse().join('.'));
  return elements.reverse();
}

/**
 * How Python reaches the node from the loaded object or the model: `ckpt["model"]["conv1.weight"]`,
 * `model.conv1.weight`; for a group of keys the dict of them. Null where nothing reaches it.
 */
export function pythonAccess(node: OutlineNode): string | null {
  if (node.kind === 'run' || node.kind === 'more') return null;
  if (node.kind === 'group') {
    const owner = pythonAccess(node.owner);
    if (owner === null) return null;
    if (node.variant === 'attributes') return `vars(${owner})`;
    const prefix = pythonString(groupKey(node) + '.');
    return `{k: v for k, v in ${owner}.items() if k.startswith(${prefix})}`;
  }
  const accesses: string[] = [];
  let at: ContentNode = node;
  while (at.parent !== null) {
    if (at.child.access === null) return null;
    accesses.push(at.child.access);
    at = contentNodeOf(at.parent);
  }
  return (at.child.access ?? '') + accesses.reverse().join('');
}

/** The common start of a group's keys, without the last dot. */
function groupKey(node: OutlineNode & { readonly kind: 'group' }): string {
  const labels: string[] = [];
  let at: OutlineNode = node;
  while (at.kind === 'group') {
    labels.push(at.label);
    at = at.parent;
  }
  return labels.reverse().join('.');
}

/** A parameter, buffer or submodule of the module above it. */
function isRegistered(node: ContentNode): boolean {
  const role = node.child.role;
  return role === 'parameter' || role === 'buffer' || role === 'module';
}

function moduleAbove(node: ContentNode): ContentNode | null {
  if (node.parent === null) return null;
  const above = contentNodeOf(node.parent);
  return above.content.type === 'module' ? above : null;
}

function isAttributes(node: OutlineNode): boolean {
  return node.kind === 'group' && node.variant === 'attributes';
}

function partOf(node: OutlineNode, limit: number): string {
  if (node.kind === 'content' && typeof node.child.name === 'number') return `[${node.label}]`;
  return node.label.length > limit ? `${node.label.slice(0, limit)}…` : node.label;
}
