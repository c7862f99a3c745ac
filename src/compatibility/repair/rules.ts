/**
 * A change of the beginning of keys: a module's path, or a whole key, and what takes its place. `''` is the
 * root: `from: ''` puts a prefix before keys, `to: ''` takes one away, `to: null` leaves keys out.
 */
export interface PrefixRule {
  readonly from: string;
  readonly to: string | null;
  readonly keys: readonly string[];
}

/** The fewest changes of paths that a mapping's changed keys come from, in the order of the file. */
export function prefixRules(
  changes: Readonly<Record<string, string | null>>,
  allKeys: Iterable<string>,
): PrefixRule[] {
  const dropped: string[] = [];
  const rules = new Map<string, { from: string; to: string; keys: string[] }>();
  for (const [from, to] of Object.entries(changes)) {
    if (to === null) {
      dropped.push(from);
      continue;
    }
    const [head, newHead] = changedHeads(from, to);
    const name = JSON.stringify([head, newHead]);
    const rule = rules.get(name);
    if (rule === undefined) rules.set(name, { from: head, to: newHead, keys: [from] });
    else rule.keys.push(from);
  }
  return [...rules.values(), ...dropRules(dropped, allKeys)];
}

/** Two keys without the segments that both end with. */
function changedHeads(from: string, to: string): [string, string] {
  const a = from.split('.');
  const b = to.split('.');
  while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
    a.pop();
    b.pop();
  }
  return [a.join('.'), b.join('.')];
}

/** Keys to leave out, those of a module that goes as a whole as that module. */
function dropRules(dropped: readonly string[], allKeys: Iterable<string>): PrefixRule[] {
  const gone = new Set(dropped);
  const kept = new Set<string>();
  for (const key of allKeys) {
    if (gone.has(key)) continue;
    for (let at = key.lastIndexOf('.'); at > 0; at = key.lastIndexOf('.', at - 1)) kept.add(key.slice(0, at));
  }
  const rules = new Map<string, string[]>();
  for (const key of dropped) {
    let from = key;
    for (let at = key.lastIndexOf('.'); at > 0; at = key.lastIndexOf('.', at - 1)) {
      if (kept.has(key.slice(0, at))) break;
      from = key.slice(0, at);
    }
    const keys = rules.get(from);
    if (keys === undefined) rules.set(from, [key]);
    else keys.push(key);
  }
  return [...rules].map(([from, keys]) => ({ from, to: null, keys }));
}

/** What a rule makes of a key: undefined where it does not apply. The longest `from` that applies is meant. */
export function applyRule({ from, to }: PrefixRule, key: string): string | null | undefined {
  if (from !== '' && key !== from && !key.startsWith(`${from}.`)) return undefined;
  if (to === null) return null;
  const rest = from === '' ? key : key.slice(from.length + 1);
  return [to, rest].filter((part) => part !== '').join('.');
}

/** Rules in the order in which they are tried. */
export function longestFirst(rules: readonly PrefixRule[]): PrefixRule[] {
  return [...rules].sort((a, b) => b.from.length - a.from.length);
}

/** Whether trying the rules longest first gives exactly the mapping, for every key of the file. */
export function rulesGive(
  rules: readonly PrefixRule[],
  changes: Readonly<Record<string, string | null>>,
  allKeys: Iterable<string>,
): boolean {
  const ordered = longestFirst(rules);
  for (const key of allKeys) {
    let result: string | null = key;
    for (const rule of ordered) {
      const applied = applyRule(rule, key);
      if (applied === undefined) continue;
      result = applied;
      break;
    }
    const wanted = Object.hasOwn(changes, key) ? (changes[key] ?? null) : key;
    if (result !== wanted) return false;
  }
  return true;
}

/** A line of what a person reads of a repair. */
export interface ShownRule {
  readonly from: string;
  readonly to: string | null;
  readonly keys: number;
}

/** Rules as texts; neighbours that shift one number alike are one: `layers.2…5.* → layers.3…6.*`. */
export function shownRules(rules: readonly PrefixRule[]): ShownRule[] {
  const shown: ShownRule[] = [];
  let run: PrefixRule[] = [];
  const finish = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    const keys = run.reduce((sum, rule) => sum + rule.keys.length, 0);
    const to = first.to === null || last.to === null ? null : spanned(first.to, last.to);
    const whole = first.to === null && first.keys[0] === first.from;
    const star = (path: string): string => (path === '' ? '*' : whole ? path : `${path}.*`);
    shown.push({ from: star(spanned(first.from, last.from)), to: to === null ? null : star(to), keys });
    run = [];
  };
  for (const rule of rules) {
    const before = run.at(-1);
    if (before !== undefined && !follows(before, rule)) finish();
    run.push(rule);
  }
  finish();
  return shown;
}

/** Whether a rule is the one before with the same number of its path raised by one on both sides. */
function follows(before: PrefixRule, rule: PrefixRule): boolean {
  return (
    before.to !== null &&
    rule.to !== null &&
    isNextPath(before.from, rule.from) &&
    isNextPath(before.to, rule.to)
  );
}

function isNextPath(a: string, b: string): boolean {
  const one = a.split('.');
  const other = b.split('.');
  const at = one.findIndex((segment, i) => segment !== other[i]);
  if (at < 0 || one.length !== other.length) return false;
  const isSame = one.every((segment, i) => i === at || segment === other[i]);
  return isSame && /^\d+$/.test(one[at] ?? '') && Number(other[at]) === Number(one[at]) + 1;
}

function spanned(first: string, last: string): string {
  if (first === last) return first;
  const end = last.split('.');
  return first
    .split('.')
    .map((segment, i) => (segment === end[i] ? segment : `${segment}…${end[i] ?? ''}`))
    .join('.');
}
