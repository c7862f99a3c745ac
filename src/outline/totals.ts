import type { DocumentSummary } from '../protocol/messages';
import type { Integer } from '../stateDict/tensorSpec';
import { addIntegers } from '../stateDict/tensorSpec';
import { wire } from './rowTexts';
import type { Survey } from './survey';
import { StorageUses } from '../stateDict/storageTotals';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

/** Sums over the whole document: tensor objects once, storages once. */
export function totalsOf(survey: Survey): DocumentSummary['totals'] {
  const sum = survey.sumOf(survey.root);
  const uses = new StorageUses();
  for (const { tensor } of survey.tensors) uses.addTensor(tensor);
  for (const storage of survey.ownStorages) uses.addStorage(storage);
  const { storageBytes, unusedStorageBytes, storageExact, unusedExact } = uses.totals();
  return {
    tensors: sum.tensors,
    elements: wire(sum.elements),
    bytes: wire(sum.bytes),
    storageBytes: wire(storageBytes),
    unusedStorageBytes: wire(unusedStorageBytes),
    tensorsExact: survey.complete,
    exact: sum.exact,
    storageExact: storageExact && survey.complete,
    unusedExact: unusedExact && survey.complete,
    parameters: parametersOf(survey),
  };
}

/** By falling bytes, then in the order of the file. */
export function dtypesOf(survey: Survey): DocumentSummary['dtypes'] {
  const dtypes = new Map<string, { tensors: number; bytes: Integer; exact: boolean }>();
  for (const { tensor } of survey.tensors) {
    const entry = dtypes.get(tensor.dtype) ?? { tensors: 0, bytes: 0, exact: survey.complete };
    const bytes = tensorBytes(tensor);
    entry.tensors++;
    entry.bytes = addIntegers(entry.bytes, bytes ?? 0);
    entry.exact &&= bytes !== null;
    dtypes.set(tensor.dtype, entry);
  }
  return [...dtypes]
    .sort(([, a], [, b]) => (a.bytes < b.bytes ? 1 : a.bytes > b.bytes ? -1 : 0))
    .map(([dtype, { tensors, bytes, exact }]) => ({ dtype, tensors, bytes: wire(bytes), exact }));
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
