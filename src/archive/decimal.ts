const mostDigits = 9;

/**
 * The number that the characters from `start` to `end` write, −1 unless it is written as `String` writes it: no
 * sign, no leading zero, at most nine digits. Records and storages of a checkpoint are counted like that, and
 * to compute with the number is much faster than to look the text up.
 */
export function decimalAt(text: string, start: number, end: number): number {
  const digits = end - start;
  if (digits < 1 || digits > mostDigits) return -1;
  if (digits > 1 && text.charCodeAt(start) === 0x30) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
