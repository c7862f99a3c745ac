import type { DocumentSummary } from '../protocol/messages';
import type { Integer } from '../stateDict/tensorSpec';
import { addIntegers } from '../stateDict/tensorSpec';
import { wire } from './rowTexts';
import type { Survey } from './survey';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

/** Sums over the whole document: tensor objects once, storages once. */
export function totalsOf(survey: Survey): DocumentSummary['totals'] {
  const sum = survey.sumOf(survey.root);
  let storageBytes: Integer = 0;
  let unused: Integer = 0;
  for (const storage of survey.storages) {
    storageBytes = addIntegers(storageBytes, storage.bytes ?? 0);
    unused = addIntegers(unused, survey.useOf(storage).unused ?? 0);
  }
  return {
    tensors: sum.tensors,
    elements: wire(sum.elements),
    bytes: wire(sum.bytes),
    storageBytes: wire(storageBytes),
    unusedStorageBytes: wire(unused),
    parameters: parametersOf(survey),
  };
}

/** By falling bytes, then in the order of the file. */
export function dtypesOf(survey: Survey): DocumentSummary['dtypes'] {
  const dtypes = new Map<string, { tensors: number; bytes: Integer }>();
  for (const { tensor } of survey.tensors) {
    const entry = dtypes.get(tensor.dtype) ?? { tensors: 0, bytes: 0 };
    entry.tensors++;
    entry.bytes = addIntegers(entry.bytes, tensorBytes(tensor) ?? 0);
    dtypes.set(tensor.dtype, entry);
  }
  return [...dtypes]
    .sort(([, a], [, b]) => (a.bytes < b.bytes ? 1 : a.bytes > b.bytes ? -1 : 0))
    .map(([dtype, { tensors, bytes }]) => ({ dtype, tensors, bytes: wire(bytes) }));
}

/** Elements of the parameters, where the file says of every tensor whether it is one. */
function parametersOf(survey: Survey): DocumentSummary['totals']['parameters'] {
  let elements: Integer = 0;
  for (const content of survey.tensors) {
    const kind = survey.kindOf(content);
    const own = tensorElements(content.tensor);
    if (kind === 'tensor' || own === null) return null;
    if (kind === 'parameter') elements = addIntegers(elements, own);
  }
  return survey.tensors.length === 0 ? null : wire(elements);
}
