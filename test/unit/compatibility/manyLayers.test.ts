import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { alignUnits } from '../../../src/compatibility/align/alignUnits';
import type { Unit } from '../../../src/compatibility/align/units';

function layers(count: number): Unit[] {
  return Array.from({ length: count }, (_, i) => {
    const path = `layer${i}`;
    const tensors = [{ key: `${path}.weight`, name: 'weight', shape: [2] }];
    return { path, segments: [path], tensors, type: null, around: [], settings: null, created: null };
  });
}

const tokens = (units: readonly Unit[]): string[] => units.map(() => 'weight [2]');

describe('Alignment of very many layers', () => {
  it('tells no places, at once', () => {
    const [file, model] = [layers(200_000), layers(3)];
    for (const [a, b] of [
      [file, model],
      [model, file],
    ] as const) {
      const answer = alignUnits({ file: a, model: b, fileTokens: tokens(a), modelTokens: tokens(b) });
      assert.deepEqual(new Set(answer.places), new Set([null]));
      assert.equal(answer.places.length, a.length);
    }
  });
});
