import type { LineFinder } from './footing';

/**
 * A result with its lines where they are now. Parts that did not move are shared with what was given.
 *
 * @returns undefined where a line is gone
 */
export function moved(value: unknown, find: LineFinder): unknown {
  // Results nest a handful of levels, whatever they are of.
  if (Array.isArray(value)) return movedItems(value, find);
  if (typeof value !== 'object' || value === null) return value;
  const { file, line } = value as { file?: unknown; line?: unknown };
  let copy: Record<string, unknown> | null = null;
  if (typeof file === 'string' && typeof line === 'number') {
    const now = find(file, line);
    if (now === null) return undefined;
    if (now !== line) copy = { ...value, line: now };
  }
  for (const [key, part] of Object.entries(value)) {
    if (typeof part !== 'object' || part === null) continue;
    const now = moved(part, find);
    if (now === undefined) return undefined;
    if (now !== part) (copy ??= { ...value })[key] = now;
  }
  return copy ?? value;
}

function movedItems(items: readonly unknown[], find: LineFinder): unknown {
  let copy: unknown[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'object') continue;
    const now = moved(item, find);
    if (now === undefined) return undefined;
    if (now !== item) (copy ??= [...items])[i] = now;
  }
  return copy ?? items;
}
