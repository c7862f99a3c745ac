import type { Content } from '../checkpoint/content';
import { outlineLimits } from './limits';
import type { Survey } from './survey';

/**
 * Numbers that are equal for equal blocks: the same relative keys with the same types, shapes and dtypes in
 * the same order. Signatures are interned texts, not hashes, so that equal numbers mean equal blocks.
 * Objects in cycles and blocks beyond the limit are equal to nothing.
 */
export class Signatures {
  private readonly interned = new Map<string, number>();
  private readonly byContent = new Map<Content, number>();
  private steps = 0;

  constructor(private readonly survey: Survey) {}

  /** Signature of a content, those of its children first; without recursion. */
  of(root: Content): number {
    const known = this.byContent.get(root);
    if (known !== undefined) return known;
    const stack: { content: Content; next: number }[] = [{ content: root, next: 0 }];
    const open = new Set<Content>([root]);
    for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
      const children = this.survey.childrenOf(frame.content);
      const child = this.steps < outlineLimits.signatureSteps ? children[frame.next++] : undefined;
      if (child === undefined) {
        stack.pop();
        open.delete(frame.content);
        this.byContent.set(frame.content, this.combine(frame.content));
        continue;
      }
      this.steps++;
      if (this.byContent.has(child.content)) continue;
      if (open.has(child.content)) {
        // In a cycle: `combine` finds nothing for it and makes the parent unlike everything.
        continue;
      }
      open.add(child.content);
      stack.push({ content: child.content, next: 0 });
    }
    return this.byContent.get(root) ?? this.unique();
  }

  private combine(content: Content): number {
    let text = ownSignature(content);
    for (const child of this.survey.childrenOf(content)) {
      const signature = this.byContent.get(child.content);
      if (signature === undefined) return this.unique();
      text += `\n${quoted(String(child.name))} ${signature}`;
    }
    return this.intern(text);
  }

  private intern(text: string): number {
    let signature = this.interned.get(text);
    if (signature === undefined) this.interned.set(text, (signature = this.interned.size));
    return signature;
  }

  private unique(): number {
    return this.intern(`unique ${this.interned.size}`);
  }
}

/** What a content is, without its children and without the values of scalars. */
function ownSignature(content: Content): string {
  switch (content.type) {
    case 'tensor': {
      const { dtype, shape, layout } = content.tensor;
      return `tensor ${dtype} ${layout} ${shape === null ? '?' : shape.join(',')}`;
    }
    case 'module':
      return `module ${quoted(content.pythonType)} ${quoted(content.repr)}`;
    case 'scalar':
    case 'object':
    case 'dict':
    case 'sequence':
      return `${content.type} ${quoted(content.pythonType)}`;
  }
}

/** Names come from a file: no name may end its own line. */
function quoted(name: string): string {
  return name.includes('\n') || name.includes('\\')
    ? name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
    : name;
}
