import type { ChildNaming, PathText } from '../names';
import { childNaming, namedBelow, pathText } from '../names';
import type { ContentNode, GroupNode, OutlineNode } from '../nodes';
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

  private length = 0;
  /** Position plus one of a node, by its id. */
  private readonly positions: number[] = [];

  /** Every content of the outline at its first place and every further place of a shared one. */
  static ofOutline(outline: Outline): SearchIndex {
    const index = new SearchIndex();
    index.complete = outline.survey.complete;
    const stack: { parent: OutlineNode; naming: ChildNaming; next: number }[] = [];
    const enter = (node: ContentNode | GroupNode, above: ChildNaming | null): void => {
      const open = node.kind !== 'content' || node.place === 'first';
      if (!open || !outline.isExpandable(node)) return;
      stack.push({ parent: node, naming: childNaming(node, above), next: 0 });
    };
    if (outline.showsRoot) index.add(outline.root, pathText(outline.root));
    enter(outline.root, null);
    for (let frame = stack[stack.length - 1]; frame !== undefined; frame = stack[stack.length - 1]) {
      const child = outline.childrenOf(frame.parent)[frame.next++];
      if (child === undefined) {
        stack.pop();
        continue;
      }
      if (index.nodes.length >= outlineLimits.searchedNodes || index.length > outlineLimits.searchedText) {
        index.complete = false;
        break;
      }
      if (child.kind === 'content') index.add(child, namedBelow(child, frame.naming));
      enter(child, frame.naming);
    }
    return index;
  }

  /** An index of some nodes; `other` lends the names that it has. */
  static ofNodes(nodes: readonly ContentNode[], other: SearchIndex): SearchIndex {
    const index = new SearchIndex();
    for (const node of nodes) {
      const position = other.positions[node.id];
      const known = position === undefined ? undefined : position - 1;
      const text = known === undefined ? undefined : other.texts[known];
      const lower = known === undefined ? undefined : other.lowers[known];
      if (known === undefined || text === undefined || lower === undefined) index.add(node, pathText(node));
      else {
        index.nodes.push(node);
        index.texts.push(text);
        index.lowers.push(lower);
        index.labelStarts.push(other.labelStarts[known] ?? 0);
        index.keyStarts.push(other.keyStarts[known] ?? 0);
      }
    }
    return index;
  }

  private add(node: ContentNode, { text, labelStart, keyStart }: PathText): void {
    this.positions[node.id] = this.nodes.push(node);
    this.length += text.length;
    const lower = text.toLowerCase();
    // Most names are in lower case: they need not be kept twice.
    this.texts.push(text === lower ? lower : text);
    this.lowers.push(lower);
    this.labelStarts.push(labelStart);
    this.keyStarts.push(keyStart);
  }
}
