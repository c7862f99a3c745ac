import { modulePath } from './loading';
import type { CompatibilityReport, ModelKeyState, Sourced } from './report';

/** How the keys of one module of the model do. */
export interface ModuleSummary extends Sourced {
  /** Path of the module that registers the keys, or of the outermost one whose keys all do the same. */
  readonly path: string;
  readonly keys: number;
  readonly loads: number;
  readonly wrongLayer: number;
  readonly lost: number;
  readonly mismatched: number;
  readonly headSwap: number;
  readonly fresh: number;
}

/**
 * The report's keys by module, in the model's order. Neighbours below one module that fare alike are told as
 * that module: a block that is new is one line, not one for each of its layers.
 */
export function modulesOf(report: Pick<CompatibilityReport, 'keys'>): ModuleSummary[] {
  const alike = uniformModules(report);
  const groups = new Map<string, CompatibilityReport['keys'][number][]>();
  for (const entry of report.keys) {
    const path = outermost(modulePath(entry.key), alike);
    const group = groups.get(path);
    if (group === undefined) groups.set(path, [entry]);
    else group.push(entry);
  }
  return [...groups].map(([path, entries]) => {
    const count = (state: ModelKeyState): number => entries.filter((entry) => entry.state === state).length;
    const placed = entries.find(({ file }) => file !== null);
    return {
      path,
      file: placed?.file ?? null,
      line: placed?.line ?? null,
      keys: entries.length,
      loads: count('loads'),
      wrongLayer: count('wrongLayer'),
      lost: count('lost'),
      mismatched: count('mismatched'),
      headSwap: count('headSwap'),
      fresh: count('new'),
    };
  });
}

/** Paths of modules below which all keys have one state. */
function uniformModules({ keys }: Pick<CompatibilityReport, 'keys'>): ReadonlySet<string> {
  const states = new Map<string, ModelKeyState | 'mixed'>();
  for (const { key, state } of keys) {
    let path = modulePath(key);
    while (path !== '') {
      const known = states.get(path);
      states.set(path, known === undefined || known === state ? state : 'mixed');
      path = modulePath(path);
    }
  }
  return new Set([...states].filter(([, state]) => state !== 'mixed').map(([path]) => path));
}

function outermost(path: string, alike: ReadonlySet<string>): string {
  let best = path;
  for (let above = path; above !== ''; above = modulePath(above)) if (alike.has(above)) best = above;
  return best;
}
