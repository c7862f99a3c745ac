import type { TensorContent } from '../checkpoint/content';
import type { StorageSpec, TensorSpec } from '../stateDict/tensorSpec';
import type { StorageUse } from '../stateDict/storageUse';
import { storageUse, stridedViews } from '../stateDict/storageUse';

/** Which tensors view which storage. */
export class StorageViews {
  private readonly views = new Map<StorageSpec, TensorContent | TensorContent[]>();

  /** `tensors`: every tensor object once, in the order of the file. */
  constructor(tensors: readonly TensorContent[]) {
    for (const content of tensors) {
      this.add(content.tensor.storage, content);
      for (const part of content.tensor.parts) this.add(part.tensor.storage, content);
    }
  }

  /** Tensor objects that view a storage, in the order of the file. */
  tensorsOf(storage: StorageSpec): readonly TensorContent[] {
    const found = this.views.get(storage) ?? [];
    return Array.isArray(found) ? found : [found];
  }

  /** What those tensors, or parts of them, use of the storage. */
  useOf(storage: StorageSpec): StorageUse {
    const views: TensorSpec[] = [];
    for (const { tensor } of this.tensorsOf(storage)) {
      for (const view of stridedViews(tensor)) if (view.storage === storage) views.push(view);
    }
    return storageUse(storage, views);
  }

  private add(storage: StorageSpec | null, content: TensorContent): void {
    if (storage === null) return;
    const others = this.views.get(storage);
    if (others === undefined) this.views.set(storage, content);
    else if (!Array.isArray(others)) {
      if (others !== content) this.views.set(storage, [others, content]);
    } else if (others[others.length - 1] !== content) others.push(content);
  }
}
