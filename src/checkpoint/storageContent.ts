import type { StorageSpec } from '../stateDict/tensorSpec';
import type { ObjectContent } from './content';

/** A storage saved as an object of its own, without a tensor. */
export function storageContent(storage: StorageSpec, dtype: string | null): ObjectContent {
  const pythonType = dtype === null ? 'torch.storage.UntypedStorage' : 'torch.storage.TypedStorage';
  const size = storage.bytes === null ? '' : `, ${storage.bytes} bytes`;
  const device = storage.device === null ? '' : `, ${storage.device}`;
  const text = `${dtype === null ? 'UntypedStorage' : 'TypedStorage'}(${dtype ?? 'uint8'}${size}${device})`;
  return { type: 'object', pythonType, text, storage, children: () => [] };
}
