import { answerRequests } from './answerRequests';
import { bundledParser } from './bundledParser';
import { CheckAnalysis } from './checkAnalysis';
import type { CheckWorkerRequests } from './checkMessages';
import { dangerOfFile } from './dangerOfFile';

/** The entry of the worker that compares source with checkpoints: one thread for all checks of a window. */

const analysis = bundledParser().then((parser) => new CheckAnalysis(parser));

answerRequests<CheckWorkerRequests>({
  check: async (question) => (await analysis).check(question),
  proofRequest: async (question) => (await analysis).proofRequest(question),
  danger: ({ weights }) => dangerOfFile(weights),
  writeRepaired: async (request) => (await analysis).writeRepaired(request),
  classes: async ({ files, overlays }) => (await analysis).classes(files, overlays),
  isArguments: async ({ text }) => (await analysis).isArguments(text),
});
