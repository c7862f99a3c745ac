import type { ConcreteNode } from '../concreteTree';
import type { Conversion } from './conversion';
import { field, hasError, need } from './nodes';
import { toExpression } from './expressions';
import { decodeEscapes, literalStart } from '../stringLiterals';
import type { Expression, FormatPart } from '../syntax';

export function joinStrings(c: Conversion, nodes: readonly ConcreteNode[], line: number): Expression {
  const parts: FormatPart[] = [];
  let bytes = false;
  let format = false;
  for (const node of nodes) {
    if (node.type !== 'string' || hasError(node)) return c.invalid(node);
    const opening = node.children.find((child) => child.type === 'string_start');
    const start = literalStart(opening === undefined ? '"' : c.textOf(opening));
    bytes ||= start.bytes;
    format ||= start.format;
    stringParts(c, node, start.raw, start.bytes, start.format, parts);
  }
  if (bytes) return { kind: 'bytes', line, value: parts.filter((p) => typeof p === 'string').join('') };
  if (!format) {
    return { kind: 'constant', line, value: parts.filter((p) => typeof p === 'string').join('') };
  }
  return { kind: 'format', line, parts };
}

function stringParts(
  c: Conversion,
  node: ConcreteNode,
  raw: boolean,
  bytes: boolean,
  format: boolean,
  parts: FormatPart[],
): void {
  for (const child of node.children) {
    if (child.type === 'string_content') {
      let text = c.textOf(child);
      if (format) text = text.replace(/\{\{/g, '{').replace(/\}\}/g, '}');
      parts.push(raw ? text : decodeEscapes(text, bytes));
    } else if (child.type === 'interpolation') parts.push(interpolation(c, child));
    else if (child.type === 'escape_interpolation') parts.push(c.textOf(child).slice(1));
  }
}

function interpolation(c: Conversion, node: ConcreteNode): FormatPart {
  const conversion = field(node, 'type_conversion');
  const specifier = field(node, 'format_specifier');
  const value = need(node, 'expression');
  const equals = node.children.find((child) => child.type === '=');
  const format: FormatPart[] = [];
  if (specifier !== undefined) {
    // Its text between the nested expressions belongs to no child.
    let position = specifier.start + 1;
    for (const child of specifier.children) {
      if (child.type !== 'format_expression') continue;
      format.push(c.text.slice(position, child.start));
      format.push(interpolation(c, child));
      position = child.end;
    }
    format.push(c.text.slice(position, specifier.end));
  }
  return {
    value: toExpression(c, value),
    conversion: conversion === undefined ? null : c.textOf(conversion).slice(1),
    format,
    label: equals === undefined ? null : c.text.slice(node.start + 1, equals.end),
  };
}
