import type { Checkpoint } from '../checkpoint/checkpoint';
import type { DocumentSummary } from '../protocol/messages';
import { visibleRepr, visibleText } from '../protocol/visibleText';
import { outlineLimits } from './limits';
import { pathText } from './names';
import type { ContentNode } from './nodes';
import type { Outline } from './outline';
import { dtypesOf, totalsOf } from './totals';

/** What the editor's header says about a file. */
export function summaryOf(checkpoint: Checkpoint, outline: Outline, revision: number): DocumentSummary {
  const { survey } = outline;
  const warnings = survey.complete
    ? checkpoint.warnings
    : [...checkpoint.warnings, { code: 'outline.sumIncomplete', args: [], path: null }];
  return {
    revision,
    fileName: checkpoint.fileName,
    format: checkpoint.format,
    facts: checkpoint.facts,
    fileSize: checkpoint.fileSize,
    bytesRead: checkpoint.bytesRead(),
    partial: checkpoint.partial,
    totals: totalsOf(survey),
    dtypes: dtypesOf(survey),
    values: valuesOf(outline),
    warnings,
    prediction: null,
  };
}

/** Scalars and objects without tensors near the root, those nearer first. A module's attributes are no news. */
function valuesOf(outline: Outline): DocumentSummary['values'] {
  const values: { path: string; type: string; text: string }[] = [];
  let level: ContentNode[] = [outline.root];
  for (let depth = 0; depth < outlineLimits.summaryDepth && level.length > 0; depth++) {
    const next: ContentNode[] = [];
    for (const parent of level) {
      for (const node of outline.childrenOf(parent)) {
        if (node.kind !== 'content' || node.child.role !== 'item') continue;
        const { content } = node;
        if (content.type === 'scalar' || (content.type === 'object' && !outline.hasTensors(node))) {
          if (values.length >= outlineLimits.summaryValues) return values;
          const limit = outlineLimits.summaryValueLength;
          values.push({
            path: visibleText(pathText(node).text, limit).text,
            type: visibleText(content.pythonType, limit).text,
            text: visibleRepr(content.text, limit).text,
          });
        } else if (content.type === 'dict' && !outline.hasTensors(node)) next.push(node);
      }
    }
    level = next;
  }
  return values;
}
