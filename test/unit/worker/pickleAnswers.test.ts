import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { PickleAnswers } from '../../../src/worker/pickleAnswers';
import { RequestHandler } from '../../../src/worker/requestHandler';
import { stream } from '../pickle/support';

function answersFor(...files: string[]): { readonly answers: PickleAnswers; readonly opened: () => number } {
  let opened = 0;
  const open = (): Promise<MemorySource> => {
    const text = files[Math.min(opened++, files.length - 1)] ?? '';
    return Promise.resolve(new MemorySource('x.pkl', stream(text)));
  };
  return { answers: new PickleAnswers(open, nodePlatform), opened: () => opened };
}

describe('Answers about the pickles of a file', () => {
  it('list them, and open the file once', async () => {
    const { answers, opened } = answersFor("N.cos\nsystem\n(S'ls'\ntR.");
    assert.deepEqual(
      (await answers.list()).map(({ record, start, opcodes }) => [record, start, opcodes]),
      [
        [null, 0, 2],
        [null, 2, 6],
      ],
    );
    await answers.part(null, 2, 0);
    await answers.safety();
    assert.equal(opened(), 1);
  });

  it('mark the lines of what the scan finds, in the pickle that they are of', async () => {
    const { answers } = answersFor("N.cos\nsystem\n(S'ls'\ntR.");
    const { lines, findings } = await answers.part(null, 2, 0);
    assert.deepEqual(
      findings.map(({ line, message }) => [lines[line]?.opcode, message.code, message.args]),
      [
        ['GLOBAL', 'safetyView.dangerousImport', ['os.system']],
        ['REDUCE', 'safetyView.dangerous', ["os.system('ls')"]],
      ],
    );
    assert.deepEqual((await answers.part(null, 0, 0)).findings, []);
  });

  it('lead from an offset to its pickle and line', async () => {
    const { answers } = answersFor("N.cos\nsystem\n(S'ls'\ntR.");
    assert.deepEqual(await answers.line(null, 13), { start: 2, part: 0, line: 1 });
    assert.equal(await answers.line('archive/data.pkl', 0), null);
    await assert.rejects(
      answers.part(null, 1, 0),
      (error: unknown) => error instanceof CheckpointError && error.code === 'disassembly.noPickle',
    );
  });

  it('are of the file as it is read again', async () => {
    const { answers } = answersFor('N.', "cos\nsystem\n(S'ls'\ntR.");
    assert.equal((await answers.safety()).verdict, 'clean');
    answers.forget();
    assert.equal((await answers.safety()).verdict, 'dangerous');
    assert.equal((await answers.list())[0]?.opcodes, 6);
  });

  it('need a file: a predicted model has none', async () => {
    const handler = new RequestHandler(() => Promise.reject(new Error('not asked')));
    assert.deepEqual(await handler.handle('pickles', {}), { pickles: [] });
    await assert.rejects(
      handler.handle('safety', {}),
      (error: unknown) => error instanceof CheckpointError && error.code === 'disassembly.none',
    );
  });
});
