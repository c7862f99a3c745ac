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

/** The part of a path text that the children of `node` share, with the separator. */
export function childPrefix(node: OutlineNode): string {
  const parts: string[] = [];
  let length = 0;
  let at: OutlineNode | null = node;
  for (; at !== null; at = at.parent) {
    if (length > outlineLimits.searchPrefix) {
      parts.push('…');
      break;
    }
    if (at.kind === 'run' || at.kind === 'more' || at.parent === null || isAttributes(at)) continue;
    const part = partOf(at, outlineLimits.searchPrefixPart);
    parts.push(part);
    length += part.length;
  }
  return joinParts(parts.reverse());
}

export function pathText(node: OutlineNode, prefix = childPrefixOfParent(node)): PathText {
  const part = node.kind === 'run' || node.kind === 'more' ? node.label : partOf(node, Infinity);
  const bracket = part.startsWith('[') && node.kind === 'content' && typeof node.child.name === 'number';
  const start = prefix === '' || bracket ? prefix : `${prefix}.`;
  const text = start + part;
  const labelStart = start.length + (bracket ? 1 : 0);
  const key = stateDictKey(node);
  const keyStart = key.length <= text.length && text.endsWith(key) ? text.length - key.length : labelStart;
  return { text, labelStart, keyStart };
}

function childPrefixOfParent(node: OutlineNode): string {
  return node.parent === null ? '' : childPrefix(node.parent);
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
 * How Python reaches the node from the loaded object: `ckpt["model"]["conv1.weight"]`; for a group of keys
 * the dict of them. Null where nothing reaches it.
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
  return 'ckpt' + accesses.reverse().join('');
}

/** A Python string literal of any text, in double quotes; lone surrogates as escapes. */
export function pythonString(text: string): string {
  const escaped = text.replace(
     
    /["\\]|[\0-\x1f\x7f-\xa0\xad]|[^\0-\uffff]|[\u0600-\u061c\u2000-\u20ff\ud800-\uf8ff\ufe00-\uffff]/gu,
    (character) => {
      if (character === '"' || character === '\\') return `\\${character}`;
      const code = character.codePointAt(0) ?? 0;
      if (code === 10) return '\\n';
      if (code === 13) return '\\r';
      if (code === 9) return '\\t';
      if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
      if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
      return `\\U${code.toString(16).padStart(8, '0')}`;
    },
  );
  return `"${escaped}"`;
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

function joinParts(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += text === '' || /^\[\d+\]$/.test(part) ? part : `.${part}`;
  return text;
}
