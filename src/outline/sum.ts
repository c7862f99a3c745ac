import type { TensorContent } from '../checkpoint/content';
import type { Integer } from '../stateDict/tensorSpec';
import { addIntegers } from '../stateDict/tensorSpec';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

/** Tensors below a node, each object counted once. */
export interface Sum {
  readonly tensors: number;
  readonly elements: Integer;
  readonly bytes: Integer;
  /** False: some size is unknown or a limit was hit, the numbers are lower bounds. */
  readonly exact: boolean;
}

export const emptySum: Sum = { tensors: 0, elements: 0, bytes: 0, exact: true };

export function sumOfTensor({ tensor }: TensorContent): Sum {
  const elements = tensorElements(tensor);
  const bytes = tensorBytes(tensor);
  const exact = elements !== null && bytes !== null;
  return { tensors: 1, elements: elements ?? 0, bytes: bytes ?? 0, exact };
}

/** A sum that grows. */
export class RunningSum {
  private tensors: number;
  private elements: Integer;
  private bytes: Integer;
  exact: boolean;

  constructor(start: Sum = emptySum) {
    this.tensors = start.tensors;
    this.elements = start.elements;
    this.bytes = start.bytes;
    this.exact = start.exact;
  }

  addTensor({ tensor }: TensorContent): void {
    const elements = tensorElements(tensor);
    const bytes = tensorBytes(tensor);
    this.tensors++;
    if (elements === null || bytes === null) this.exact = false;
    if (elements !== null) this.elements = addIntegers(this.elements, elements);
    if (bytes !== null) this.bytes = addIntegers(this.bytes, bytes);
  }

  add(sum: Sum): void {
    this.tensors += sum.tensors;
    this.elements = addIntegers(this.elements, sum.elements);
    this.bytes = addIntegers(this.bytes, sum.bytes);
    this.exact &&= sum.exact;
  }

  sum(): Sum {
    return { tensors: this.tensors, elements: this.elements, bytes: this.bytes, exact: this.exact };
  }
}
