import { childPrefix, pathText } from '../names';
import type { ContentNode, OutlineNode } from '../nodes';
import { outlineLimits } from '../limits';
import type { Outline } from '../outline';

/** Names of nodes, ready to be searched. Kept while the document is open: a search must not stutter. */
export class SearchIndex {
  readonly nodes: ContentNode[] = [];
  /** Path texts (see `pathText`), as they are and in lower case. */
  readonly texts: string[] = [];
  readonly lowers: string[] = [];
  readonly labelStarts: number[] = [];
  readonly keyStarts: number[] = [];
  /** False when a limit left nodes out. */
  complete = true;

  /** Every content of the outline at its first place and every further place of a shared one. */
  static ofOutline(outline: Outline): SearchIndex {
    const index = new SearchIndex();
    index.complete = outline.survey.complete;
    const stack: { parent: OutlineNode; prefix: string; next: number }[] = [];
    const enter = (node: OutlineNode): void => {
      const open = node.kind !== 'content' || node.place === 'first';
      if (open && outline.isExpandable(node))
        stack.push({ parent: node, prefix: childPrefix(node), next: 0 });
    };
    if (outline.showsRoot) index.add(outline.root, '');
    enter(outline.root);
    for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
      const child = outline.childrenOf(frame.parent)[frame.next++];
      if (child === undefined) {
        stack.pop();
        continue;
      }
      if (index.nodes.length >= outlineLimits.searchedNodes) {
        index.complete = false;
        break;
      }
      if (child.kind === 'content') index.add(child, frame.prefix);
      enter(child);
    }
    return index;
  }

  static ofNodes(nodes: readonly ContentNode[]): SearchIndex {
    const index = new SearchIndex();
    let parent: OutlineNode | null = null;
    let prefix = '';
    for (const node of nodes) {
      if (node.parent !== parent && node.parent !== null) {
        parent = node.parent;
        prefix = childPrefix(parent);
      }
      index.add(node, prefix);
    }
    return index;
  }

  private add(node: ContentNode, prefix: string): void {
    const { text, labelStart, keyStart } = pathText(node, prefix);
    this.nodes.push(node);
    this.texts.push(text);
    this.lowers.push(text.toLowerCase());
    this.labelStarts.push(labelStart);
    this.keyStarts.push(keyStart);
  }
}
