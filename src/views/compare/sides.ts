import * as vscode from 'vscode';
import type { JsonPath } from '../../compatibility/report';

/** What can be compared: a checkpoint, or a class as it is built with some arguments. */
export type Side =
  | {
      readonly kind: 'file';
      readonly uri: string;
      /** Path of the part; null lets the comparison choose. */
      readonly part: JsonPath | null;
    }
  | {
      readonly kind: 'model';
      /** Address of the Python file. */
      readonly uri: string;
      readonly name: string;
      /** Python text; null stands for the defaults. */
      readonly args: string | null;
    };

export interface Sides {
  readonly a: Side;
  readonly b: Side;
}

export function fileSide(uri: vscode.Uri): Side {
  return { kind: 'file', uri: uri.toString(), part: null };
}

/** Whether two comparisons are of the same two things, whatever their parts and arguments are. */
export function areSame(one: Sides, other: Sides): boolean {
  return isSame(one.a, other.a) && isSame(one.b, other.b);
}

/** How A and B are called: files of one name by their folders, too. */
export function namesOf({ a, b }: Sides): { readonly a: string; readonly b: string } {
  const names = { a: shortName(a), b: shortName(b) };
  return names.a !== names.b || isSame(a, b) ? names : { a: longName(a), b: longName(b) };
}

/** The sides as text that a window keeps, and back; null for what is no such text. */
export function sidesText({ a, b }: Sides): string {
  return JSON.stringify({ a, b });
}

export function sidesFrom(text: unknown): Sides | null {
  if (typeof text !== 'string') return null;
  try {
    const { a, b } = record(JSON.parse(text));
    const sides = { a: sideFrom(a), b: sideFrom(b) };
    return sides.a === null || sides.b === null ? null : { a: sides.a, b: sides.b };
  } catch {
    return null;
  }
}

function isSame(one: Side, other: Side): boolean {
  const nameOf = (side: Side): string => (side.kind === 'model' ? side.name : '');
  return one.kind === other.kind && one.uri === other.uri && nameOf(one) === nameOf(other);
}

function shortName(side: Side): string {
  if (side.kind === 'model') return `${side.name}(${side.args ?? ''})`;
  const { path } = vscode.Uri.parse(side.uri);
  return path.slice(path.lastIndexOf('/') + 1);
}

function longName(side: Side): string {
  const file = vscode.workspace.asRelativePath(vscode.Uri.parse(side.uri));
  return side.kind === 'model' ? `${file}:${shortName(side)}` : file;
}

function sideFrom(value: unknown): Side | null {
  const { kind, uri, part, name, args } = record(value);
  if (typeof uri !== 'string') return null;
  if (kind === 'file') return part === null || isPath(part) ? { kind, uri, part } : null;
  if (kind !== 'model' || typeof name !== 'string') return null;
  return args === null || typeof args === 'string' ? { kind, uri, name, args } : null;
}

function isPath(value: unknown): value is JsonPath {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' || typeof one === 'number');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
