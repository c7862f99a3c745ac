import { CheckpointError } from '../checkpointError';
import type { CopyFormat, WireInteger } from '../protocol/messages';
import { escapeInvisible, pastable } from '../protocol/visibleText';
import { outlineLimits } from './limits';
import { pathElements, pathText, pythonAccess, stateDictKey } from './names';
import type { ContentNode, OutlineNode } from './nodes';
import type { Outline } from './outline';
import { wire } from './rowTexts';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

export type TableFormat = Exclude<CopyFormat, 'key' | 'python' | 'row'>;

const columns = ['key', 'dtype', 'shape', 'elements', 'bytes'] as const;

/**
 * A node as text for the clipboard: its state_dict key, its Python expression, or its row. A key that would do
 * something where it is pasted (end a line, control a terminal, turn the direction) has escapes; Python's
 * expression has the exact one.
 * @throws CheckpointError `outline.noPython` for a row that Python cannot reach
 */
export function copyNode(node: OutlineNode, format: 'key' | 'python' | 'row', outline: Outline): string {
  switch (format) {
    case 'key':
      return pastable(stateDictKey(node));
    case 'python': {
      const access = pythonAccess(node);
      if (access === null) throw new CheckpointError('outline.noPython');
      return access;
    }
    case 'row':
      return rowCells(node, outline).map(plainCell).join('\t');
  }
}

/**
 * Tensors as a table. JSON has the exact paths, as escapes where need be; in the others, invisible and misleading characters of keys are
 * escapes, and in TSV and CSV a cell that a spreadsheet would run as a formula starts with `'`.
 * @throws CheckpointError `outline.copyTooLong`
 */
export function copyTable(nodes: readonly ContentNode[], format: TableFormat): string {
  const writer = writers[format];
  const lines: string[] = [];
  let length = 0;
  for (const node of nodes) {
    const line = writer.line(node);
    length += line.length + 2;
    if (length > outlineLimits.copyLength) {
      throw new CheckpointError('outline.copyTooLong', [outlineLimits.copyLength]);
    }
    lines.push(line);
  }
  return writer.whole(lines);
}

interface Writer {
  line(node: ContentNode): string;
  whole(lines: readonly string[]): string;
}

const writers: { readonly [format in TableFormat]: Writer } = {
  tsv: {
    line: (node) => tensorCells(node).map(plainCell).join('\t'),
    whole: (lines) => [columns.join('\t'), ...lines, ''].join('\n'),
  },
  csv: {
    line: (node) => tensorCells(node).map(csvCell).join(','),
    // RFC 4180: lines end with CRLF.
    whole: (lines) => [columns.join(','), ...lines, ''].join('\r\n'),
  },
  markdown: {
    line: (node) => markdownRow(tensorCells(node).map((cell, i) => (i < 3 ? codeSpan(cell) : cell))),
    whole: (lines) => [markdownRow(columns), '| --- | --- | --- | ---: | ---: |', ...lines, ''].join('\n'),
  },
  json: {
    line: (node) => escapedJson(JSON.stringify(jsonEntry(node))),
    whole: (lines) => (lines.length === 0 ? '[]\n' : `[\n  ${lines.join(',\n  ')}\n]\n`),
  },
};

function tensorCells(node: ContentNode): string[] {
  const key = escapeInvisible(pathText(node).text);
  if (node.content.type !== 'tensor') return [key, '', '', '', ''];
  const { tensor } = node.content;
  const shape = tensor.shape === null ? '' : `[${tensor.shape.join(', ')}]`;
  return [key, tensor.dtype, shape, orEmpty(tensorElements(tensor)), orEmpty(tensorBytes(tensor))];
}

/** Sums in place of sizes for what is no tensor; the value of a scalar in place of a shape. */
function rowCells(node: OutlineNode, outline: Outline): string[] {
  if (node.kind === 'content' && node.content.type === 'tensor') return tensorCells(node);
  const sum = outline.sumOf(node);
  const value = node.kind === 'content' && node.content.type === 'scalar' ? node.content.text : '';
  const type = node.kind === 'content' && node.content.type !== 'tensor' ? node.content.pythonType : '';
  const sizes = sum.tensors === 0 ? ['', ''] : [String(sum.elements), String(sum.bytes)];
  return [escapeInvisible(pathText(node).text), type, escapeInvisible(value), ...sizes];
}

function jsonEntry(node: ContentNode): Record<string, unknown> {
  const path = pathElements(node);
  if (node.content.type !== 'tensor') return { path };
  const { tensor } = node.content;
  return {
    path,
    dtype: tensor.dtype,
    shape: tensor.shape === null ? null : tensor.shape.map(wire),
    elements: orNull(tensorElements(tensor)),
    bytes: orNull(tensorBytes(tensor)),
  };
}

/** The same JSON with invisible and misleading characters as `\\uXXXX`. */
function escapedJson(json: string): string {
  return pastable(json) === json ? json : json.replace(/[^\0-~]/g, jsonEscape);
}

function jsonEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** No tab and no line end is left in a visible text; what a spreadsheet would calculate becomes text. */
function plainCell(text: string): string {
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

function csvCell(text: string): string {
  const plain = plainCell(text);
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A code span whose fence is longer than any run of backticks in it; pipes are escaped even there (GFM). */
function codeSpan(text: string): string {
  if (text === '') return '';
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 || text.startsWith(' ') || text.endsWith(' ') ? ' ' : '';
  return fence + space + text.replaceAll('|', '\\|') + space + fence;
}

function orEmpty(value: number | bigint | null): string {
  return value === null ? '' : String(value);
}

function orNull(value: number | bigint | null): WireInteger | null {
  return value === null ? null : wire(value);
}
