import { Edit, type Point, type Tree, type TreeCursor } from 'web-tree-sitter';
import { type ConcreteNode, lineAt, lineTable } from './concreteTree';

/** A top-level node of a text, as far as it can be told without looking into it. */
export interface TopLevelNode {
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** There is no error in it. */
  readonly isSound: boolean;
  /**
   * The start of the node in the text before that was written with the same characters and is understood in the
   * same way; null when there is none.
   */
  readonly before: number | null;
  /** The node with all below it; only while it is being visited. */
  read(): ConcreteNode;
}

/** What differs between a text and the one before: characters from `start` on were replaced. */
interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

interface Parsed {
  readonly text: string;
  readonly tree: Tree;
  readonly lines: readonly number[];
  /** Top-level nodes without errors: end and type by start. */
  readonly sound: ReadonlyMap<number, { readonly end: number; readonly type: number }>;
}

/** The concrete tree of a text that changes. */
export class LiveTree {
  private last: Parsed | null = null;

  constructor(
    private readonly parse: (text: string, previous: Tree | null) => Tree,
    private readonly copy: (cursor: TreeCursor, lines: readonly number[]) => ConcreteNode,
  ) {}

  /** The text as it was given last. */
  get text(): string | null {
    return this.last?.text ?? null;
  }

  /** Parses the text as it is now and visits its top-level nodes in order. */
  update(text: string, visit: (node: TopLevelNode) => void): void {
    const { last } = this;
    const change = last === null ? null : changeBetween(last.text, text);
    const lines = lineTable(text);
    const tree = this.treeOf(text, lines, change);
    last?.tree.delete();
    const sound = new Map<number, { end: number; type: number }>();
    const cursor = tree.walk();
    if (cursor.gotoFirstChild()) {
      const isWhole = !tree.rootNode.hasError;
      do {
        const start = cursor.startIndex;
        const end = cursor.endIndex;
        const type = cursor.nodeTypeId;
        const isSound = isWhole || !cursor.currentNode.hasError;
        if (isSound) sound.set(start, { end, type });
        const before = isSound && change !== null ? unchangedStart(start, end, change) : null;
        const known = before === null ? undefined : last?.sound.get(before);
        const isKnown = before !== null && known?.type === type && known.end - before === end - start;
        visit({
          start,
          end,
          line: lineAt(lines, start),
          isSound,
          before: isKnown ? before : null,
          read: () => this.copy(cursor, lines),
        });
      } while (cursor.gotoNextSibling());
    }
    cursor.delete();
    this.last = { text, tree, lines, sound };
  }

  /** Frees what the parser holds outside of JavaScript's heap. */
  close(): void {
    this.last?.tree.delete();
    this.last = null;
  }

  private treeOf(text: string, lines: readonly number[], change: Change | null): Tree {
    const { last } = this;
    if (last === null || change === null) return this.parse(text, null);
    last.tree.edit(
      new Edit({
        startIndex: change.start,
        oldEndIndex: change.oldEnd,
        newEndIndex: change.newEnd,
        startPosition: pointAt(last.lines, change.start),
        oldEndPosition: pointAt(last.lines, change.oldEnd),
        newEndPosition: pointAt(lines, change.newEnd),
      }),
    );
    const tree = this.parse(text, last.tree);
    if (!tree.rootNode.hasError) return tree;
    // How the parser recovers from an error can depend on what it knows from before: the same text is to give the
    // same tree, whatever was typed on the way to it.
    tree.delete();
    return this.parse(text, null);
  }
}

function pointAt(lines: readonly number[], offset: number): Point {
  const row = lineAt(lines, offset) - 1;
  return { row, column: offset - (lines[row] ?? 0) };
}

function changeBetween(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  const rest = shorter - start;
  while (
    same < rest &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same++;
  }
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}

/** Where the range was before the change; null when the change touches it. */
function unchangedStart(start: number, end: number, change: Change): number | null {
  if (end <= change.start) return start;
  return start >= change.newEnd ? start - change.newEnd + change.oldEnd : null;
}
