import { modulePath } from '../loading';
import type { UnitPlaces } from './alignUnits';
import type { Sides } from './tokens';

/** Under which path the model has a module of the file, by what happened to the layers that found their place. */
export class MovedPaths {
  /** Path in the file → path in the model; null where layers below it went to several. */
  private readonly moved = new Map<string, string | null>();

  constructor(sides: Sides, places: readonly (UnitPlaces | null)[]) {
    places.forEach((placed, i) => {
      const unit = sides.file[i];
      const other = placed?.places.length === 1 ? sides.model[placed.places[0] ?? -1] : undefined;
      if (unit === undefined || other === undefined || unit.tensors.length === 0) return;
      const [from, to] = withoutCommonEnd(unit.path, other.path);
      const known = this.moved.get(from);
      this.moved.set(from, known === undefined || known === to ? to : null);
    });
  }

  /** Null where nothing is known of it, or nothing certain. */
  of(path: string): string | null {
    for (let above = path; ; above = modulePath(above)) {
      const to = this.moved.get(above);
      if (to !== undefined) {
        const rest = path.slice(above.length).replace(/^\./, '');
        return to === null ? null : [to, rest].filter((part) => part !== '').join('.');
      }
      if (above === '') return null;
    }
  }
}

/** Two paths as far as they differ: `a.b.conv`, `c.conv` → `a.b`, `c`. */
function withoutCommonEnd(a: string, b: string): [string, string] {
  const one = a.split('.');
  const other = b.split('.');
  while (one.length > 0 && other.length > 0 && one.at(-1) === other.at(-1)) {
    one.pop();
    other.pop();
  }
  return [one.join('.'), other.join('.')];
}
