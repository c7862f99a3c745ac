import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { eventually } from '../support/eventually';
import { writeTorchZip } from '../support/torchZip';
import { closeDocuments, openDocument } from './support/documents';
import { workspaceFile } from './support/tabs';
import { watchWorkers } from './support/workers';

describe('The scan of a document', () => {
  const workers = watchWorkers();
  const running = () => Promise.resolve(workers.running.size);
  before(() => {
    writeTorchZip(workspaceFile('scanned.pth').fsPath, [{ key: 'a', dtype: 'float32', shape: [3] }]);
    writeFileSync(workspaceFile('calls.pkl').fsPath, "\x80\x02cos\nsystem\n(S'ls'\ntR.", 'latin1');
  });
  afterEach(closeDocuments);

  it('has a worker of its own, which ends with the document', async () => {
    const { document, keys } = openDocument(workspaceFile('scanned.pth'));
    await document.open(false);
    await eventually(running, 1);
    const page = await document.request('safety', {});
    assert.equal(page.verdict, 'clean');
    assert.equal(page.headline.code, 'safetyView.clean');
    assert.equal(await running(), 2);
    assert.deepEqual(await keys(), ['a']);
    closeDocuments();
    await eventually(running, 0);
    await assert.rejects(document.request('safety', {}), { code: 'worker.ended' });
  });

  it('that breaks off costs no row, and the next one is whole', async () => {
    const { document, told, keys } = openDocument(workspaceFile('calls.pkl'));
    await document.open(false);
    await eventually(running, 1);
    const [rows] = workers.running;
    const scan = document.request('safety', {});
    const broken = assert.rejects(scan, { code: 'worker.crashed' });
    await eventually(running, 2);
    for (const worker of workers.running) if (worker !== rows) await worker.terminate();
    await broken;
    await keys();
    assert.deepEqual(told, []);
    const page = await document.request('safety', {});
    assert.deepEqual(page.headline, { code: 'safetyView.dangerous', args: ["os.system('ls')"] });
  });

  it('is of what the file holds now', async () => {
    const uri = workspaceFile('replaced.pkl');
    writeFileSync(uri.fsPath, '\x80\x02}.', 'latin1');
    const { document } = openDocument(uri);
    await document.open(false);
    assert.equal((await document.request('safety', {})).verdict, 'clean');
    writeFileSync(uri.fsPath, "\x80\x02cos\nsystem\n(S'ls'\ntR.", 'latin1');
    await document.open(true);
    assert.equal((await document.request('safety', {})).verdict, 'dangerous');
  });
});
