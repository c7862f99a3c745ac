import { EqualBlocks } from './equalBlocks';
import { KeySegments } from './keySegments';
import { outlineLimits } from './limits';
import type { ContentNode, GroupNode, OutlineNode } from './nodes';
import { RunNode } from './nodes';
import type { Outline } from './outline';

/**
 * Runs of equal blocks among siblings, each as one node: `layers 0–31`, `dark2 … dark5`. The outline itself
 * stays as it is: a run stands between a parent and some of its children only in views that fold.
 */
export class Folding {
  private readonly blocks: EqualBlocks;
  private readonly runs = new Map<OutlineNode, RunNode>();

  constructor(private readonly outline: Outline) {
    this.blocks = new EqualBlocks(outline);
  }

  /** The children of a node with runs in place of their members. */
  childrenOf(node: OutlineNode): readonly OutlineNode[] {
    if (node.kind === 'run' || node.kind === 'more') return this.outline.childrenOf(node);
    return (node.folded ??= this.fold(node));
  }

  /** The run that a node is a member of. */
  runOf(node: OutlineNode): RunNode | null {
    if (node.parent === null || node.parent.kind === 'run') return null;
    this.childrenOf(node.parent);
    return this.runs.get(node) ?? null;
  }

  private fold(parent: ContentNode | GroupNode): readonly OutlineNode[] {
    const children = this.outline.childrenOf(parent);
    if (children.length < outlineLimits.runLength) return children;
    const result: OutlineNode[] = [];
    for (let start = 0; start < children.length;) {
      const end = this.endOfRun(children, start);
      const members = children.slice(start, end);
      if (members.length < outlineLimits.runLength) result.push(...members);
      else result.push(this.run(parent, members));
      start = end;
    }
    return result.length === children.length ? children : result;
  }

  /** Index behind the last sibling that goes on what `start` begins. */
  private endOfRun(children: readonly (ContentNode | GroupNode)[], start: number): number {
    const first = children[start];
    let end = start + 1;
    if (first === undefined || !this.isBlock(first)) return end;
    for (let next = children[end]; next !== undefined; next = children[++end]) {
      const before = children[end - 1];
      if (before === undefined || !counts(before.label, next.label)) break;
      // What is equal to a block is one.
      if (!this.blocks.areEqual(first, next)) break;
    }
    return end;
  }

  /** Only what has tensors inside is a block; lists of numbers and single tensors are shown as they are. */
  private isBlock(node: ContentNode | GroupNode): boolean {
    if (node.kind === 'content' && (node.content.type === 'tensor' || node.content.type === 'scalar'))
      return false;
    return this.outline.isExpandable(node) && this.outline.hasTensors(node);
  }

  private run(parent: ContentNode | GroupNode, members: readonly (ContentNode | GroupNode)[]): RunNode {
    const first = members[0]?.label ?? '';
    const last = members[members.length - 1]?.label ?? '';
    const segment = `*${KeySegments.of('', first)}…${KeySegments.of('', last)}`;
    const label = runLabel(parent.label, first, last);
    const run = new RunNode(this.outline.nextId(), parent, segment, label, members);
    for (const member of members) this.runs.set(member, run);
    return run;
  }
}

function runLabel(parent: string, first: string, last: string): string {
  if (!/^\d+$/.test(first)) return `${first} … ${last}`;
  return parent === '' ? `${first}–${last}` : `${parent} ${first}–${last}`;
}

/** Whether `next` is `name` with its last number one higher: `0`, `1`; `dark2`, `dark3`; `a9_x`, `a10_x`. */
function counts(name: string, next: string): boolean {
  if (name.length > outlineLimits.keySegment || next.length > outlineLimits.keySegment) return false;
  const end = endOfNumber(name);
  const nextEnd = endOfNumber(next);
  const start = startOfNumber(name, end);
  const nextStart = startOfNumber(next, nextEnd);
  if (start === end || start !== nextStart || name.length - end !== next.length - nextEnd) return false;
  if (Number(next.slice(start, nextEnd)) !== Number(name.slice(start, end)) + 1) return false;
  return next.startsWith(name.slice(0, start)) && next.endsWith(name.slice(end));
}

/** Index behind the last digit, 0 without one. */
function endOfNumber(name: string): number {
  let end = name.length;
  while (end > 0 && !isDigit(name, end - 1)) end--;
  return end;
}

/** Index of the first of at most nine digits before `end`. */
function startOfNumber(name: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < 9 && isDigit(name, start - 1)) start--;
  return start;
}

function isDigit(name: string, index: number): boolean {
  const unit = name.charCodeAt(index);
  return unit >= 0x30 && unit <= 0x39;
}
