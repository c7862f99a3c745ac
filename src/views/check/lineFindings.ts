import type { ModelKey } from '../../compatibility/report';
import type { Message, SourcePlace } from '../../protocol/messages';
import type { CheckedLink } from './checks';
import { keyReason, moduleReasons } from './reasons';

/** What a line of source does not get of its pretrained weights. */
export interface LineFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly state: 'lost' | 'wrongLayer' | 'mismatched' | 'headSwap';
  /** The first module or key that it is about, and how many more there are. */
  readonly path: string;
  readonly others: number;
  readonly keys: number;
  readonly reason: Message | null;
}

interface Unit {
  readonly path: string;
  readonly state: LineFinding['state'];
  /** The line that makes it; null where none is known. */
  readonly made: SourcePlace | null;
  /** The row of a table that all its keys come from; null where there is no such row. */
  row: SourcePlace | null;
  keys: number;
  readonly reason: Message | null;
}

/**
 * Lines whose layers do not get their weights. A module none of whose keys arrives is told at the line that
 * makes it, a single tensor at the line that registers it. A model that is built from a table has all its layers
 * from one line: there the row is told.
 */
export function lineFindings({
  report,
  modules,
  rows,
}: Pick<CheckedLink, 'report' | 'modules' | 'rows'>): LineFinding[] {
  if (!report.exact) return [];
  const places = new Map(modules.map((module) => [module.path, module]));
  const reasons = moduleReasons(report.keys, (path) => places.get(path)?.type ?? null);
  const wholes = wholeModules(report.keys);
  const shapes = new Map(report.fileKeys.map(({ key, shape }) => [key, shape]));
  const units = new Map<string, Unit>();
  for (const key of report.keys) {
    const { state } = key;
    if (state === 'loads' || state === 'new') continue;
    const path = wholes.get(key.key) ?? key.key;
    const row = rows.get(key.key) ?? null;
    const known = units.get(`${state} ${path}`);
    if (known !== undefined) {
      known.keys++;
      if (row?.file !== known.row?.file || row?.line !== known.row?.line) known.row = null;
      continue;
    }
    const module = places.get(path);
    const made = placeOf(module !== undefined && module.file !== null ? module : key);
    if (made === null && row === null) continue;
    const shape = shapes.get(key.key);
    const shapeText = shape === undefined || shape === null ? null : `[${shape.join(', ')}]`;
    const reason = reasons.get(path) ?? keyReason(key, shapeText);
    units.set(`${state} ${path}`, { path, state, made, row, keys: 1, reason });
  }
  return byLine([...units.values()]);
}

function placeOf({ file, line }: { file: string | null; line: number | null }): SourcePlace | null {
  return file === null || line === null || line === 0 ? null : { file, line };
}

/** Key → the topmost module that holds it and of whose keys none loads. */
function wholeModules(keys: readonly ModelKey[]): Map<string, string> {
  const states = new Map<string, string | null>();
  for (const { key, state } of keys) {
    for (const path of ancestors(key)) {
      const known = states.get(path);
      states.set(path, known === undefined || known === state ? state : null);
    }
  }
  return new Map(
    keys.flatMap(({ key }) => {
      const whole = ancestors(key).find((path) => states.get(path) !== null);
      return whole === undefined ? [] : [[key, whole] as const];
    }),
  );
}

/** Modules that hold a key, the outermost first. */
function ancestors(key: string): string[] {
  const paths: string[] = [];
  for (let at = key.indexOf('.'); at > 0; at = key.indexOf('.', at + 1)) paths.push(key.slice(0, at));
  return paths;
}

function byLine(units: readonly Unit[]): LineFinding[] {
  const lines = new Map<string, LineFinding>();
  for (const { path, state, made, row, keys, reason } of units) {
    const place = row ?? made;
    if (place === null) continue;
    const { file, line } = place;
    const at = `${file}:${line} ${state}`;
    const known = lines.get(at);
    lines.set(
      at,
      known === undefined
        ? { file, line, state, path, others: 0, keys, reason }
        : { ...known, others: known.others + 1, keys: known.keys + keys },
    );
  }
  return [...lines.values()];
}
