import type { StateDict } from '../stateDict/stateDict';
import type { Integer } from '../stateDict/tensorSpec';
import type { Belonging } from './alignment';
import { modulePath } from './loading';
import type { ModelDescription, ModelEntry } from './model';

/**
 * Model keys of last layers that only have another number of outputs, as a changed class count makes them.
 * A layer is one when its tensors differ in the first dimension alone, it has no running statistics and is no
 * embedding. A width that changed inside the network shows by layers that differ in their inputs too: then
 * nothing is called a head.
 */
export function headSwaps(
  model: ModelDescription,
  file: StateDict,
  belongs: ReadonlyMap<string, Belonging>,
): ReadonlySet<string> {
  const byKey = new Map(model.entries.map((entry) => [entry.key, entry]));
  const reshaped = new Map<string, ModelEntry[]>();
  for (const [fileKey, belonging] of belongs) {
    if (!belonging.reshaped || belonging.key === null) continue;
    const entry = byKey.get(belonging.key);
    const shape = file.entries.get(fileKey)?.tensor?.shape ?? null;
    if (entry === undefined) continue;
    if (!differsInOutputsOnly(entry.shape, shape)) return new Set();
    const path = modulePath(entry.key);
    reshaped.set(path, [...(reshaped.get(path) ?? []), entry]);
  }
  const types = new Map((model.modules ?? []).map((module) => [module.path, module.type]));
  const statistics = new Set(
    model.entries.filter(({ key }) => key.endsWith('running_mean')).map(({ key }) => modulePath(key)),
  );
  const keys = new Set<string>();
  for (const [path, entries] of reshaped) {
    if (statistics.has(path)) return new Set();
    const hasMatrix = entries.some((entry) => (entry.shape?.length ?? 0) >= 2);
    if (!hasMatrix || (types.get(path) ?? '').startsWith('Embedding')) continue;
    for (const entry of entries) keys.add(entry.key);
  }
  return keys;
}

function differsInOutputsOnly(a: readonly Integer[] | null, b: readonly Integer[] | null): boolean {
  if (a === null || b === null || a.length !== b.length || a.length === 0) return false;
  return a.every((size, i) => i === 0 || Number(size) === Number(b[i]));
}
