import type { CandidateStateDict } from '../../stateDict/candidate';
import type { Rearrangement, TensorOrigin } from '../../stateDict/rearrangement';
import { modulePath } from '../loading';
import type { ModelDescription } from '../model';
import type { Repair } from '../report';

/** What a repair makes of a part of a file, in the order of the model's keys. */
export function rearrangementOf(
  model: ModelDescription,
  { stateDict }: CandidateStateDict,
  { mapping, splits, joins }: Pick<Repair, 'mapping' | 'splits' | 'joins'>,
): Rearrangement {
  const origins = new Map<string, TensorOrigin>();
  for (const key of stateDict.entries.keys()) {
    const to = Object.hasOwn(mapping, key) ? (mapping[key] ?? null) : key;
    if (to !== null) origins.set(to, { type: 'entry', key });
  }
  for (const { from, to } of splits) {
    let start = 0;
    for (const { key, rows } of to) {
      origins.set(key, { type: 'slice', key: from, start, length: rows });
      start += rows;
    }
  }
  for (const { from, to } of joins) origins.set(to, { type: 'join', keys: from });
  const ofModel = model.entries.flatMap(({ key }) => {
    const from = origins.get(key);
    return from === undefined ? [] : [{ key, from }];
  });
  // Names that torch's own rules understand are none of the model's.
  const known = new Set(ofModel.map(({ key }) => key));
  const others = [...origins].flatMap(([key, from]) => (known.has(key) ? [] : [{ key, from }]));
  const entries = [...ofModel, ...others];
  return { entries, modules: modulesOf(model, stateDict.metadata, entries) };
}

/**
 * Under which path the file's `_metadata` has each module: that of its tensors; for the modules around them, and
 * for those without tensors, as far as names agree.
 */
function modulesOf(
  model: ModelDescription,
  metadata: CandidateStateDict['stateDict']['metadata'],
  entries: Rearrangement['entries'],
): Map<string, string> {
  if (metadata === null) return new Map();
  const found = new Map<string, string>();
  const put = (path: string, from: string): void => {
    if (!found.has(path) && metadata.has(from)) found.set(path, from);
  };
  for (const { key, from } of entries) {
    const fileKey = from.type === 'join' ? from.keys[0] : from.key;
    if (fileKey === undefined) continue;
    let path = modulePath(key);
    let old = modulePath(fileKey);
    put(path, old);
    while (path !== '' && old !== '' && lastName(path) === lastName(old)) {
      path = modulePath(path);
      old = modulePath(old);
      put(path, old);
    }
  }
  put('', '');
  const paths = model.modules?.map(({ path }) => path) ?? [...found.keys()];
  for (const path of paths) {
    const parent = path === '' ? undefined : found.get(modulePath(path));
    if (parent !== undefined) put(path, [parent, lastName(path)].filter((name) => name !== '').join('.'));
  }
  return new Map(
    paths.flatMap((path) => {
      const from = found.get(path);
      return from === undefined ? [] : [[path, from] as const];
    }),
  );
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
