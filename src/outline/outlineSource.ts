import type { Checkpoint } from '../checkpoint/checkpoint';
import type { Content } from '../checkpoint/content';
import type { Details, DocumentSummary } from '../protocol/messages';
import { detailsOf } from './details';
import type { OutlineNode } from './nodes';
import type { Outline } from './outline';
import { summaryOf } from './summary';

/** What an outline shows: a file that was read, or a model that was predicted from its source. */
export interface OutlineSource {
  readonly root: Content;
  /** The name of the whole in Python expressions: `ckpt["model"]`. */
  readonly pythonName: string;
  summary(outline: Outline, revision: number): DocumentSummary;
  details(node: OutlineNode, outline: Outline): Promise<Details>;
}

export function checkpointSource(checkpoint: Checkpoint): OutlineSource {
  return {
    root: checkpoint.root,
    pythonName: 'ckpt',
    summary: (outline, revision) => summaryOf(checkpoint, outline, revision),
    details: (node, outline) => detailsOf(node, outline, checkpoint),
  };
}
