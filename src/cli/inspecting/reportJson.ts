import type { Checkpoint } from '../../checkpoint/checkpoint';
import {
  pathOf,
  ContentWalk,
  type ContentVisitor,
  type ListedValue,
  type Place,
} from '../../checkpoint/listing';
import type { PathElement } from '../../checkpoint/content';
import type { CommandIo } from '../command';
import { TotalsCounter } from '../../checkpoint/totals';
import { text, type Texts } from '../../protocol/texts/text';
import { tensorBytes, tensorElements } from '../../stateDict/tensorSize';
import type { Integer, StorageSpec, TensorKind, TensorSpec } from '../../stateDict/tensorSpec';
import { fileOffset, type StorageStarts } from './storageStarts';

/** What is written together: a checkpoint of a million keys needs no string of gigabytes. */
const contentsAtOnce = 2_000;

/** Names of weights and keys of storages. */
const needsNoEscape = /^[\w.:/ -]*$/;

/**
 * A checkpoint as one JSON document, written while its contents are walked. Integers above 2^53 − 1 are decimal
 * strings.
 *
 * @param starts where the storages are, null to leave that out
 * @param texts asked for when there is something to say
 */
export async function reportJson(
  file: string,
  checkpoint: Checkpoint,
  starts: StorageStarts | null,
  texts: () => Texts,
  io: Pick<CommandIo, 'out' | 'turn'>,
): Promise<void> {
  const write = (text: string): void => io.out(text);
  const { fileSize, format, partial, root } = checkpoint;
  const head = { file, fileSize, format, bytesRead: checkpoint.bytesRead(), partial };
  write(`${JSON.stringify(head).slice(0, -1)},"tensors":[`);
  const tensors = new TensorsJson(starts, write);
  const walk = new ContentWalk(root, tensors);
  while (walk.advance(contentsAtOnce)) {
    tensors.flush();
    await io.turn();
  }
  tensors.flush();
  const { values } = tensors;
  write('],"values":[');
  for (let i = 0; i < values.length; i += contentsAtOnce) {
    const items = values
      .slice(i, i + contentsAtOnce)
      .map(({ path, type, value }) => ({ path, type, value: wire(value) }));
    write(`${i === 0 ? '' : ','}${JSON.stringify(items).slice(1, -1)}`);
  }
  const totals = tensors.sums.totals();
  const rest = {
    totals: {
      tensors: totals.tensors,
      elements: wire(totals.elements),
      bytes: wire(totals.bytes),
      storageBytes: wire(totals.storageBytes),
      unusedStorageBytes: wire(totals.unusedStorageBytes),
    },
    sources: checkpoint.sources.map((source) => ({ name: source.name, text: source.text ?? null })),
    facts: checkpoint.facts.map(({ code, args }) => ({ code, args })),
    warnings: [...checkpoint.warnings, ...walk.warnings].map((warning) => ({
      code: warning.code,
      message: text(texts(), warning),
      path: warning.path,
    })),
  };
  write(`],${JSON.stringify(rest).slice(1)}\n`);
}

/** Writes tensors as they come. By hand: an object for `JSON.stringify` takes twice the time. */
class TensorsJson implements ContentVisitor {
  readonly values: ListedValue[] = [];
  readonly sums = new TotalsCounter();
  private pieces: string[] = [];
  private isFirst = true;
  private lastParent: Place | null = null;
  /** What is before the last element of a path: `{"path":["model",`. */
  private opening = opened(null);
  private openingText = `${this.opening}"`;
  private lastTensor: TensorSpec | null = null;
  private lastKind: TensorKind = 'tensor';
  private lastJson = '';

  constructor(
    private readonly starts: StorageStarts | null,
    private readonly write: (chunk: string) => void,
  ) {}

