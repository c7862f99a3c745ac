import { addIntegers, elementCount, type Integer } from '../stateDict/tensorSpec';
import type { JsonInteger, JsonShape } from './report';

/** An integer as JSON has it. */
export function jsonInteger(value: Integer): JsonInteger {
  return typeof value === 'bigint' && !Number.isSafeInteger(Number(value)) ? String(value) : Number(value);
}

export function jsonShape(shape: readonly Integer[] | null): JsonShape | null {
  return shape === null ? null : shape.map(jsonInteger);
}

/** Elements of shapes together; unknown shapes count nothing. */
export function totalElements(shapes: Iterable<readonly Integer[] | null>): Integer {
  let total: Integer = 0;
  for (const shape of shapes) total = addIntegers(total, elementCount(shape) ?? 0);
  return total;
}
