import { modulePath } from '../loading';
import type { Sides } from './tokens';
import type { Variant } from './variants';

/**
 * The answers with what their blocks own themselves: a block has parameters of its own beside its layers (a layer
 * scale, a table of positions, a class token), and goes where all of its layers go. `places` has the model's units
 * of each unit of the file.
 */
export function withOwnParameters(
  variants: readonly Variant[],
  sides: Sides,
  places: readonly (readonly number[])[],
): Variant[] {
  if (variants.length === 0) return [];
  const fileUnits = withTensors(sides.file);
  const modelUnits = withTensors(sides.model);
  const owners = new Map<number, number>();
  places.forEach((own, i) => {
    const [place = -1] = own;
    if (own.length === 1 && place >= 0) owners.set(place, i);
  });
  return variants.map((variant) => {
    const blocks = blocksOf(variant, sides);
    const whole = new Map(variant);
    for (const [from, to] of blocks) {
      const i = fileUnits.get(from);
      const j = to === null ? undefined : modelUnits.get(to);
      if (i === undefined || j === undefined || variant.has(i)) continue;
      const owner = owners.get(j);
      const isFree =
        owner === undefined || owner === i || variant.has(owner) || blocks.has(pathOf(sides, owner));
      if (isFree && sides.fileTokens[i] === sides.modelTokens[j]) whole.set(i, j);
    }
    return whole;
  });
}

/** Path of a block in the file → its path in the model, null where its layers go to several. */
function blocksOf(variant: Variant, sides: Sides): Map<string, string | null> {
  const blocks = new Map<string, string | null>();
  for (const [i, j] of variant) {
    let from = pathOf(sides, i);
    let to = sides.model[j]?.path;
    while (to !== undefined && from !== '' && to !== '' && lastSegment(from) === lastSegment(to)) {
      from = modulePath(from);
      to = modulePath(to);
      const known = blocks.get(from);
      blocks.set(from, known === undefined || known === to ? to : null);
    }
  }
  return blocks;
}

function pathOf(sides: Sides, i: number): string {
  return sides.file[i]?.path ?? '';
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function withTensors(units: Sides['file']): Map<string, number> {
  const indexes = new Map<string, number>();
  units.forEach(({ path, tensors }, i) => {
    if (tensors.length > 0) indexes.set(path, i);
  });
  return indexes;
}