  tensor(
    parent: Place | null,
    name: PathElement | null,
    tensor: TensorSpec,
    kind: TensorKind,
    first: boolean,
  ): void {
    if (first) this.sums.tensor(tensor);
    if (parent !== this.lastParent) this.enter(parent);
    const { pieces } = this;
    const shared = this.shared(tensor, kind);
    const key = storageKey(tensor.storage);
    if (key !== null && typeof name === 'string' && needsNoEscape.test(name) && needsNoEscape.test(key)) {
      pieces.push(this.openingText, name, '"],"storage":"', key, shared);
    } else {
      const path = `${this.opening}${name === null ? '' : JSON.stringify(name)}]`;
      // The shared fields begin with the quote that ends the key.
      if (key === null) pieces.push(`${path},"storage":null`, shared.slice(1));
      else pieces.push(`${path},"storage":${JSON.stringify(key).slice(0, -1)}`, shared);
    }
    if (this.starts !== null) pieces.push(`,"fileOffset":${fileOffset(this.starts, tensor)}}`);
  }

  value(value: ListedValue): void {
    this.values.push(value);
  }

  storage(storage: StorageSpec): void {
    this.sums.storage(storage);
  }

  flush(): void {
    if (this.pieces.length === 0) return;
    const text = this.pieces.join('');
    this.write(this.isFirst ? text.slice(1) : text);
    this.isFirst = false;
    this.pieces = [];
  }

  private enter(parent: Place | null): void {
    this.lastParent = parent;
    this.opening = opened(parent);
    this.openingText = `${this.opening}"`;
  }

  /** The fields that neighbours mostly share, written once for a run; from the end of the storage's key on. */
  private shared(tensor: TensorSpec, kind: TensorKind): string {
    const last = this.lastTensor;
    if (last !== null && kind === this.lastKind && isAlike(tensor, last)) return this.lastJson;
    this.lastTensor = tensor;
    this.lastKind = kind;
    this.lastJson =
      `","dtype":${textJson(tensor.dtype)},"shape":${listJson(tensor.shape)}` +
      `,"stride":${listJson(tensor.stride)},"layout":"${tensor.layout}"` +
      `,"elements":${integerJson(tensorElements(tensor))},"bytes":${integerJson(tensorBytes(tensor))}` +
      `,"storageOffset":${integerJson(tensor.storageOffset)},"device":${textJson(tensor.device)}` +
      `,"kind":"${kind}","requiresGrad":${String(tensor.requiresGrad)}` +
      `,"source":${textJson(tensor.storage?.source ?? null)}${partsJson(tensor.parts)}` +
      (this.starts === null ? ',"fileOffset":null}' : '');
    return this.lastJson;
  }
}

/** The beginning of a tensor's object, up to the last element of its path. */
function opened(parent: Place | null): string {
  const path = JSON.stringify(pathOf(parent)).slice(0, -1);
  return `,{"path":${path}${parent === null ? '' : ','}`;
}

function isAlike(a: TensorSpec, b: TensorSpec): boolean {
  return (
    a.form !== undefined &&
    a.form === b.form &&
    a.storageOffset === b.storageOffset &&
    a.device === b.device &&
    (a.storage?.source ?? null) === (b.storage?.source ?? null)
  );
}

/** Keys are unique in one file only. */
function storageKey(storage: StorageSpec | null): string | null {
  if (storage === null) return null;
  return storage.source === null ? storage.key : `${storage.source}:${storage.key}`;
}

function partsJson(parts: TensorSpec['parts']): string {
  if (parts.length === 0) return '';
  const items = parts.map(
    ({ name, tensor }) =>
      `{"name":${textJson(name)},"dtype":${textJson(tensor.dtype)},"shape":${listJson(tensor.shape)}}`,
  );
  return `,"parts":[${items.join(',')}]`;
}

function textJson(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

function integerJson(value: Integer | null): string {
  return typeof value === 'bigint' ? `"${String(value)}"` : String(value);
}

function listJson(values: readonly Integer[] | null): string {
  if (values === null) return 'null';
  let json = '[';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) json += ',';
    json += integerJson(values[i] as Integer);
  }
  return `${json}]`;
}

function wire<T>(value: T): Exclude<T, bigint> | string {
  return typeof value === 'bigint' ? String(value) : (value as Exclude<T, bigint>);
}
