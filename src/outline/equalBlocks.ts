import type { Content, TensorContent } from '../checkpoint/content';
import type { ContentNode, GroupNode } from './nodes';
import type { Outline } from './outline';
import { Signatures } from './signatures';

/**
 * Whether two siblings hold the same: the same relative keys with the same types, shapes and dtypes in the same
 * order. Tensors are compared directly, which is quick and stops at the first difference; other contents by
 * their signatures.
 */
export class EqualBlocks {
  private readonly signatures: Signatures;

  constructor(private readonly outline: Outline) {
    this.signatures = new Signatures(outline.survey);
  }

  areEqual(a: ContentNode | GroupNode, b: ContentNode | GroupNode): boolean {
    if (a.kind === 'content') {
      if (b.kind !== 'content' || a.place === 'cycle' || b.place === 'cycle') return false;
      return this.sameContent(a.content, b.content);
    }
    if (b.kind !== 'group' || a.variant !== b.variant || a.entries.length !== b.entries.length) return false;
    const childrenOfA = this.outline.survey.childrenOf(a.owner.content);
    const childrenOfB = this.outline.survey.childrenOf(b.owner.content);
    for (let i = 0; i < a.entries.length; i++) {
      const one = childrenOfA[a.entries[i] ?? -1];
      const other = childrenOfB[b.entries[i] ?? -1];
      if (one === undefined || other === undefined) return false;
      if (!sameTail(String(one.name), a.prefixLength, String(other.name), b.prefixLength)) return false;
      if (!this.sameContent(one.content, other.content)) return false;
    }
    return true;
  }

  private sameContent(a: Content, b: Content): boolean {
    if (a.type !== b.type) return false;
    if (a.type === 'tensor' && b.type === 'tensor' && this.isPlain(a) && this.isPlain(b))
      return sameTensor(a, b);
    return this.signatures.of(a) === this.signatures.of(b);
  }

  private isPlain(tensor: TensorContent): boolean {
    return this.outline.survey.childrenOf(tensor).length === 0;
  }
}

function sameTensor({ tensor: a }: TensorContent, { tensor: b }: TensorContent): boolean {
  if (a.dtype !== b.dtype || a.layout !== b.layout) return false;
  if (a.shape === null || b.shape === null) return a.shape === b.shape;
  if (a.shape.length !== b.shape.length) return false;
  for (let i = 0; i < a.shape.length; i++) if (a.shape[i] !== b.shape[i]) return false;
  return true;
}

/** Whether two texts are the same from these offsets on. */
function sameTail(a: string, offsetA: number, b: string, offsetB: number): boolean {
  return a.length - offsetA === b.length - offsetB && b.startsWith(a.slice(offsetA), offsetB);
}
