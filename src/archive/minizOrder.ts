/**
 * Which of several records of one name torch's reader finds. miniz sorts the directory by name with a heap sort
 * and searches it by halves; neither keeps the order of equal names, so the same steps are taken here
 * (`mz_zip_reader_sort_central_dir_offsets_by_filename`, `mz_zip_locate_file_binary_search`).
 */
export interface MinizOrder {
  readonly names: readonly string[];
  /** Positions in `names`, sorted. */
  readonly sorted: readonly number[];
}

/** @param names in directory order, in lower case */
export function minizOrder(names: readonly string[]): MinizOrder {
  const sorted = names.map((_, i) => i);
  const less = (a: number, b: number): boolean =>
    compareBytes(names[sorted[a] as number] ?? '', names[sorted[b] as number] ?? '') < 0;
  const swap = (a: number, b: number): void => {
    const held = sorted[a] as number;
    sorted[a] = sorted[b] as number;
    sorted[b] = held;
  };
  const sift = (start: number, size: number): void => {
    let root = start;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= size) return;
      if (child + 1 < size && less(child, child + 1)) child += 1;
      if (!less(root, child)) return;
      swap(root, child);
      root = child;
    }
  };
  const size = sorted.length;
  for (let start = (size - 2) >> 1; start >= 0; start--) sift(start, size);
  for (let end = size - 1; end > 0; end--) {
    swap(end, 0);
    sift(0, end);
  }
  return { names, sorted };
}

/** Position in directory order, −1 without such a name. @param name in lower case */
export function minizFind({ names, sorted }: MinizOrder, name: string): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = low + ((high - low) >> 1);
    const index = sorted[middle] as number;
    const order = compareBytes(names[index] ?? '', name);
    if (order === 0) return index;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Bytes as C compares them, a prefix first. Names are latin-1 here: one character, one byte. */
function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
