import type { CandidateStateDict } from '../../stateDict/candidate';
import type { Integer } from '../../stateDict/tensorSpec';
import { modulePath } from '../loading';
import type { ModelDescription } from '../model';

/** What one module registers itself: the smallest thing that moves as a whole. */
export interface Unit {
  /** Path of the module. */
  readonly path: string;
  readonly segments: readonly string[];
  /** Its own tensors in order; empty for a layer without. */
  readonly tensors: readonly UnitTensor[];
  /** Class name without its module, null where it is not known. */
  readonly type: string | null;
  /** Class names of the modules around it, innermost first. */
  readonly around: readonly string[];
  readonly settings: string | null;
  readonly created: readonly string[] | null;
}

export interface UnitTensor {
  readonly key: string;
  readonly name: string;
  /** Null for what has no shape (`_extra_state`, a lazy parameter). */
  readonly shape: readonly Integer[] | null;
}

/** A part of a file as units, in the order of its keys, of its `_metadata` or of its modules. */
export function unitsOfPart({ stateDict, classes, ordered }: CandidateStateDict): Unit[] {
  const tensors = new Map<string, UnitTensor[]>();
  for (const { key, tensor } of stateDict.entries.values()) {
    add(tensors, key, tensor?.shape ?? null);
  }
  const listed = classes?.keys() ?? stateDict.metadata?.keys() ?? [];
  const units = unitsOf(tensors, leafPaths([...listed]), classes ?? null).map((unit) => ({
    ...unit,
    settings: null,
    created: null,
  }));
  return ordered ? units : units.sort(inNaturalOrder);
}

/** A model as units. `ordered` false sorts them as `unitsOfPart` sorts those of a format without order. */
export function unitsOfModel(model: ModelDescription, ordered: boolean): Unit[] {
  const tensors = new Map<string, UnitTensor[]>();
  for (const { key, shape } of model.entries) add(tensors, key, shape);
  const modules = new Map((model.modules ?? []).map((module) => [module.path, module]));
  const types = new Map([...modules].map(([path, { type }]) => [path, type]));
  const units = unitsOf(tensors, leafPaths([...modules.keys()]), model.modules === null ? null : types).map(
    (unit) => ({
      ...unit,
      settings: modules.get(unit.path)?.settings ?? null,
      created: modules.get(unit.path)?.created ?? null,
    }),
  );
  return ordered ? units : units.sort(inNaturalOrder);
}

function add(tensors: Map<string, UnitTensor[]>, key: string, shape: readonly Integer[] | null): void {
  const path = modulePath(key);
  const tensor = { key, name: path === '' ? key : key.slice(path.length + 1), shape };
  const own = tensors.get(path);
  if (own === undefined) tensors.set(path, [tensor]);
  else own.push(tensor);
}

type PlainUnit = Omit<Unit, 'settings' | 'created'>;

/** Modules with tensors, and leaf modules without where the source lists them, in one order. */
function unitsOf(
  tensors: ReadonlyMap<string, readonly UnitTensor[]>,
  leaves: readonly string[],
  types: ReadonlyMap<string, string> | null,
): PlainUnit[] {
  const paths = merged([...tensors.keys()], leaves);
  return paths.map((path) => {
    const around: string[] = [];
    for (let above = path; above !== '' && types !== null;) {
      above = modulePath(above);
      around.push(className(types.get(above) ?? ''));
    }
    const type = types?.get(path);
    return {
      path,
      segments: path === '' ? [] : path.split('.'),
      tensors: tensors.get(path) ?? [],
      type: type === undefined ? null : className(type),
      around,
    };
  });
}

function className(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

/** Paths of modules that have no modules inside. Paths come parents first. */
function leafPaths(paths: readonly string[]): string[] {
  const parents = new Set(paths.filter((path) => path !== '').map(modulePath));
  return paths.filter((path) => path !== '' && !parents.has(path));
}

/** Two orders of paths as one: `more` gives the place of what is in it, the rest follow their predecessor. */
function merged(paths: readonly string[], more: readonly string[]): string[] {
  const known = new Set(paths);
  const extra = more.filter((path) => !known.has(path));
  if (extra.length === 0) return [...paths];
  const inMore = new Set(more);
  const result: string[] = [];
  let next = 0;
  for (const path of paths) {
    if (inMore.has(path)) {
      while (next < more.length && more[next] !== path) {
        const one = more[next++];
        if (one !== undefined && !known.has(one)) result.push(one);
      }
      next++;
    }
    result.push(path);
  }
  for (; next < more.length; next++) {
    const one = more[next];
    if (one !== undefined && !known.has(one)) result.push(one);
  }
  return result;
}

function inNaturalOrder(a: Unit, b: Unit): number {
  const length = Math.min(a.segments.length, b.segments.length);
  for (let i = 0; i < length; i++) {
    const one = a.segments[i] ?? '';
    const other = b.segments[i] ?? '';
    if (one === other) continue;
    const numbers = Number(one) - Number(other);
    if (!Number.isNaN(numbers) && numbers !== 0) return numbers;
    return one < other ? -1 : 1;
  }
  return a.segments.length - b.segments.length;
}

/** Common leading path segments of two units: how deep the innermost module around both is. */
export function commonDepth(a: Unit | undefined, b: Unit | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const length = Math.min(a.segments.length, b.segments.length);
  let depth = 0;
  while (depth < length && a.segments[depth] === b.segments[depth]) depth++;
  return depth;
}
