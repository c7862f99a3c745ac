import { formatInteger } from '../numbers';
import { visibleText } from '../visibleText';

/** Longest argument shown in a sentence: a key of a megabyte would hide what is said about it. */
const MAX_ARGUMENT_LENGTH = 300;

/**
 * A template with its arguments. `{0}` is an argument: whole numbers get separators, strings visible escapes.
 * `{0|tensor|tensors}` is the second word unless the argument is 1. Strings that have their escapes already are
 * shown by another `show`.
 */
export function fillText(
  template: string,
  args: readonly (string | number)[],
  show: (value: string | number) => string = argumentText,
): string {
  return template.replace(placeholder, (whole, index: string, one?: string, other?: string) => {
    const value = args[Number(index)];
    if (value === undefined) return whole;
    if (one === undefined) return show(value);
    return (value === 1 || value === '1' ? one : other) ?? '';
  });
}

export function argumentText(value: string | number): string {
  if (typeof value === 'number') return Number.isInteger(value) ? formatInteger(value) : String(value);
  return visibleText(value, MAX_ARGUMENT_LENGTH).text;
}

const placeholder = /\{(\d+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g;
