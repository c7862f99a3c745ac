import type { Certainty, Evidence } from '../report';
import type { Alignment, Belonging } from '../alignment';
import { sameShapes, shapesLoad } from '../loading';
import { alignUnits, type UnitPlaces } from './alignUnits';
import { MovedPaths } from './movedPaths';
import { packedCandidates, packedProjections, type Shapes } from './packedProjections';
import { type Sides, tokensOf } from './tokens';
import type { Unit, UnitTensor } from './units';

/** Places told of a tensor that may belong to several. */
const MAX_ALTERNATIVES = 2;

/**
 * Aligns a file's units with the model's. `proves` says that single answers are `certain`: what is known of
 * the file's layers is more than their names and shapes.
 */
export function alignStateDicts(
  file: readonly Unit[],
  model: readonly Unit[],
  evidence: Evidence,
  proves: boolean,
): Alignment {
  const shapes = [shapesOf(file), shapesOf(model)] as const;
  const candidates = packedCandidates(...shapes);
  if (candidates.size > 0) {
    // One of them would take the place of a layer of its size beside it.
    const rest = [without(file, candidates), without(model, candidates)] as const;
    const alignment = alignAll(...rest, evidence, proves);
    const packed = packedProjections(...shapes, alignment.belongs);
    const { splits, joins } = packed;
    const used = new Set([
      ...splits.flatMap(({ from, to }) => [from, ...to.map(({ key }) => key)]),
      ...joins.flatMap(({ from, to }) => [...from, to]),
    ]);
    if ([...candidates].every((key) => used.has(key))) return { ...alignment, packed };
  }
  const alignment = alignAll(file, model, evidence, proves);
  return { ...alignment, packed: packedProjections(...shapes, alignment.belongs) };
}

/** Units without some of their tensors; those that have none left are gone. */
function without(units: readonly Unit[], keys: ReadonlySet<string>): Unit[] {
  return units.flatMap((unit) => {
    const tensors = unit.tensors.filter(({ key }) => !keys.has(key));
    if (tensors.length === unit.tensors.length) return [unit];
    return tensors.length === 0 ? [] : [{ ...unit, tensors }];
  });
}

function alignAll(
  file: readonly Unit[],
  model: readonly Unit[],
  evidence: Evidence,
  proves: boolean,
): Omit<Alignment, 'packed'> {
  const sides = tokensOf(file, model);
  const { places, variants } = alignUnits(sides);
  const used = new Set(places.flatMap((placed) => placed?.places ?? []));
  const belongs = new Map<string, Belonging>();
  const left: number[] = [];
  places.forEach((placed, i) => {
    const unit = sides.file[i];
    if (unit === undefined || unit.tensors.length === 0) return;
    if (placed === null) byName(unit, sides, belongs);
    else if (placed.places.length === 1 && placed.places[0] === -1) left.push(i);
    else place(unit, placed, sides, proves, belongs);
  });
  pairReshaped(left, used, sides, places, proves, belongs);
  return { evidence, belongs, variants: variants.map((variant) => keysOf(variant, sides)) };
}

function shapesOf(units: readonly Unit[]): Shapes {
  return new Map(units.flatMap(({ tensors }) => tensors.map(({ key, shape }) => [key, shape] as const)));
}

/** A variant of units as one of keys. */
function keysOf(variant: ReadonlyMap<number, number>, sides: Sides): ReadonlyMap<string, string | null> {
  const keys = new Map<string, string | null>();
  for (const [i, j] of variant) {
    for (const tensor of sides.file[i]?.tensors ?? []) keys.set(tensor.key, keyOf(sides.model[j], tensor));
  }
  return keys;
}

function place(
  unit: Unit,
  { places, by, proven }: UnitPlaces,
  sides: Sides,
  proves: boolean,
  belongs: Map<string, Belonging>,
): void {
  const ordered = nearestFirst(unit, places, sides).slice(0, 1 + MAX_ALTERNATIVES);
  const certainty: Certainty =
    places.length > 1 ? 'ambiguous' : proves && by === 'ordered' && proven ? 'certain' : 'likely';
  for (const tensor of unit.tensors) {
    const keys = ordered.map((j) => keyOf(sides.model[j], tensor));
    const [key = null, ...alternatives] = keys;
    belongs.set(tensor.key, { key, certainty, alternatives, reshaped: false });
  }
}

/** Its own name first: that is where it loads. */
function nearestFirst(unit: Unit, places: readonly number[], sides: Sides): number[] {
  const own = places.findIndex((j) => sides.model[j]?.path === unit.path);
  return own < 0 ? [...places] : [places[own] ?? -1, ...places.filter((_, at) => at !== own)];
}

function keyOf(unit: Unit | undefined, tensor: UnitTensor): string | null {
  return unit?.tensors.find(({ name }) => name === tensor.name)?.key ?? null;
}

