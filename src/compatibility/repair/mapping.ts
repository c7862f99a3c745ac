import type { Alignment } from '../alignment';
import type { Loading } from '../loading';
import type { ModelDescription } from '../model';
import type { StateDict } from '../../stateDict/stateDict';

/** File key → model key for every key of the file; null for one to leave out. */
export type Mapping = ReadonlyMap<string, string | null>;

/**
 * Where each tensor of the file should go. What belongs nowhere, or where another shape is expected, is left
 * out; what nothing is known of stays where it loads. `variant` decides what is ambiguous.
 */
export function mappingOf(
  model: ModelDescription,
  file: StateDict,
  loading: Loading,
  alignment: Alignment,
  variant: ReadonlyMap<string, string | null>,
): Mapping {
  const modelKeys = new Set(model.entries.map(({ key }) => key));
  const mapping = new Map<string, string | null>();
  const taken = new Set<string>();
  const loadedFrom = new Map([...loading.loads].map(([key, from]) => [from, key]));
  const put = (from: string, to: string | null): void => {
    const free = to !== null && modelKeys.has(to) && !taken.has(to);
    mapping.set(from, free ? to : null);
    if (free) taken.add(to);
  };
  for (const [key, belonging] of alignment.belongs) {
    const to = belonging.certainty === 'ambiguous' ? (variant.get(key) ?? null) : belonging.key;
    put(key, belonging.reshaped ? null : to);
  }
  for (const key of file.entries.keys()) {
    if (mapping.has(key)) continue;
    // Names that torch's own rules understand stay as they are.
    if (loadedFrom.has(key)) put(key, loadedFrom.get(key) ?? null);
    else mapping.set(key, null);
  }
  for (const [from, to] of mapping) {
    if (to !== null && loadedFrom.get(from) === to) mapping.set(from, from);
  }
  return mapping;
}

/** The keys that change, in the order of the file, without those that are split or put together. */
export function changesOf(
  mapping: Mapping,
  file: StateDict,
  repacked: ReadonlySet<string>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const key of file.entries.keys()) {
    if (repacked.has(key)) continue;
    const to = mapping.get(key) ?? null;
    // `__proto__` as a key would be lost on a plain assignment.
    if (to !== key) Object.defineProperty(changes, key, { value: to, enumerable: true });
  }
  return changes;
}
