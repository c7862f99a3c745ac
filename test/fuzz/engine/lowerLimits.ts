import { checkpointLimits } from '../../../src/checkpoint/limits';
import { outlineLimits } from '../../../src/outline/limits';

/**
 * Limits that small inputs can reach, so that what happens there is tried and no input takes long. The answers of a
 * reader whose limits are lower have to be as good.
 */
export function lowerLimits(): void {
  const checkpoint: { -readonly [K in keyof typeof checkpointLimits]: number } = checkpointLimits;
  const outline: { -readonly [K in keyof typeof outlineLimits]: number } = outlineLimits;
  checkpoint.aliasNodes = 1_000;
  checkpoint.listedValues = 2_000;
  checkpoint.deepPathElements = 20_000;
  checkpoint.inflatedPickle = 1 << 20;
  outline.surveyedEdges = 100_000;
  outline.searchedNodes = 5_000;
  outline.tableRows = 500;
  outline.tableSteps = 5_000;
  outline.childrenShown = 300;
  outline.rows = 5_000;
  outline.expandedDepth = 50;
  outline.signatureSteps = 20_000;
}
