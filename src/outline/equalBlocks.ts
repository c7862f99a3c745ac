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
  private tails: { readonly group: GroupNode; readonly of: readonly string[] } | null = null;

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
    const tails = this.tailsOf(a);
    for (let i = 0; i < tails.length; i++) {
      const one = childrenOfA[a.entries[i] ?? -1];
      const other = childrenOfB[b.entries[i] ?? -1];
      const tail = tails[i];
      if (one === undefined || other === undefined || tail === undefined) return false;
      const name = String(other.name);
      if (name.length - b.prefixLength !== tail.length || !name.endsWith(tail)) return false;
      if (!this.sameContent(one.content, other.content)) return false;
    }
    return true;
  }

  /** The keys of a group behind its prefix: thousands of blocks are compared with the first of their run. */
  private tailsOf(group: GroupNode): readonly string[] {
    if (this.tails?.group !== group) {
      const children = this.outline.survey.childrenOf(group.owner.content);
      const of = group.entries.map((index) => String(children[index]?.name).slice(group.prefixLength));
      this.tails = { group, of };
    }
    return this.tails.of;
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
