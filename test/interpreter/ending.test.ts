import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { eventuallyHolds } from '../support/eventually';
import { isAlive, processTree, waitingTree } from '../support/processTree';
import { net, script, torchPython, withProject, type Project } from './support/project';

async function processes(project: Project): Promise<number[]> {
  await eventuallyHolds(() => assert.ok(existsSync(project.path('pids'))), 60_000);
  return readFileSync(project.path('pids'), 'utf8').split(' ').map(Number);
}

describe('The process ends with all that it started', () => {
  it('on cancel, within a second', () =>
    withProject({ 'model.py': waitingTree }, async (project) => {
      const cancel = new AbortController();
      const outcome = project.check({ options: { signal: cancel.signal } });
      const pids = await processes(project);
      assert.equal(pids.length, 5);
      assert.deepEqual(pids.filter(isAlive), pids);
      const started = performance.now();
      cancel.abort();
      await eventuallyHolds(() => assert.deepEqual(pids.filter(isAlive), []), 5_000);
      const took = performance.now() - started;
      assert.ok(took < 1_000, `${took} ms`);
      const result = await outcome;
      assert.ok(!result.ok);
      assert.equal(result.failure.code, 'interpreter.cancelled');
    }));

  it('when it was cancelled before it began', () =>
    withProject({ 'model.py': net }, async (project) => {
      const failure = await project.failure({ options: { signal: AbortSignal.abort() } });
      assert.equal(failure.code, 'interpreter.cancelled');
    }));

  it('when the time is up, signals ignored', () =>
    withProject(
      {
        'model.py': `import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n${waitingTree}`,
      },
      async (project) => {
        const outcome = project.failure({ timeLimit: 20 });
        const pids = await processes(project);
        const failure = await outcome;
        assert.equal(failure.code, 'interpreter.timeout.running');
        await eventuallyHolds(() => assert.deepEqual(pids.filter(isAlive), []), 2_000);
      },
    ));

  it('when the answer is there', () =>
    withProject(
      { 'model.py': processTree.replaceAll('(False, True)', '(False,)') + net },
      async (project) => {
        const reply = await project.reply();
        assert.equal(reply.model.entries.length, 2);
        const pids = await processes(project);
        await eventuallyHolds(() => assert.deepEqual(pids.filter(isAlive), []), 2_000);
      },
    ));

  it('when threads of the user’s code never end', () =>
    withProject(
      { 'model.py': `import threading\nthreading.Thread(target=threading.Event().wait).start()\n${net}` },
      async (project) => {
        assert.equal((await project.reply()).model.entries.length, 2);
      },
    ));

  it('when the host is killed', () =>
    withProject({ 'model.py': waitingTree.replaceAll('(False, True)', '(False,)') }, async (project) => {
      const host = project.path('host.cjs');
      await esbuild.build({
        stdin: {
          contents: `
            import { runCheck } from ${JSON.stringify(join(process.cwd(), 'src/pythonProcess/runCheck'))};
            const [python, script, folder] = process.argv.slice(2);
            const model = { file: folder + '/model.py', root: folder, name: 'Net', args: '' };
            void runCheck({ timeLimit: 600, model, weights: null, inputs: null }, { python, script });
          `,
          resolveDir: process.cwd(),
        },
        outfile: host,
        bundle: true,
        platform: 'node',
      });
      const child = spawn(process.execPath, [host, torchPython(), script, project.folder], {
        stdio: 'ignore',
      });
      const pids = await processes(project);
      assert.deepEqual(pids.filter(isAlive), pids);
      child.kill('SIGKILL');
      await eventuallyHolds(() => assert.deepEqual(pids.filter(isAlive), []), 3_000);
    }));
});
