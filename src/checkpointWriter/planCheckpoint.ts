import type { Checkpoint, PickledRoot } from '../checkpoint/checkpoint';
import type { Content } from '../checkpoint/content';
import { CheckpointError } from '../checkpointError';
import { pickle, type PicklerOptions } from '../pickle/pickler';
import { PyDict, PyObject, type Value } from '../pickle/values';
import type { CandidateStateDict } from '../stateDict/candidate';
import type { Rearrangement } from '../stateDict/rearrangement';
import type { CheckpointPlan, PlannedRecord } from './plan';
import { StorageTable } from './storageTable';
import { orderedDict, TensorValues } from './tensorValues';

/** Another state_dict in the place of one of a checkpoint's. */
export interface Change {
  readonly part: CandidateStateDict;
  readonly rearrangement: Rearrangement;
}

/**
 * A checkpoint like the one that was read, with one of its state_dicts rearranged; with `change` null the same
 * one. Everything else that the file holds stays what it was: values, objects of unknown classes, sharing. Of
 * other formats than torch's zip and legacy file, and where a whole module was saved, a plain state_dict takes
 * the place.
 *
 * @throws CheckpointError `writing.*` for what cannot be written, with the reason
 */
export async function planCheckpoint(checkpoint: Checkpoint, change: Change | null): Promise<CheckpointPlan> {
  if (checkpoint.partial) throw new CheckpointError('writing.partial', [checkpoint.fileName]);
  const storages = new StorageTable(checkpoint);
  const { pickled } = checkpoint;
  let bytes: Uint8Array;
  if (pickled !== undefined) bytes = pickle(pickled.value, rewriting(checkpoint, pickled, change, storages));
  else if (change !== null) {
    const tensors = new TensorValues(storages, change.part.stateDict);
    bytes = pickle(nested(change.part.path, freshStateDict(tensors, change.rearrangement)));
  } else throw new CheckpointError('writing.format', [checkpoint.format]);
  const bigEndian = checkpoint.facts.some(({ code }) => code === 'fact.bigEndian');
  const records: PlannedRecord[] = [
    record('data.pkl', bytes),
    record('byteorder', ascii(bigEndian ? 'big' : 'little')),
    ...(await storages.records()),
    // `caffe2::serialize::kProducedFileFormatVersion`.
    record('version', ascii('3\n')),
  ];
  return { records, keys: change?.rearrangement.entries.length ?? 0 };
}

function record(name: string, data: Uint8Array): PlannedRecord {
  return { name, size: data.length, pieces: [data] };
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** How the file's own pickle is written again. */
function rewriting(
  checkpoint: Checkpoint,
  pickled: PickledRoot,
  change: Change | null,
  storages: StorageTable,
): PicklerOptions {
  const tensors = change === null ? null : new TensorValues(storages, change.part.stateDict);
  const persistentId: PicklerOptions['persistentId'] = (id) => {
    if (tensors?.ids.has(id) === true) return { id: id.id };
    const meaning = pickled.persistent(id);
    if (meaning?.type === 'storage') return { id: storages.id(meaning.storage, meaning.dtype) };
    // A legacy file names a class that it saved with its source: a zip just names it.
    if (meaning?.type === 'value') return { value: meaning.value };
    throw new CheckpointError('writing.persistentId');
  };
  if (change === null || tensors === null) return { persistentId };
  const target = contentAt(checkpoint.root, change.part.path);
  if (target === null) throw new CheckpointError('writing.partGone', [change.part.path.join('.')]);
  const made = new Map<Value, Value>();
  const isTarget = (value: Value): boolean =>
    value instanceof PyObject
      ? value.meaning === target
      : value instanceof PyDict && pickled.content(value) === target;
  const replace = (value: Value): Value => {
    if (!isTarget(value)) return value;
    let instead = made.get(value);
    if (instead === undefined) {
      instead = rearranged(value, change, tensors);
      made.set(value, instead);
    }
    return instead;
  };
  return { replace, persistentId };
}

function contentAt(root: Content, path: CandidateStateDict['path']): Content | null {
  let content: Content = root;
  for (const name of path) {
    if (content.type === 'scalar' || content.type === 'tensor') return null;
    const child: Content | undefined = content.children().find((one) => one.name === name)?.content;
    if (child === undefined) return null;
    content = child;
  }
  return content;
}

/** A dict of the file with other entries; its class and its attributes stay. */
function rearranged(value: Value, { part, rearrangement }: Change, tensors: TensorValues): Value {
  const items = value instanceof PyDict ? value : value instanceof PyObject ? value.entries : null;
  // A whole module, or a dict whose items are among its arguments (Python 2's OrderedDict).
  if (items === null || part.classes !== null || items.size !== part.stateDict.entries.size)
    return freshStateDict(tensors, rearrangement);
  const copy = value instanceof PyObject ? copyWithoutItems(value, rearrangement) : new PyDict();
  const dict = copy instanceof PyObject ? copy.ensureEntries() : copy;
  for (const { key, from } of rearrangement.entries) {
    const known = from.type === 'entry' ? items.get(from.key) : undefined;
    dict.set(key, known ?? tensors.value(from));
  }
  return copy;
}

function copyWithoutItems(
  { callee, args, opcode, kwargs, items, state }: PyObject,
  { modules }: Rearrangement,
): PyObject {
  const copy = new PyObject(callee, args, opcode, 0);
  if (kwargs !== undefined) copy.setKwargs(kwargs);
  if (items !== null) copy.ensureItems().push(...items);
  if (state !== undefined) copy.setState(state instanceof PyDict ? withMetadata(state, modules) : state);
  return copy;
}

/** The attributes of a state_dict with `_metadata` under the new paths. */
function withMetadata(state: PyDict, modules: Rearrangement['modules']): PyDict {
  const metadata = state.get('_metadata');
  const old = metadata instanceof PyObject ? metadata.entries : metadata instanceof PyDict ? metadata : null;
  const copy = new PyDict();
  state.keys.forEach((key, i) => copy.set(key, state.values[i] as Value));
  if (old === null) return copy;
  const fresh = orderedDict();
  const entries = fresh.ensureEntries();
  for (const [path, from] of modules) {
    const about = old.get(from);
    if (about !== undefined) entries.set(path, about);
  }
  copy.set('_metadata', fresh);
  return copy;
}

/** An `OrderedDict` of plain tensors. */
function freshStateDict(tensors: TensorValues, { entries }: Rearrangement): Value {
  const dict = orderedDict();
  const items = dict.ensureEntries();
  for (const { key, from } of entries) items.set(key, tensors.value(from));
  return dict;
}

/** A value at a path of dicts, for formats that are no pickle. */
function nested(path: CandidateStateDict['path'], value: Value): Value {
  let around = value;
  for (const name of [...path].reverse()) {
    const dict = new PyDict();
    dict.set(name, around);
    around = dict;
  }
  return around;
}
