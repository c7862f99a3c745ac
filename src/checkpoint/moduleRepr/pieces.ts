import { isTuple, PyFloat, PyList, type Value } from '../../pickle/values';
import type { Integer } from '../../stateDict/tensorSpec';
import { sizeItems, strText, reprText } from './valueText';

/** What a file says of one module. */
export interface ModuleFacts {
  attribute(name: string): Value | undefined;
  registered(name: string): readonly Integer[] | null | undefined;
}

/** One part of the text between the parentheses, null when it is not shown. */
export type Piece = (facts: ModuleFacts) => string | null;

/** How the modules of a class print. */
export interface ModuleForm {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/** Classes of one Python module that print alike. */
export interface FormGroup {
  readonly module: string;
  readonly classes: readonly string[];
  readonly pieces: readonly Piece[];
  /** `_get_name` of a class; its own name by default. */
  readonly shownAs?: (className: string) => string;
}

export function indexForms(groups: readonly FormGroup[]): ReadonlyMap<string, ModuleForm> {
  const forms = new Map<string, ModuleForm>();
  for (const { module, classes, pieces, shownAs } of groups) {
    for (const name of classes) {
      forms.set(`${module}.${name}`, { name: shownAs === undefined ? name : shownAs(name), pieces });
    }
  }
  return forms;
}

/** Names of a table's line: `words('Conv1d Conv2d')`. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Values alone: `3, 64`. */
export function positional(...names: string[]): Piece[] {
  return names.map((name) => attributePiece(name, strText));
}

/** `kernel_size=3, stride=2`. */
export function named(...names: string[]): Piece[] {
  return names.map((name) => attributePiece(name, (value) => `${name}=${strText(value)}`));
}

/** `mode='nearest'`: texts in quotes. */
export function quoted(...names: string[]): Piece[] {
  return names.map((name) => attributePiece(name, (value) => `${name}=${reprText(value)}`));
}

/** `name=value` when the value is worth a word. */
export function namedIf(name: string, shown: (value: Value) => boolean): Piece {
  return attributePiece(name, (value) => (shown(value) ? `${name}=${strText(value)}` : null));
}

/** `name=value`, and `name=absent` where `__setstate__` gives that to files of older versions. */
export function namedOr(name: string, absent: string): Piece {
  return (facts) => {
    const value = facts.attribute(name);
    return `${name}=${value === undefined ? absent : strText(value)}`;
  };
}

/** `inplace=True` when it is so. */
export function flag(name: string): Piece {
  return attributePiece(name, (value) => (isTrue(value) ? `${name}=True` : null));
}

/** `bias=True` or `bias=False`: whether there is such a tensor. */
export function presence(name: string): Piece {
  return (facts) => {
    const present = isPresent(facts, name);
    return present === undefined ? null : `${name}=${present ? 'True' : 'False'}`;
  };
}

/** `bias=False` when the tensor is None. */
export function absence(name: string): Piece {
  return (facts) => (isPresent(facts, name) === false ? `${name}=False` : null);
}

/** Whether `self.name is not None`; undefined when there is no such attribute. */
export function isPresent(facts: ModuleFacts, name: string): boolean | undefined {
  // Python looks into __dict__ first: a pruned or weight-normed tensor is a plain attribute there.
  const value = facts.attribute(name);
  if (value !== undefined) return value !== null;
  const shape = facts.registered(name);
  return shape === undefined ? undefined : shape !== null;
}

/** `scale=…`: a tensor's elements, which print but are not read. */
export function unread(...names: string[]): Piece[] {
  return names.map((name) => (facts) => (isPresent(facts, name) === undefined ? null : `${name}=…`));
}

/** A size of a registered tensor. */
export function sizeOf(name: string, dimension: number): Piece {
  return (facts) => {
    const size = facts.registered(name)?.[dimension];
    return size === undefined ? null : String(size);
  };
}

// Conditions, each as torch writes it.

/** `value != number` */
export function differsFrom(expected: number): (value: Value) => boolean {
  return (value) => !equalsNumber(value, expected);
}

/** `value != (number,) * len(value)`: a tuple of other numbers, or anything that is no tuple. */
export function notAll(expected: number): (value: Value) => boolean {
  return (value) => {
    const items = sizeItems(value) ?? value;
    return !isTuple(items) || items.some((item) => !equalsNumber(item, expected));
  };
}

/** `value is not True`, `value is not None`, `value != 'zeros'` */
export function isNot(constant: boolean | null | string): (value: Value) => boolean {
  return (value) => value !== constant;
}

function attributePiece(name: string, text: (value: Value) => string | null): Piece {
  return (facts) => {
    const value = facts.attribute(name);
    return value === undefined ? null : text(value);
  };
}

function equalsNumber(value: Value, expected: number): boolean {
  if (value instanceof PyFloat) return value.value === expected;
  if (typeof value === 'boolean') return Number(value) === expected;
  return value === expected;
}

/** Python's truth of the values that a flag can have. */
function isTrue(value: Value): boolean {
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyList) return value.items.length > 0;
  if (isTuple(value)) return value.length > 0;
  return value !== null && value !== false && value !== 0 && value !== '';
}
