import type { Integer } from '../../stateDict/tensorSpec';
import type { Belonging } from '../alignment';
import { modulePath } from '../loading';

/** A tensor of the file whose rows are several tensors of the model, in the order of the rows. */
export interface Split {
  readonly from: string;
  readonly to: readonly { readonly key: string; readonly rows: number }[];
}

/** Tensors of the file that are, one below the other, one of the model. */
export interface Join {
  readonly from: readonly string[];
  readonly to: string;
}

export interface PackedProjections {
  readonly splits: readonly Split[];
  readonly joins: readonly Join[];
}

/** Keys with their shapes, of a file or a model. */
export type Shapes = ReadonlyMap<string, readonly Integer[] | null>;

/**
 * Attention's projections of query, key and value, which some write as three layers and others as one whose rows
 * are theirs, in that order (`nn.MultiheadAttention.in_proj_weight`, `qkv`). Found among what has no place
 * otherwise: three keys that differ in what names their role, and one tensor beside them with as many rows as
 * they have together.
 */
export function packedProjections(
  file: Shapes,
  model: Shapes,
  belongs: ReadonlyMap<string, Belonging>,
): PackedProjections {
  const filled = new Set([...belongs.values()].flatMap(({ key, alternatives }) => [key, ...alternatives]));
  const ofModel = onlyKeys(model, (key) => !filled.has(key));
  const ofFile = onlyKeys(file, (key) => {
    const belonging = belongs.get(key);
    return belonging === undefined
      ? !model.has(key)
      : belonging.key === null && belonging.certainty !== 'ambiguous';
  });
  const moved = movedModules(belongs);
  const splits = families(ofModel).flatMap((family): Split[] => {
    const from = packedOf(family, ofFile, moved.toFile);
    return from === null ? [] : [{ from, to: family.parts.map(({ key, rows }) => ({ key, rows })) }];
  });
  const joins = families(ofFile).flatMap((family): Join[] => {
    const to = packedOf(family, ofModel, moved.toModel);
    return to === null ? [] : [{ from: family.parts.map(({ key }) => key), to }];
  });
  return { splits: distinct(splits, ({ from }) => from), joins: distinct(joins, ({ to }) => to) };
}

/**
 * Keys of both sides that may be packed projections, by their names, shapes and numbers alone. Where each of them
 * is one, they say nothing of where the layers around them are.
 */
export function packedCandidates(file: Shapes, model: Shapes): ReadonlySet<string> {
  const ofFile = onlyKeys(file, (key) => !model.has(key));
  const ofModel = onlyKeys(model, (key) => !file.has(key));
  return new Set([...candidatesOf(ofModel, ofFile), ...candidatesOf(ofFile, ofModel)]);
}

function candidatesOf(separate: Shapes, packed: Shapes): string[] {
  const sizes = new Map<string, string[]>();
  for (const [key, shape] of packed) {
    const size = shape?.join() ?? '';
    sizes.set(size, [...(sizes.get(size) ?? []), key]);
  }
  return families(separate).flatMap(({ parts, rows, rest }) => {
    const fitting = sizes.get(rest === '' ? String(rows) : `${rows},${rest}`) ?? [];
    return fitting.length === 0 ? [] : [...parts.map(({ key }) => key), ...fitting];
  });
}

/** Query, key and value of one attention. */
interface Family {
  /** Path of the module around them. */
  readonly around: string;
  readonly parts: readonly { readonly key: string; readonly rows: number }[];
  readonly rows: number;
  /** What all dimensions but the first are. */
  readonly rest: string;
}

/** A role within a name: `q_proj`, `to_key`, `Wv`, `in_proj_value`. */
const ROLE = /(^|_)(w?)(q|query|k|key|v|value)(?=_|$)/i;

function families(shapes: Shapes): Family[] {
  const found = new Map<string, Map<string, string>>();
  for (const key of shapes.keys()) {
    const segments = key.split('.');
    // In the name of the tensor itself, or of the layer that it is of.
    for (let at = segments.length - 1; at >= Math.max(0, segments.length - 2); at--) {
      const role = ROLE.exec(segments[at] ?? '')?.[3];
      if (role === undefined) continue;
      const around = segments.slice(0, at).join('.');
      const name = (segments[at] ?? '').replace(ROLE, '$1$2*');
      const template = JSON.stringify([around, name, ...segments.slice(at + 1)]);
      const roles = found.get(template) ?? new Map<string, string>();
      found.set(template, roles.set((role[0] ?? '').toLowerCase(), key));
      break;
    }
  }
  return [...found].flatMap(([template, roles]) => {
    const parts = ['q', 'k', 'v'].flatMap((role) => {
      const key = roles.get(role);
      const shape = key === undefined ? null : shapes.get(key);
      return key === undefined || shape === null || shape === undefined ? [] : [{ key, shape }];
    });
    const rests = new Set(parts.map(({ shape }) => shape.slice(1).join()));
    const [rest] = rests;
    if (
      parts.length < 3 ||
      rests.size !== 1 ||
      rest === undefined ||
      parts.some(({ shape }) => shape.length === 0)
    )
      return [];
    const counted = parts.map(({ key, shape }) => ({ key, rows: Number(shape[0]) }));
    const around = String((JSON.parse(template) as string[])[0]);
    return [{ around, parts: counted, rows: counted.reduce((sum, { rows }) => sum + rows, 0), rest }];
  });
}

/** The only tensor in the same module, or in a layer of it, that has their rows. */
function packedOf(family: Family, shapes: Shapes, moved: ReadonlyMap<string, string>): string | null {
  const around = movedPath(family.around, moved);
  const fitting = [...shapes].filter(([key, shape]) => {
    const own = modulePath(key);
    if (own !== around && (own === '' || modulePath(own) !== around)) return false;
    return shape !== null && Number(shape[0]) === family.rows && shape.slice(1).join() === family.rest;
  });
  const [only] = fitting;
  return only !== undefined && fitting.length === 1 ? only[0] : null;
}

/** Where a module is on the other side: where the nearest one around it is whose place is known. */
function movedPath(path: string, moved: ReadonlyMap<string, string>): string {
  for (let above = path; ; above = modulePath(above)) {
    const known = moved.get(above);
    const rest = above === '' ? path : path.slice(above.length + 1);
    if (known !== undefined) return [known, rest].filter((part) => part !== '').join('.');
    if (above === '') return path;
  }
}

/** Which module of one side is which of the other, as the places of their tensors say. */
function movedModules(belongs: ReadonlyMap<string, Belonging>): {
  readonly toFile: ReadonlyMap<string, string>;
  readonly toModel: ReadonlyMap<string, string>;
} {
  const toFile = new Map<string, string>();
  const toModel = new Map<string, string>();
  for (const [fileKey, { key }] of belongs) {
    if (key === null) continue;
    const a = fileKey.split('.');
    const b = key.split('.');
    while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
      a.pop();
      b.pop();
      if (!toModel.has(a.join('.'))) toModel.set(a.join('.'), b.join('.'));
      if (!toFile.has(b.join('.'))) toFile.set(b.join('.'), a.join('.'));
    }
  }
  return { toFile, toModel };
}

function onlyKeys(shapes: Shapes, accepts: (key: string) => boolean): Shapes {
  return new Map([...shapes].filter(([key]) => accepts(key)));
}

/** Without those that would take one tensor twice. */
function distinct<T>(found: readonly T[], nameOf: (one: T) => string): T[] {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(nameOf(one), (counts.get(nameOf(one)) ?? 0) + 1);
  return found.filter((one) => counts.get(nameOf(one)) === 1);
}
