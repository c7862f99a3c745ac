/** What the requests of pages are checked with: what a page sends is a claim like any input. */

/** Longer strings are no key and no path. */
const maxText = 1_000_000;
/** A place in a checkpoint is not deeper than people nest dicts. */
const maxPath = 1_000;

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.length <= maxPath && value.every(isSegment);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxText;
}

function isSegment(value: unknown): value is string | number {
  return isText(value) || (typeof value === 'number' && Number.isSafeInteger(value));
}
