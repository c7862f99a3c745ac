import type { JsonShape } from '../../compatibility/report';
import type { PageShare } from '../../protocol/checkPage';
import type { WireInteger } from '../../protocol/messages';

/** Keys and elements of each state, in the order of the states; states without keys are left out. */
export function shares<State extends string>(
  keys: readonly { readonly state: State; readonly shape: JsonShape | null }[],
  order: readonly State[],
): PageShare<State>[] {
  const sums = new Map<State, { keys: number; elements: bigint; known: boolean }>();
  let total = 0n;
  for (const { state, shape } of keys) {
    const sum = sums.get(state) ?? { keys: 0, elements: 0n, known: true };
    sums.set(state, sum);
    sum.keys++;
    const elements = shape === null ? null : elementsOf(shape);
    if (elements === null) sum.known = false;
    else {
      sum.elements += elements;
      total += elements;
    }
  }
  return order.flatMap((state) => {
    const sum = sums.get(state);
    if (sum === undefined) return [];
    const share = total === 0n ? 0 : Number((sum.elements * 1_000_000n) / total) / 1_000_000;
    return [{ state, keys: sum.keys, elements: sum.known ? wire(sum.elements) : null, share }];
  });
}

function elementsOf(shape: JsonShape): bigint {
  return shape.reduce<bigint>((product, size) => product * BigInt(size), 1n);
}

function wire(value: bigint): WireInteger {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}
