import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CheckpointError } from '../../../src/checkpointError';
import type { WorkerRequestKind, WorkerRequests } from '../../../src/protocol/messages';
import { text, textsFor } from '../../../src/protocol/texts/text';
import type { CheckWorkerRequests } from '../../../src/worker/checkMessages';
import { AnalysisWorker } from '../../../src/worker/client';
import { RestartingWorker } from '../../../src/worker/restartingWorker';
import type { SourceRequests } from '../../../src/worker/sourceMessages';
import { deaths, MortalWorker, type Death } from '../../support/mortalWorker';
import { plainState } from '../outline/rows';

const root = join(__dirname, '..', '..', '..');
const sample = join(root, 'test', 'samples', 'detector.pth');
const source = 'from torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(2, 3)\n'; // prettier-ignore

/** A thread with so much heap reads the sample; with less, running out of it takes no time. */
const HEAP = 64;

const documentRequests: { readonly [K in WorkerRequestKind]: WorkerRequests[K]['request'] } = {
  open: { reload: true },
  setView: { view: 'v', state: plainState, anchor: null },
  rows: { view: 'v', start: 0, end: 10 },
  toggle: { view: 'v', key: '/', expanded: true, deep: true },
  nextMatch: { view: 'v', from: 0, backwards: false },
  reveal: { view: 'v', key: '/' },
  details: { view: 'v', key: '/' },
  locate: { path: ['epoch'] },
  copy: { view: 'v', key: null, format: 'tsv' },
  pickles: {},
  disassembly: { record: null, start: 0, part: 0 },
  safety: {},
  disassemblyLine: { record: null, offset: 0 },
};

const question = { path: '/model.py', text: source, sitePackages: null };
const sourceRequests: { readonly [K in keyof SourceRequests]: SourceRequests[K]['request'] } = {
  report: { ...question, version: 1, args: {} },
  callSites: { ...question, files: [], setArguments: {} },
  table: { ...question, version: 1, files: [], chosen: null },
  predict: { ...question, name: 'Net', args: '' },
};

const check = {
  model: { file: join(root, 'test', 'samples', 'detector.py'), name: 'Detector', args: '' },
  overlays: [],
  sitePackages: null,
  weights: sample,
  weightsName: 'detector.pth',
  part: null,
  torch: null,
  baseline: null,
};
/** Writing has a worker of its own, which is not asked again. */
type AskedAgain = Exclude<keyof CheckWorkerRequests, 'writeRepaired'>;
const checkRequests: { readonly [K in AskedAgain]: CheckWorkerRequests[K]['request'] } = {
  prepare: null,
  check,
  proofRequest: check,
  danger: { weights: sample },
  compare: {
    a: { kind: 'file', file: { type: 'path', path: sample }, part: null },
    b: { kind: 'model', model: check.model, sitePackages: null },
    overlays: [],
  },
  classes: { files: [check.model.file], overlays: [] },
  isArguments: { text: '3' },
};

/** A message that a person understands, in both languages. */
function isTold(death: Death) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof CheckpointError, String(error));
    const expected = death === 'needs too much memory' ? 'worker.outOfMemory' : 'worker.crashed';
    assert.equal(error.code, expected);
    for (const language of ['en', 'zh-cn']) assert.ok(text(textsFor(language), error).length > 8);
    return true;
  };
}

describe('A worker that is killed while it answers', function () {
  this.timeout(120_000);

  for (const kind of Object.keys(documentRequests) as WorkerRequestKind[]) {
    const some: Death[] =
      kind === 'open' || kind === 'rows' ? (Object.keys(deaths) as Death[]) : ['exits in the middle'];
    for (const death of some) {
      it(`the document's, at ${kind}, when it ${death}`, async () => {
        const mortal = new MortalWorker(join(root, 'dist', 'worker.js'), kind, death);
        const start = (): AnalysisWorker =>
          new AnalysisWorker(mortal.script, { type: 'path', path: sample }, null, HEAP);
        const first = start();
        try {
          if (kind !== 'open') await first.request('open', { reload: false });
          const asked = first.request(kind, documentRequests[kind]);
          const behind = first.request(
            'details',
            documentRequests.details as WorkerRequests['details']['request'],
          );
          const [answer, other] = await Promise.allSettled([asked, behind]);
          assert.ok(answer.status === 'rejected' && isTold(death)(answer.reason));
          assert.ok(other.status === 'rejected' && isTold(death)(other.reason));
          assert.ok(mortal.hasDied);
          assert.notEqual(await first.ended, null);
          await assert.rejects(first.request('open', { reload: true }), isTold(death));
          const second = start();
          try {
            assert.equal((await second.request('open', { reload: false })).totals.tensors, 46);
          } finally {
            second.dispose();
          }
        } finally {
          first.dispose();
          mortal.remove();
        }
      });
    }
  }

  const restarting = [
    ['source', 'sourceWorker.js', sourceRequests],
    ['check', 'checkWorker.js', checkRequests],
  ] as const;
  for (const [name, script, requests] of restarting) {
    for (const kind of Object.keys(requests) as (keyof typeof requests)[]) {
      const some: Death[] =
        kind === 'report' || kind === 'check' ? (Object.keys(deaths) as Death[]) : ['exits in the middle'];
      for (const death of some) {
        it(`that of the ${name}, at ${kind}, when it ${death}`, async () => {
          const mortal = new MortalWorker(join(root, 'dist', script), kind, death);
          type All = SourceRequests & CheckWorkerRequests;
          const worker = new RestartingWorker<All>(mortal.script, 256);
          const ask = (): Promise<unknown> =>
            worker.request(kind, requests[kind] as All[typeof kind]['request'], 60_000);
          try {
            const [answer, other] = await Promise.allSettled([ask(), ask()]);
            assert.ok(answer.status === 'rejected' && isTold(death)(answer.reason));
            assert.ok(other.status === 'rejected' && isTold(death)(other.reason));
            assert.ok(mortal.hasDied);
            // The next question starts another.
            const reply = await ask();
            assert.notEqual(reply, undefined);
          } finally {
            worker.dispose();
            mortal.remove();
          }
        });
      }
    }
  }

  it('or that is sent what cannot be sent, answers the rest', async () => {
    const worker = new RestartingWorker<CheckWorkerRequests>(join(root, 'dist', 'checkWorker.js'), 256);
    try {
      const odd = { text: (() => undefined) as unknown as string };
      await assert.rejects(worker.request('isArguments', odd, 60_000), { code: 'internal' });
      assert.equal(await worker.request('isArguments', { text: '3' }, 60_000), true);
    } finally {
      worker.dispose();
    }
  });
});
