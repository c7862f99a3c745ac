import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Inspection, InspectedTensor, InspectedValue } from './inspection';
import type {
  Truth,
  TruthEntry,
  TruthPath,
  TruthPathElement,
  TruthTensor,
  TruthTotals,
  TruthValue,
} from './truth';

/** Everything in which the reader and torch disagree, as sentences; empty when they agree. */
export function differences(found: Inspection, entry: TruthEntry, file: string): string[] {
  const { truth, stated } = entry;
  const wrong: string[] = [];
  if (entry.format !== undefined && found.format !== entry.format) {
    wrong.push(`format is ${found.format}, not ${entry.format}`);
  }
  if (found.partial !== (entry.partial ?? false)) wrong.push(`partial is ${String(found.partial)}`);
  if (entry.partial === true && found.warnings.length === 0) wrong.push('no warning about the cut');
  if (entry.source !== undefined && found.sources?.length === 0) {
    wrong.push('the embedded source is not named');
  }
  for (const tensor of entry.also ?? []) {
    const one = found.tensors.some((other) => canonical(signature(other)) === canonical(signature(tensor)));
    if (!one) wrong.push(`no ${canonical(signature(tensor))} is shown`);
  }
  if (truth !== undefined) {
    wrong.push(
      ...(entry.loose === true ? looseTensors(found, truth) : compareAll(found, truth, entry, file)),
    );
  }
  if (stated !== undefined) {
    wrong.push(...compareTensors(found, stated.tensors ?? [], entry, file, null));
    wrong.push(...compareValues(found, stated.values ?? [], []));
    wrong.push(...compareTotals(found, stated.totals ?? {}));
    if (stated.warning === true && found.warnings.length === 0) wrong.push('there is no warning');
    const places = found.tensors.length + found.values.length;
    if (stated.atMostPaths !== undefined && places > stated.atMostPaths)
      wrong.push(`${places} places are listed`);
  }
  return wrong;
}

function compareAll(found: Inspection, truth: Truth, entry: TruthEntry, file: string): string[] {
  const cut = entry.partial === true && entry.complete !== true;
  const wrong = compareTensors(found, truth.tensors, entry, file, cut ? 'subset' : 'exactly', truth);
  if (!cut) {
    wrong.push(...compareValues(found, truth.values, modulePaths(truth)));
    if (!mayHoldMore(entry)) wrong.push(...compareTotals(found, totalsOf(entry, truth)));
    wrong.push(...inventedValues(found, truth, entry));
  }
  return wrong;
}

/** Whether torch shows fewer tensors than the file has. */
const mayHoldMore = (entry: TruthEntry) => entry.constants === true || entry.also !== undefined;

// --- tensors

/** `extent` null: others than the expected may be listed; 'subset': some of them may be missing. */
function compareTensors(
  found: Inspection,
  expected: readonly TruthTensor[],
  entry: TruthEntry,
  file: string,
  extent: 'exactly' | 'subset' | null,
  truth?: Truth,
): string[] {
  const wrong: string[] = [];
  const left = new ByPath(found.tensors);
  const sameStorage = new Bijection('storage');
  for (const tensor of expected) {
    const match = left.take(tensor.path, (candidate) => sameSignature(candidate, tensor));
    if (match === undefined) {
      if (extent !== 'subset') wrong.push(`${shown(tensor.path)}: no such tensor`);
      continue;
    }
    for (const difference of tensorDifferences(match, tensor, entry)) {
      wrong.push(`${shown(tensor.path)}: ${difference}`);
    }
    if (tensor.storage !== undefined && tensor.storage !== null && entry.converted !== true) {
      wrong.push(...sameStorage.add(tensor.storage, [match.source, match.storage], shown(tensor.path)));
    }
    wrong.push(...offsetDifferences(match, tensor, entry, file));
  }
  if (extent === 'subset' && left.size === found.tensors.length) wrong.push('none of the tensors is listed');
  if (extent !== null) {
    const open = (truth?.open ?? []).filter((path) => !isModule(truth, path));
    for (const extra of left.rest()) {
      if (truth?.cyclic !== true && !mayHoldMore(entry) && !open.some((path) => isBelow(extra.path, path))) {
        wrong.push(`${shown(extra.path)}: a tensor that torch does not have`);
      }
    }
  }
  return wrong;
}

