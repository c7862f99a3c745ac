import { text, type Texts } from '../../protocol/texts/text';
import { tensorBytes, tensorElements } from '../../stateDict/tensorSize';
import type { Integer } from '../../stateDict/tensorSpec';
import type { ListedTensor } from '../../checkpoint/listing';
import type { InspectReport } from './report';

/** Tensors and values in one piece of output: a checkpoint of a million keys needs no string of gigabytes. */
const itemsPerChunk = 5_000;

/** The report as one JSON document, written in pieces. Integers above 2^53 − 1 are decimal strings. */
export function reportJson(report: InspectReport, texts: Texts, write: (chunk: string) => void): void {
  const { file, fileSize, format, bytesRead, partial, totals } = report;
  write(`${JSON.stringify({ file, fileSize, format, bytesRead, partial }).slice(0, -1)},"tensors":[`);
  writeItems(report.tensors.length, write, (i) =>
    tensorJson(report.tensors[i] as ListedTensor, report.offsets === null ? undefined : report.offsets[i]),
  );
  write('],"values":[');
  writeItems(report.values.length, write, (i) => {
    const value = report.values[i];
    return value === undefined ? null : { path: value.path, type: value.type, value: wire(value.value) };
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

function writeItems(count: number, write: (chunk: string) => void, item: (index: number) => unknown): void {
  for (let start = 0; start < count; start += itemsPerChunk) {
    const items: unknown[] = [];
    for (let i = start; i < Math.min(count, start + itemsPerChunk); i++) items.push(item(i));
    write(`${start === 0 ? '' : ','}${JSON.stringify(items).slice(1, -1)}`);
  }
}

function tensorJson({ path, tensor, kind }: ListedTensor, fileOffset: number | null | undefined): object {
  const { storage } = tensor;
  return {
    path,
    dtype: tensor.dtype,
    shape: wireList(tensor.shape),
    stride: wireList(tensor.stride),
    layout: tensor.layout,
    elements: wire(tensorElements(tensor)),
    bytes: wire(tensorBytes(tensor)),
    // Keys are unique in one file only.
    storage:
      storage === null ? null : storage.source === null ? storage.key : `${storage.source}:${storage.key}`,
    storageOffset: wire(tensor.storageOffset),
    device: tensor.device,
    kind,
    requiresGrad: tensor.requiresGrad,
    source: storage === null ? null : storage.source,
    fileOffset: fileOffset ?? null,
    parts: tensor.parts.map(({ name, tensor: part }) => ({
      name,
      dtype: part.dtype,
      shape: wireList(part.shape),
    })),
  };
}

function wireList(values: readonly Integer[] | null): readonly (number | string)[] | null {
  if (values === null) return null;
  for (let i = 0; i < values.length; i++)
    if (typeof values[i] !== 'number') return values.map((value) => wire(value));
  return values as readonly number[];
}

function wire<T>(value: T): Exclude<T, bigint> | string {
  return typeof value === 'bigint' ? String(value) : (value as Exclude<T, bigint>);
}
