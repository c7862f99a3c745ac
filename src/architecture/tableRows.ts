import type { Expression } from '../python/syntax';
import type { Interpreter } from './machine';
import { PyDict, PyList, PyTuple, type TableRow, type Value } from './values';

/**
 * Rows of tables of layers: a model that is built in a loop over the rows of a YAML file or of a list has
 * all its layers from one line of Python; where a person must look is the row. A row is a list, tuple or
 * mapping that is written inside another one; it keeps its place through copies.
 */

/** Runs one turn of a loop with the row that it is about. */
export function withRow<T>(vm: Interpreter, item: Value, run: () => T): T {
  const leave = enterRow(vm, item);
  try {
    return run();
  } finally {
    leave();
  }
}

/** The same for a turn that is interrupted: what is given ends it. */
export function enterRow(vm: Interpreter, item: Value): () => void {
  const row = rowOf(item);
  const frame = vm.frames[vm.frames.length - 1];
  if (row === null || frame === undefined) return () => undefined;
  const outer = frame.row ?? null;
  frame.row = row;
  return () => {
    frame.row = outer;
  };
}

/** The row that an element of a loop is or holds: `row`, `(index, row)`, `((index, row), more)`. */
function rowOf(item: Value): TableRow | null {
  if (item instanceof PyList || item instanceof PyDict) return item.row;
  if (!(item instanceof PyTuple)) return null;
  if (item.row !== null) return item.row;
  for (const part of item.items) {
    const row = part instanceof PyTuple && part.row === null ? innerRow(part) : ownRow(part);
    if (row !== null) return row;
  }
  return null;
}

function innerRow(tuple: PyTuple): TableRow | null {
  for (const part of tuple.items) {
    const row = ownRow(part);
    if (row !== null) return row;
  }
  return null;
}

function ownRow(value: Value): TableRow | null {
  return value instanceof PyList || value instanceof PyDict || value instanceof PyTuple ? value.row : null;
}

/** Notes where an element of a display is written: `[[64, 3], [128, 5]]` has two rows. */
export function markRow(value: Value, node: Expression, file: string): void {
  if (node.kind !== 'list' && node.kind !== 'tuple' && node.kind !== 'dict') return;
  if (value instanceof PyList || value instanceof PyDict || value instanceof PyTuple) {
    value.row = { file, line: node.line };
  }
}

/** Of the rows on a way, innermost first: that of a data file, else that of Python. */
export function chosenRow(rows: Iterable<TableRow | null | undefined>): TableRow | null {
  let first: TableRow | null = null;
  for (const row of rows) {
    if (row === null || row === undefined) continue;
    if (isData(row)) return row;
    first ??= row;
  }
  return first;
}

/** Whether a row is one of a data file, not of Python source. */
export function isData(row: TableRow): boolean {
  return !row.file.endsWith('.py');
}