function tensorDifferences(found: InspectedTensor, tensor: TruthTensor, entry: TruthEntry): string[] {
  const wrong: string[] = [];
  const compare = (field: string, actual: unknown, wanted: unknown) => {
    if (wanted !== undefined && canonical(actual) !== canonical(wanted)) {
      wrong.push(`${field} is ${canonical(actual)}, not ${canonical(wanted)}`);
    }
  };
  compare('dtype', found.dtype, tensor.dtype);
  compare('shape', found.shape, tensor.shape);
  // DCP's metadata has no strides.
  if (entry.format !== 'dcp' || found.stride !== null)
    compare('stride', found.stride, tensor.stride ?? undefined);
  compare('layout', found.layout, tensor.layout);
  compare(
    'elements',
    found.elements,
    tensor.uninitialized === true ? undefined : (tensor.elements ?? undefined),
  );
  compare('bytes', found.bytes, tensor.bytes ?? undefined);
  compare('kind', found.kind, tensor.kind);
  if (entry.format !== 'dcp' || found.storageOffset !== null) {
    compare('storageOffset', found.storageOffset, tensor.storageOffset ?? undefined);
  }
  // safetensors and DCP keep no requires_grad and no device.
  if (found.requiresGrad !== null) compare('requiresGrad', found.requiresGrad, tensor.requiresGrad);
  if (found.device !== null) compare('device', found.device, tensor.device);
  if (tensor.source !== undefined && tensor.source !== null) compare('source', found.source, tensor.source);
  return wrong;
}

/** Containers that keep tensor bytes as they are, so that every tensor with data has a place in the file. */
const rawFormats = new Set([
  'torch-zip',
  'torch-legacy',
  'torch-tar',
  'torchscript',
  'safetensors',
  'sharded',
  'dcp',
]);

function offsetDifferences(
  found: InspectedTensor,
  tensor: TruthTensor,
  entry: TruthEntry,
  file: string,
): string[] {
  const expected = tensor.markAt === undefined ? tensor.head : mark(tensor.markAt);
  if (expected === undefined || expected === null) return [];
  if (found.fileOffset === null) {
    const mustKnow = entry.format !== undefined && rawFormats.has(entry.format);
    return mustKnow && entry.deflated !== true && entry.converted !== true && entry.partial !== true
      ? [`${shown(tensor.path)}: no fileOffset`]
      : [];
  }
  if (entry.deflated === true) return [`${shown(tensor.path)}: a fileOffset into compressed data`];
  const holder =
    found.source === null
      ? file
      : join(
          entry.file.includes('.metadata') || found.source.includes('distcp')
            ? folderOf(file)
            : dirname(file),
          found.source,
        );
  const actual = bytesAt(holder, Number(found.fileOffset), expected.length / 2);
  // A cut file ends somewhere; what is left must agree.
  const wanted = entry.partial === true ? expected.slice(0, actual.length) : expected;
  return actual === wanted
    ? []
    : [`${shown(tensor.path)}: at fileOffset ${found.fileOffset} are ${actual}, not ${wanted}`];
}

/** A DCP folder is opened by its own name or by its `.metadata` file. */
const folderOf = (file: string) => (file.endsWith('.metadata') ? dirname(file) : file);

const mark = (position: number) =>
  Buffer.from(Array.from({ length: 64 }, (_, i) => (position * 7 + i) % 63)).toString('hex');

function bytesAt(file: string, offset: number, length: number): string {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const read = readSync(handle, buffer, 0, length, offset);
    return buffer.subarray(0, read).toString('hex');
  } finally {
    closeSync(handle);
  }
}

const signature = (tensor: { dtype: string; shape: unknown }) => `${tensor.dtype} ${canonical(tensor.shape)}`;

/** Packages and exports: torch's tensors must all be there, wherever they are shown. */
function looseTensors(found: Inspection, truth: Truth): string[] {
  const signature = (tensor: { dtype: string; shape: unknown }) =>
    `${tensor.dtype} ${canonical(tensor.shape)}`;
  const left = found.tensors.map(signature);
  const wrong: string[] = [];
  for (const tensor of truth.tensors) {
    const index = left.indexOf(signature(tensor));
    if (index < 0) wrong.push(`${shown(tensor.path)} (${signature(tensor)}) is not shown`);
    else left.splice(index, 1);
  }
  return wrong;
}

// --- values

