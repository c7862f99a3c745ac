import { answerRequests } from './answerRequests';
import { bundledParser } from './bundledParser';
import { SourceAnalysis } from './sourceAnalysis';
import type { SourceRequests } from './sourceMessages';

/** The entry of the worker for Python source: one thread for all documents of a window. */

const analysis = bundledParser().then((parser) => new SourceAnalysis(parser));

answerRequests<SourceRequests>({
  report: async (question) => (await analysis).report(question),
  callSites: async (question) => (await analysis).callSites(question),
  table: async (question) => (await analysis).table(question),
  predict: async (question) => (await analysis).predict(question),
});