/** A part too long to be aligned: names are all there is. */
function byName(unit: Unit, sides: Sides, belongs: Map<string, Belonging>): void {
  const twin = sides.model.find(({ path }) => path === unit.path);
  for (const tensor of unit.tensors) {
    const other = twin?.tensors.find(({ name }) => name === tensor.name);
    if (other === undefined) continue;
    const reshaped = !shapesLoad(other.shape, tensor.shape);
    belongs.set(tensor.key, { key: other.key, certainty: 'likely', alternatives: [], reshaped });
  }
}

/**
 * Units that fit nowhere as they are, and correspond to one of the model with other shapes or with more or fewer
 * tensors: it has their path, as far as that of the layers around did not change, or it is the only one with such
 * tensors between the same neighbours.
 */
function pairReshaped(
  left: readonly number[],
  used: ReadonlySet<number>,
  sides: Sides,
  places: readonly (UnitPlaces | null)[],
  proves: boolean,
  belongs: Map<string, Belonging>,
): void {
  const free = new Map<number, Unit>();
  sides.model.forEach((unit, j) => {
    if (!used.has(j) && unit.tensors.length > 0) free.set(j, unit);
  });
  const open: number[] = [];
  const paths = left.length === 0 ? null : new MovedPaths(sides, places);
  for (const i of left) {
    const unit = sides.file[i];
    const expected = unit === undefined ? [] : [paths?.of(unit.path), unit.path];
    const twin = expected
      .map((path) => [...free].find(([, other]) => other.path === path))
      .find((found) => unit !== undefined && found !== undefined && corresponds(unit, found[1]));
    if (unit === undefined || twin === undefined) open.push(i);
    else {
      free.delete(twin[0]);
      join(unit, twin[1], proves, belongs);
    }
  }
  for (const i of open) {
    const unit = sides.file[i];
    if (unit === undefined) continue;
    const [from, to] = neighbours(i, places);
    const inside = [...free].filter(([j, other]) => j > from && j < to && alike(unit, other));
    const rivals = open.filter((k) => k !== i && k > lastPlaced(i, places) && k < nextPlaced(i, places));
    const rival = rivals.some((k) => {
      const other = sides.file[k];
      return other !== undefined && alike(unit, other);
    });
    const [only] = inside;
    if (only !== undefined && inside.length === 1 && !rival) {
      free.delete(only[0]);
      join(unit, only[1], false, belongs);
    } else for (const { key } of unit.tensors) belongs.set(key, gone(proves));
  }
}

function gone(proves: boolean): Belonging {
  return { key: null, certainty: proves ? 'certain' : 'likely', alternatives: [], reshaped: false };
}

/** The same names with as many dimensions each. */
function alike(a: Unit, b: Unit): boolean {
  const ranks = ({ tensors }: Unit): string =>
    tensors
      .map(({ name, shape }) => `${name}:${shape?.length ?? '?'}`)
      .sort()
      .join();
  return ranks(a) === ranks(b);
}

/** Alike, or one layer with some tensors more or fewer: another depth of an LSTM, a bias, a buffer of one's own. */
function corresponds(a: Unit, b: Unit): boolean {
  if (alike(a, b)) return true;
  const others = new Map(b.tensors.map(({ name, shape }) => [name, shape]));
  const common = a.tensors.filter(({ name }) => others.has(name));
  const shapes = common.map(({ name, shape }) => [shape, others.get(name) ?? null] as const);
  return (
    shapes.every(([one, other]) => one?.length === other?.length) &&
    shapes.some(([one, other]) => one !== null && other !== null && sameShapes(one, other))
  );
}

function join(unit: Unit, other: Unit, proves: boolean, belongs: Map<string, Belonging>): void {
  for (const tensor of unit.tensors) {
    const twin = other.tensors.find(({ name }) => name === tensor.name);
    if (twin === undefined) {
      belongs.set(tensor.key, gone(proves));
      continue;
    }
    const same =
      tensor.shape === null || twin.shape === null
        ? tensor.shape === twin.shape
        : sameShapes(tensor.shape, twin.shape);
    belongs.set(tensor.key, {
      key: twin.key,
      certainty: proves ? 'certain' : 'likely',
      alternatives: [],
      reshaped: !same,
    });
  }
}

function isPlaced(placed: UnitPlaces | null | undefined): placed is UnitPlaces {
  return placed !== null && placed !== undefined && placed.by === 'ordered' && (placed.places[0] ?? -1) >= 0;
}

function lastPlaced(i: number, places: readonly (UnitPlaces | null)[]): number {
  let at = i - 1;
  while (at >= 0 && !isPlaced(places[at])) at--;
  return at;
}

function nextPlaced(i: number, places: readonly (UnitPlaces | null)[]): number {
  let at = i + 1;
  while (at < places.length && !isPlaced(places[at])) at++;
  return at;
}

/** Model indexes between which the neighbours of a unit were placed. */
function neighbours(i: number, places: readonly (UnitPlaces | null)[]): [number, number] {
  const before = places[lastPlaced(i, places)];
  const after = places[nextPlaced(i, places)];
  return [
    before === null || before === undefined ? -1 : Math.min(...before.places.filter((j) => j >= 0)),
    after === null || after === undefined ? Infinity : Math.max(...after.places.filter((j) => j >= 0)),
  ];
}