function compareValues(
  found: Inspection,
  expected: readonly TruthValue[],
  modules: readonly TruthPath[],
): string[] {
  const wrong: string[] = [];
  const left = new ByPath(found.values);
  for (const value of expected) {
    const match = left.take(value.path, (candidate) => valueDifferences(candidate, value).length === 0);
    if (match === undefined) {
      // A module's own attributes are shown by its line; a torch.Size may be shown by its items.
      const optional = modules.some((path) => isBelow(value.path, path)) || value.type === 'torch.Size';
      if (!optional) wrong.push(`${shown(value.path)}: no such value (${value.type ?? ''})`);
      continue;
    }
    wrong.push(...valueDifferences(match, value).map((difference) => `${shown(value.path)}: ${difference}`));
  }
  return wrong;
}

function valueDifferences(found: InspectedValue, value: TruthValue): string[] {
  if (value.present === true) return [];
  const wrong: string[] = [];
  if (value.type !== undefined && !sameType(found.type, value.type))
    wrong.push(`type is ${found.type}, not ${value.type}`);
  if ('exact' in value && !sameValue(found.value, value.exact)) {
    wrong.push(`value is ${canonical(found.value)}, not ${canonical(value.exact)}`);
  }
  if ('number' in value && !sameValue(found.value, value.number)) {
    wrong.push(`value is ${canonical(found.value)}, not ${canonical(value.number)}`);
  }
  if (
    value.text !== undefined &&
    !String(found.value).includes(value.text.replace(/^torch\./, '').split(':')[0] ?? '')
  ) {
    wrong.push(`value is ${canonical(found.value)}, not ${value.text}`);
  }
  if (value.shape !== undefined) {
    const shape = value.shape.length === 1 ? `(${value.shape.join()},)` : `(${value.shape.join(', ')})`;
    if (!String(found.value).includes(shape)) wrong.push(`${canonical(found.value)} does not say ${shape}`);
  }
  // numpy swaps to the machine's byte order; the file's own may be shown.
  if (
    value.numpyDtype !== undefined &&
    !String(found.value).includes('dtype=>') &&
    /^[a-z]+\d*$/.test(value.numpyDtype)
  ) {
    if (!String(found.value).includes(value.numpyDtype)) {
      wrong.push(`${canonical(found.value)} does not say ${value.numpyDtype}`);
    }
  }
  return wrong;
}

/** torch gives every storage as a TypedStorage; a file says which of the two it was, under either name. */
const sameType = (found: string, wanted: string) =>
  found === wanted || (isStorage.test(found) && isStorage.test(wanted));
const isStorage = /^torch\.(storage\.)?(Typed|Untyped)Storage$/;

/** Texts may be shortened; a shortened one keeps at least this many characters. */
const shortestExcerpt = 60;

function sameValue(found: unknown, exact: unknown): boolean {
  if (canonical(found) === canonical(exact)) return true;
  if (typeof found === 'number' && typeof exact === 'number') return found === exact;
  // Python's -0.0 is 0 in JSON, or its repr.
  if (exact === 0 && (found === '-0.0' || found === '0')) return true;
  if (typeof found === 'string' && typeof exact === 'string' && exact.length > shortestExcerpt) {
    return (
      found.length >= shortestExcerpt && found.slice(0, shortestExcerpt) === exact.slice(0, shortestExcerpt)
    );
  }
  return false;
}

/** Values at places where torch has something else, or nothing. */
function inventedValues(found: Inspection, truth: Truth, entry: TruthEntry): string[] {
  if (truth.cyclic || !truth.complete) return [];
  const known = new Set<string>();
  for (const value of truth.values) known.add(pathKey(value.path));
  // Objects that behave as containers may be named themselves.
  for (const container of truth.containers) {
    if (container.type.startsWith('collections.User')) known.add(pathKey(container.path));
  }
  const wildcards = [...truth.values, ...truth.tensors]
    .filter((item) => item.path.some(isAny))
    .map((item) => item.path);
  const open = truth.open;
  return (
    found.values
      .filter((value) => !known.has(pathKey(value.path)))
      .filter((value) => !open.some((path) => isBelow(value.path, path) || samePath(value.path, path)))
      .filter((value) => !wildcards.some((path) => matches(value.path.slice(0, path.length), path)))
      .filter(
        (value) =>
          !truth.values.some((other) => other.type === 'torch.Size' && isBelow(value.path, other.path)),
      )
      .filter((value) => !headers.has(`${entry.format ?? ''} ${value.path[0] ?? ''}`))
      // A set's members have no place; a defaultdict's factory and a deque's maxlen are none of its items.
      .filter((value) => !truth.containers.some((c) => isBelow(value.path, c.path) && loosely.has(c.type)))
      .map((value) => `${shown(value.path)}: a ${value.type} that torch does not have`)
  );
}

