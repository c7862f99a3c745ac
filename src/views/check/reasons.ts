import type { ModelKey } from '../../compatibility/report';
import type { Message } from '../../protocol/messages';

/** Why the keys of a module do not load: the reason of the topmost module that it holds for, by its path. */
export function moduleReasons(
  keys: readonly ModelKey[],
  typeOf: (path: string) => string | null,
): ReadonlyMap<string, Message> {
  const reasons = new Map<string, Message>();
  const origins = topmost(originsOf(keys));
  for (const [path, origin] of origins) reasons.set(path, message('report.why.moved', origin));
  const isNew = topmost(wholly(keys, 'new'));
  for (const path of isNew.keys()) reasons.set(path, message('report.why.new'));
  const isHead = topmost(wholly(keys, 'headSwap'));
  for (const path of isHead.keys()) reasons.set(path, message('report.why.headSwap'));
  for (const [parent, shift] of shiftsOf(origins)) {
    const inserted = firstNewItem(parent, shift.first, isNew);
    const type = inserted === null ? null : typeOf(join(parent, String(inserted)));
    reasons.set(
      parent,
      inserted === null || shift.by < 1
        ? message('report.why.shifted', shift.first, shift.last, signed(shift.by))
        : message('report.why.inserted', type ?? '?', inserted, shift.by),
    );
  }
  return reasons;
}

/** Why one key does not load. */
export function keyReason(key: ModelKey, fileShape: string | null): Message | null {
  switch (key.state) {
    case 'loads':
      return null;
    case 'new':
      return message('report.why.new');
    case 'lost':
      return key.from === null ? message('report.why.lost') : message('report.why.moved', key.from);
    case 'wrongLayer':
      return key.from === null
        ? message('report.why.wrongLayer')
        : message('report.why.wrongLayerFrom', key.from);
    case 'mismatched':
      if (key.from !== null && key.from !== key.key) return message('report.why.moved', key.from);
      return fileShape === null ? null : message('report.why.shape', fileShape);
    case 'headSwap':
      return fileShape === null
        ? message('report.why.headSwap')
        : message('report.why.headSwapShape', fileShape);
  }
}

/** Module path → the path that all its displaced keys have in the file; null where they disagree. */
function originsOf(keys: readonly ModelKey[]): Map<string, string | null> {
  const origins = new Map<string, string | null>();
  for (const { key, from, state } of keys) {
    if (from === null || from === key || state === 'loads') continue;
    for (const path of ancestors(key)) {
      const rest = key.slice(path.length);
      const origin = from.endsWith(rest) ? from.slice(0, from.length - rest.length) : null;
      const known = origins.get(path);
      origins.set(path, known === undefined || known === origin ? origin : null);
    }
  }
  return origins;
}

/** Modules all of whose keys are in one state. */
function wholly(keys: readonly ModelKey[], state: ModelKey['state']): Map<string, true | null> {
  const result = new Map<string, true | null>();
  for (const key of keys) {
    for (const path of ancestors(key.key)) {
      result.set(path, key.state === state && result.get(path) !== null ? true : null);
    }
  }
  return result;
}

/** Those whose parent has no value, or another one than it would give them. */
function topmost<T extends string | true>(values: ReadonlyMap<string, T | null>): Map<string, T> {
  const result = new Map<string, T>();
  for (const [path, value] of values) {
    if (value === null) continue;
    const above = values.get(parentOf(path)) ?? null;
    if (above === null) result.set(path, value);
  }
  return result;
}

interface Shift {
  readonly by: number;
  readonly first: number;
  readonly last: number;
}

/** Parents whose numbered items have other numbers in the file, all moved by the same. */
function shiftsOf(origins: ReadonlyMap<string, string>): Map<string, Shift> {
  const shifts = new Map<string, Shift | null>();
  for (const [path, origin] of origins) {
    const parent = parentOf(path);
    if (parentOf(origin) !== parent) continue;
    const [to, from] = [lastName(path), lastName(origin)];
    if (!/^\d{1,9}$/.test(to) || !/^\d{1,9}$/.test(from)) continue;
    const item = Number(to);
    const by = item - Number(from);
    const known = shifts.get(parent);
    if (known === undefined) shifts.set(parent, { by, first: item, last: item });
    else if (known === null || known.by !== by) shifts.set(parent, null);
    else shifts.set(parent, { by, first: Math.min(known.first, item), last: Math.max(known.last, item) });
  }
  return new Map([...shifts].flatMap(([path, shift]) => (shift === null ? [] : [[path, shift] as const])));
}

/** The last new item of a container before its first moved one. */
function firstNewItem(parent: string, before: number, isNew: ReadonlyMap<string, true>): number | null {
  let found: number | null = null;
  for (const path of isNew.keys()) {
    if (parentOf(path) !== parent || !/^\d{1,9}$/.test(lastName(path))) continue;
    const item = Number(lastName(path));
    if (item < before && (found === null || item > found)) found = item;
  }
  return found;
}

/** Paths of the modules that hold a key, the innermost first. */
function ancestors(key: string): string[] {
  const paths: string[] = [];
  for (let at = key.lastIndexOf('.'); at > 0; at = key.lastIndexOf('.', at - 1)) paths.push(key.slice(0, at));
  return paths;
}

/** The model itself is `''`. */
function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : `−${-value}`;
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
