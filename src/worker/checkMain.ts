import { answerRequests } from './answerRequests';
import { bundledParser } from './bundledParser';
import { CheckAnalysis } from './checkAnalysis';
import type { CheckWorkerRequests } from './checkMessages';
import { compareSides } from './comparison';
import { dangerOfFile } from './dangerOfFile';
import { rehearse } from './rehearsal';
import { SourceReader } from './sourceReader';

/** The entry of the worker that compares source with checkpoints: one thread for all checks of a window. */

const parser = bundledParser();
const analysis = parser.then((loaded) => new CheckAnalysis(loaded));

answerRequests<CheckWorkerRequests>({
  prepare: async () => {
    await rehearse(await parser);
    return null;
  },
  check: async (question) => (await analysis).check(question),
  proofRequest: async (question) => (await analysis).proofRequest(question),
  danger: ({ weights }) => dangerOfFile(weights),
  writeRepaired: async (request) => (await analysis).writeRepaired(request),
  // Two files need no parser.
  compare: (question) => compareSides(question, async () => new SourceReader(await parser)),
  classes: async ({ files, overlays }) => (await analysis).classes(files, overlays),
  isArguments: async ({ text }) => (await analysis).isArguments(text),
});