/** What a container's own header says, which torch's loaders drop. */
const headers = new Set(['safetensors __metadata__', 'sharded metadata']);

const loosely = new Set(['set', 'frozenset', 'collections.defaultdict', 'collections.Counter']);

// --- totals

/** What torch can tell of the totals: of a file's storages it sees only those it built from. */
function totalsOf(entry: TruthEntry, truth: Truth): TruthTotals {
  // A script's attributes may be tensors that are in no list of torch's.
  if (truth.modules.some((module) => module.script)) return {};
  if (entry.converted !== true) return truth.totals;
  return { ...truth.totals, storageBytes: null, unusedStorageBytes: null };
}

function compareTotals(found: Inspection, totals: TruthTotals): string[] {
  const wrong: string[] = [];
  for (const [field, wanted] of Object.entries(totals)) {
    const actual = (found.totals as Record<string, unknown>)[field];
    if (wanted !== null && wanted !== undefined && canonical(actual) !== canonical(wanted)) {
      wrong.push(`totals.${field} is ${canonical(actual)}, not ${canonical(wanted)}`);
    }
  }
  return wrong;
}

// --- paths

const isAny = (element: TruthPathElement): element is { any: true } => typeof element === 'object';
const pathKey = (path: TruthPath) => JSON.stringify(path);
const shown = (path: TruthPath) => JSON.stringify(path).slice(0, 300);
const samePath = (path: TruthPath, other: TruthPath) => path.length === other.length && matches(path, other);
const isBelow = (path: TruthPath, above: TruthPath) =>
  path.length > above.length && matches(path.slice(0, above.length), above);

function matches(path: TruthPath, pattern: TruthPath): boolean {
  return (
    path.length === pattern.length && pattern.every((element, i) => isAny(element) || element === path[i])
  );
}

function modulePaths(truth: Truth): TruthPath[] {
  return truth.modules.map((module) => module.path);
}

function isModule(truth: Truth | undefined, path: TruthPath): boolean {
  return (truth?.modules ?? []).some((module) => !module.script && samePath(module.path, path));
}

/** Integers of any size compare by their digits: a number and the decimal string of it are one. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) => (typeof item === 'number' ? String(item) : item)) ??
    'undefined'
  );
}

function sameSignature(found: InspectedTensor, tensor: TruthTensor): boolean {
  return found.dtype === tensor.dtype && canonical(found.shape) === canonical(tensor.shape);
}

/** Finds items by their path, each once; paths with unknown elements are matched by pattern. */
class ByPath<Item extends { readonly path: readonly (string | number)[] }> {
  private readonly items = new Map<string, Item[]>();
  size = 0;

  constructor(items: readonly Item[]) {
    for (const item of items) {
      const key = pathKey(item.path);
      const bucket = this.items.get(key);
      if (bucket === undefined) this.items.set(key, [item]);
      else bucket.push(item);
      this.size++;
    }
  }

  take(path: TruthPath, prefers: (item: Item) => boolean): Item | undefined {
    const exact = this.items.get(pathKey(path));
    if (exact !== undefined && exact.length > 0) {
      this.size--;
      const index = Math.max(0, exact.findIndex(prefers));
      return exact.splice(index, 1)[0];
    }
    if (!path.some(isAny)) return undefined;
    for (const bucket of this.items.values()) {
      const index = bucket.findIndex((item) => matches(item.path, path) && prefers(item));
      if (index >= 0) {
        this.size--;
        return bucket.splice(index, 1)[0];
      }
    }
    return undefined;
  }

  *rest(): Iterable<Item> {
    for (const bucket of this.items.values()) yield* bucket;
  }
}

/** Two numberings of the same things: what is one here must be one there, and what is two, two. */
class Bijection {
  private readonly forward = new Map<unknown, string>();
  private readonly backward = new Map<string, unknown>();

  constructor(private readonly name: string) {}

  add(ours: unknown, theirs: unknown, place: string): string[] {
    const key = canonical(theirs);
    const known = this.forward.get(ours);
    const owner = this.backward.get(key);
    this.forward.set(ours, key);
    this.backward.set(key, ours);
    if (known !== undefined && known !== key) return [`${place}: ${this.name} ${key} is also ${known}`];
    if (owner !== undefined && owner !== ours)
      return [`${place}: ${this.name} ${key} is that of another tensor`];
    return [];
  }
}
