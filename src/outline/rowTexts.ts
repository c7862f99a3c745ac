import type { Content } from '../checkpoint/content';
import { formatInteger } from '../protocol/numbers';
import { escapedOffset, visibleRepr, visibleText } from '../protocol/visibleText';
import type { RowIcon, WireInteger } from '../protocol/messages';
import type { Integer, TensorSpec } from '../stateDict/tensorSpec';
import { outlineLimits } from './limits';
import { pathText } from './names';
import type { ContentNode, OutlineNode } from './nodes';
import { contentNodeOf } from './nodes';
import type { Outline } from './outline';

/** What a row says about a node, ready for a person: hostile characters escaped, long texts cut. */

/** A name as shown, with the raw text between the decoration (`[0]`, `(conv1):`). */
export interface ShownName {
  readonly text: string;
  readonly raw: string;
  /** Length of the decoration before the raw text. */
  readonly before: number;
}

export function shownName(node: OutlineNode, outline: Outline): ShownName {
  const { label } = node;
  if (node.kind === 'more') {
    const hidden = outline.childrenOf(node.parent).length - node.start;
    return { text: `… +${formatInteger(hidden)}`, raw: '', before: 0 };
  }
  if (node.kind === 'content' && node.parent === null) {
    return { text: shown(shortType(typeOf(node.content))), raw: '', before: 0 };
  }
  const [before, after] = node.kind === 'content' ? decoration(node) : ['', ''];
  const quote = quoteOf(label);
  return {
    text: before + quote + shown(label) + quote + after,
    raw: label,
    before: before.length + quote.length,
  };
}

/** A whole path as a name, for the table. */
export function shownPath(path: string): ShownName {
  const quote = quoteOf(path);
  return { text: quote + shown(path) + quote, raw: path, before: quote.length };
}

/** Around names that could not be seen, or seen wrongly, without: empty ones, and spaces at their ends. */
export function quoteOf(name: string): string {
  return name === '' || name !== name.trim() ? '"' : '';
}

/** Ranges of a raw name (offsets from its start) as ranges of the shown name. */
export function shownRanges(
  name: ShownName,
  ranges: readonly (readonly [number, number])[],
): [number, number][] {
  const limit = Math.min(name.raw.length, outlineLimits.nameLength);
  return ranges.flatMap(([start, end]): [number, number][] => {
    const from = Math.max(0, start);
    const to = Math.min(limit, end);
    if (from >= to) return [];
    const at = (offset: number): number => name.before + escapedOffset(name.raw, offset);
    return [[at(from), at(to)]];
  });
}

function decoration(node: ContentNode): [string, string] {
  const above = node.parent === null ? null : contentNodeOf(node.parent).content.type;
  // As print(model) writes it.
  if (node.child.role === 'module') return ['(', '):'];
  if (above === 'sequence' && typeof node.child.name === 'number') return ['[', ']'];
  if (above !== 'module' && node.child.role === 'attribute') return ['.', ''];
  return ['', ''];
}

/** What follows the name, dimmed. */
export function description(node: OutlineNode, outline: Outline): string {
  switch (node.kind) {
    case 'group':
      return node.variant === 'attributes' ? formatInteger(node.entries.length) : '';
    case 'run':
      return `× ${formatInteger(node.members.length)}`;
    case 'more':
      return '';
    case 'content':
      return cut(node.place === 'first' ? contentDescription(node.content) : otherPlace(node, outline));
  }
}

/** Value of a scalar as Python writes it. */
export function valueText(node: OutlineNode): string | null {
  if (node.kind !== 'content' || node.content.type !== 'scalar') return null;
  return visibleRepr(node.content.text, outlineLimits.rowTextLength).text;
}

export function iconOf(node: OutlineNode): RowIcon {
  switch (node.kind) {
    case 'group':
      return node.variant === 'attributes' ? 'dict' : 'module';
    case 'run':
    case 'more':
      return node.kind;
    case 'content':
      return node.place === 'cycle' ? 'alias' : contentIcon(node.content);
  }
}

/** `255 × 256 × 1 × 1`; `[]` for a scalar tensor, null where there is no shape. */
export function shapeText(tensor: TensorSpec): string | null {
  if (tensor.shape === null) return null;
  return tensor.shape.length === 0 ? '[]' : tensor.shape.join(' × ');
}

export function wire(value: Integer): WireInteger {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Python class of a content. */
export function typeOf(content: Content): string {
  return content.type === 'tensor' ? content.tensor.pythonType : content.pythonType;
}

/** The class's name without its module. */
export function shortType(pythonType: string): string {
  return pythonType.slice(pythonType.lastIndexOf('.') + 1);
}

function contentDescription(content: Content): string {
  switch (content.type) {
    case 'tensor':
      return tensorDescription(content.tensor);
    case 'dict':
    case 'sequence':
      return `${shown(shortType(content.pythonType))} · ${formatInteger(content.length)}`;
    case 'module':
      return visibleRepr(content.repr, outlineLimits.rowTextLength).text;
    case 'scalar':
      return builtinScalars.has(content.pythonType) ? '' : shown(content.pythonType);
    case 'object':
      return visibleRepr(content.text, outlineLimits.rowTextLength).text;
  }
}

/** Only what is out of the ordinary. */
function tensorDescription(tensor: TensorSpec): string {
  const parts: string[] = [];
  if (tensor.layout !== 'strided') parts.push(tensor.layout);
  if (!ordinaryTensors.has(tensor.pythonType)) {
    parts.push(shown(shortType(tensor.pythonType)));
  }
  return parts.join(' · ');
}

/** `= model.embed.weight`, `↻ model`: the first place of what is here again. */
function otherPlace(node: ContentNode, outline: Outline): string {
  const first = outline.firstNodeOf(node.content);
  if (first === null) return contentDescription(node.content);
  const path = shown(pathText(first).text || 'ckpt');
  return `${node.place === 'cycle' ? '↻' : '='} ${path}`;
}

function contentIcon(content: Content): RowIcon {
  switch (content.type) {
    case 'sequence':
      return 'list';
    case 'tensor':
    case 'dict':
    case 'module':
    case 'object':
      return content.type;
    case 'scalar':
      return scalarIcons.get(content.pythonType) ?? 'object';
  }
}

const builtinScalars = new Set(['int', 'float', 'str', 'bool', 'NoneType']);
const ordinaryTensors = new Set(['torch.Tensor', 'torch.nn.parameter.Parameter', 'torch.nn.Parameter']);
const scalarIcons = new Map<string, RowIcon>([
  ['int', 'number'],
  ['float', 'number'],
  ['complex', 'number'],
  ['bool', 'boolean'],
  ['NoneType', 'null'],
  ['str', 'string'],
  ['bytes', 'string'],
]);

function shown(name: string): string {
  return visibleText(name, outlineLimits.nameLength).text;
}

function cut(text: string): string {
  const limit = 2 * outlineLimits.rowTextLength;
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
