import { text, type Texts } from '../../protocol/texts/text';
import { tensorBytes, tensorElements } from '../../stateDict/tensorSize';
import type { Integer, TensorSpec } from '../../stateDict/tensorSpec';
import type { ListedTensor } from '../../checkpoint/listing';
import type { InspectReport } from './report';

/** Tensors and values in one piece of output: a checkpoint of a million keys needs no string of gigabytes. */
const itemsPerChunk = 500;

/** The report as one JSON document, written in pieces. Integers above 2^53 − 1 are decimal strings. */
export function reportJson(report: InspectReport, texts: Texts, write: (chunk: string) => void): void {
  const { file, fileSize, format, bytesRead, partial, totals } = report;
  write(`${JSON.stringify({ file, fileSize, format, bytesRead, partial }).slice(0, -1)},"tensors":[`);
  writeItems(report.tensors.length, write, (i) =>
    tensorJson(report.tensors[i] as ListedTensor, report.offsets?.[i] ?? null),
  );
  write('],"values":[');
  writeItems(report.values.length, write, (i) => {
    const value = report.values[i];
    if (value === undefined) return 'null';
    return JSON.stringify({ path: value.path, type: value.type, value: wire(value.value) });
  });
  const rest = {
    totals: {
      tensors: totals.tensors,
      elements: wire(totals.elements),
      bytes: wire(totals.bytes),
      storageBytes: wire(totals.storageBytes),
      unusedStorageBytes: wire(totals.unusedStorageBytes),
    },
    sources: report.sources,
    facts: report.facts.map(({ code, args }) => ({ code, args })),
    warnings: report.warnings.map((warning) => ({
      code: warning.code,
      message: text(texts, warning),
      path: warning.path,
    })),
  };
  write(`],${JSON.stringify(rest).slice(1)}\n`);
}

function writeItems(count: number, write: (chunk: string) => void, item: (index: number) => string): void {
  for (let start = 0; start < count; start += itemsPerChunk) {
    const items: string[] = [];
    const end = Math.min(count, start + itemsPerChunk);
    for (let i = start; i < end; i++) items.push(item(i));
    write(start === 0 ? items.join(',') : `,${items.join(',')}`);
  }
}

/** Written by hand: an object for `JSON.stringify` takes twice the time, and there can be very many. */
function tensorJson({ path, tensor, kind }: ListedTensor, fileOffset: number | null): string {
  const { storage } = tensor;
  // Keys are unique in one file only.
  const key =
    storage === null ? null : storage.source === null ? storage.key : `${storage.source}:${storage.key}`;
  const head = `{"path":${pathJson(path)},"storage":${textJson(key)}`;
  if (fileOffset === null) return head + sharedJson(tensor, kind);
  return `${head},"fileOffset":${fileOffset}${sharedJson(tensor, kind).slice(noOffset.length)}`;
}

const noOffset = ',"fileOffset":null';
let lastTensor: TensorSpec | null = null;
let lastKind = '';
let lastJson = '';

/** The fields that neighbours mostly share (equal shapes of one file are one array), written once for a run. */
function sharedJson(tensor: TensorSpec, kind: string): string {
  if (lastTensor !== null && kind === lastKind && isAlike(tensor, lastTensor)) return lastJson;
  lastTensor = tensor;
  lastKind = kind;
  lastJson =
    `${noOffset},"dtype":${textJson(tensor.dtype)},"shape":${listJson(tensor.shape)}` +
    `,"stride":${listJson(tensor.stride)},"layout":"${tensor.layout}"` +
    `,"elements":${integerJson(tensorElements(tensor))},"bytes":${integerJson(tensorBytes(tensor))}` +
    `,"storageOffset":${integerJson(tensor.storageOffset)},"device":${textJson(tensor.device)}` +
    `,"kind":"${kind}","requiresGrad":${String(tensor.requiresGrad)}` +
    `,"source":${textJson(tensor.storage?.source ?? null)}${partsJson(tensor.parts)}}`;
  return lastJson;
}

function isAlike(a: TensorSpec, b: TensorSpec): boolean {
  return (
    a.shape === b.shape &&
    a.stride === b.stride &&
    a.dtype === b.dtype &&
    a.layout === b.layout &&
    a.storageOffset === b.storageOffset &&
    a.device === b.device &&
    a.requiresGrad === b.requiresGrad &&
    (a.storage?.source ?? null) === (b.storage?.source ?? null) &&
    a.parts.length === 0 &&
    b.parts.length === 0
  );
}

function partsJson(parts: TensorSpec['parts']): string {
  if (parts.length === 0) return '';
  const items = parts.map(
    ({ name, tensor }) =>
      `{"name":${textJson(name)},"dtype":${textJson(tensor.dtype)},"shape":${listJson(tensor.shape)}}`,
  );
  return `,"parts":[${items.join(',')}]`;
}

function pathJson(path: ListedTensor['path']): string {
  const [only] = path;
  if (path.length === 1 && typeof only === 'string') return `[${textJson(only)}]`;
  return JSON.stringify(path);
}

function textJson(text: string | null): string {
  if (text === null) return 'null';
  // Names of weights need no escapes.
  return /^[\w.:/ -]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
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
