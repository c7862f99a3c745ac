import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { PythonParser } from '../python/concreteTree';
import { errorBodyOf } from './errorBody';
import { SourceAnalysis } from './sourceAnalysis';
import type { SourceAnswer, SourceQuestion } from './sourceMessages';

/** The entry of the worker for Python source: one thread for all documents of a window. */

if (parentPort === null) throw new Error('The source worker runs in a worker thread.');
const port = parentPort;

/** The parser's wasm lies beside the bundle. */
const analysis = PythonParser.load({
  runtime: join(__dirname, 'web-tree-sitter.wasm'),
  grammar: readFileSync(join(__dirname, 'tree-sitter-python.wasm')),
}).then((parser) => new SourceAnalysis(parser));

port.on('message', (question: SourceQuestion) => void answer(question));

async function answer(question: SourceQuestion): Promise<void> {
  const { id } = question;
  try {
    send({ id, body: answerOf(await analysis, question) });
  } catch (error) {
    send({ id, error: errorBodyOf(error) });
  }
}

function answerOf(known: SourceAnalysis, { kind, body }: SourceQuestion) {
  switch (kind) {
    case 'report':
      return known.report(body);
    case 'predict':
      return known.predict(body);
  }
}

function send(message: SourceAnswer): void {
  port.postMessage(message);
}
