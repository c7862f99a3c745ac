/** What differs between two writings of the same syntax: where it stands. Scopes follow from the rest. */
const PLACES = new Set(['line', 'endLine', 'scope']);

type Fields = Record<string, unknown>;

/** Whether two pieces of syntax mean the same, wherever they stand. Without recursion: `elif` chains are long. */
export function sameSyntax(left: unknown, right: unknown, ignored: ReadonlySet<string> = PLACES): boolean {
  const stack: unknown[] = [left, right];
  while (stack.length > 0) {
    const b = stack.pop();
    const a = stack.pop();
    if (Object.is(a, b)) continue;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) stack.push(a[i], b[i]);
      continue;
    }
    const keys = Object.keys(a);
    if (Array.isArray(b) || Object.keys(b).length !== keys.length) return false;
    for (const key of keys) {
      if (ignored.has(key)) continue;
      if (!(key in b)) return false;
      stack.push((a as Fields)[key], (b as Fields)[key]);
    }
  }
  return true;
}

/** Tells of two pieces of the same syntax which line of the one is which of the other. */
export type LinePair = (from: number, to: number) => void;

/** Moves syntax to where the same syntax stands in another text. */
export function moveTo(syntax: unknown, target: unknown, pair: LinePair): void {
  pairLines(syntax, target, pair, true);
}

/** Tells the lines of two pieces of the same syntax; `isMove` gives the first those of the second. */
export function pairLines(syntax: unknown, target: unknown, pair: LinePair, isMove = false): void {
  const stack: unknown[] = [syntax, target];
  while (stack.length > 0) {
    const b = stack.pop() as Fields;
    const a = stack.pop() as Fields;
    if (a === b || typeof a !== 'object' || a === null) continue;
    if (Array.isArray(a)) {
      for (let i = 0; i < a.length; i++) stack.push(a[i], (b as unknown as unknown[])[i]);
      continue;
    }
    for (const key of Object.keys(a)) {
      if (key === 'scope') continue;
      const value = a[key];
      if (key === 'line' || key === 'endLine') {
        pair(value as number, b[key] as number);
        if (isMove) a[key] = b[key];
      } else if (typeof value === 'object' && value !== null) stack.push(value, b[key]);
    }
  }
}

/** Moves syntax up or down by a number of lines. */
export function moveBy(syntax: unknown, lines: number): void {
  const stack: unknown[] = [syntax];
  while (stack.length > 0) {
    const node = stack.pop();
    if (typeof node !== 'object' || node === null) continue;
    if (Array.isArray(node)) {
      for (const part of node as unknown[]) stack.push(part);
      continue;
    }
    const fields = node as Fields;
    for (const key of Object.keys(fields)) {
      if (key === 'scope') continue;
      const value = fields[key];
      if (key === 'line' || key === 'endLine') fields[key] = (value as number) + lines;
      else if (typeof value === 'object' && value !== null) stack.push(value);
    }
  }
}
