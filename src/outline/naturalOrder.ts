/**
 * Order in which people list names: runs of digits by their value, everything else by UTF-16 units with ASCII
 * letters alike in both cases; equal ones by UTF-16 units. `layer2` comes before `layer10`.
 */
export function compareNaturally(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(j);
    if (isDigit(x) && isDigit(y)) {
      const endA = endOfDigits(a, i);
      const endB = endOfDigits(b, j);
      while (i < endA - 1 && a.charCodeAt(i) === zero) i++;
      while (j < endB - 1 && b.charCodeAt(j) === zero) j++;
      if (endA - i !== endB - j) return endA - i - (endB - j);
      for (; i < endA; i++, j++) {
        const difference = a.charCodeAt(i) - b.charCodeAt(j);
        if (difference !== 0) return difference;
      }
      continue;
    }
    const difference = lower(x) - lower(y);
    if (difference !== 0) return difference;
    i++;
    j++;
  }
  const rest = a.length - i - (b.length - j);
  if (rest !== 0) return rest;
  return a < b ? -1 : a > b ? 1 : 0;
}

const zero = 0x30;

function isDigit(unit: number): boolean {
  return unit >= zero && unit <= 0x39;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

function lower(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit;
}
