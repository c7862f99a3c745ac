import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { startPython, type PythonOptions, type StartedPython } from '../../src/pythonProcess/runCheck';
import type { CheckRequest } from '../../src/interpreter/request';
import { eventuallyHolds } from '../support/eventually';
import { net, script, torchPython, withProject, type Project } from './support/project';

/** Writes its number beside itself when Python starts. */
const site = `
import os
with open(os.path.join(os.path.dirname(__file__), "pid"), "w") as file:
    file.write(str(os.getpid()))
`;

function started(project: Project, options: Partial<PythonOptions> = {}): StartedPython {
  const environment = { ...process.env, PYTHONPATH: project.path('site') };
  return startPython({ python: torchPython(), script, environment, ...options });
}

function request(project: Project, timeLimit = 60, root = ''): CheckRequest {
  const model = { file: project.path('model.py'), root: project.path(root), name: 'Net', args: '' };
  return { timeLimit, model, weights: null, inputs: null };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('A Python that is started before its question is known', () => {
  it('imports torch, and works in the model’s folder once it is asked', () =>
    withProject(
      { 'model.py': `open("sizes.txt").read()\n${net}`, 'sizes.txt': '3', 'site/sitecustomize.py': site },
      async (project) => {
        const stages: string[] = [];
        const python = started(project, { onProgress: (stage) => stages.push(stage) });
        await eventuallyHolds(() => assert.deepEqual(stages, ['torch']), 60_000);
        const outcome = await python.ask(request(project));
        assert.ok(outcome.ok, JSON.stringify(outcome));
        assert.equal(outcome.reply.model.entries.length, 2);
        assert.deepEqual(stages.slice(0, 2), ['torch', 'import']);
      },
    ));

  it('ends when it is not asked', () =>
    withProject({ 'site/sitecustomize.py': site }, async (project) => {
      const python = started(project);
      await eventuallyHolds(() => assert.ok(existsSync(project.path('site/pid'))), 60_000);
      await eventuallyHolds(() => assert.ok(readFileSync(project.path('site/pid'), 'utf8') !== ''), 60_000);
      const pid = Number(readFileSync(project.path('site/pid'), 'utf8'));
      assert.ok(isAlive(pid));
      python.dispose();
      await eventuallyHolds(() => assert.ok(!isAlive(pid)), 1_000);
    }));

  it('says why it failed before it was asked', () =>
    withProject(
      { 'model.py': net, 'site/torch.py': 'raise ImportError("no such library")\n' },
      async (project) => {
        const log: string[] = [];
        const nowhere = started(project, { python: project.path('no-python') });
        const broken = started(project, { onProgress: (stage) => log.push(stage) });
        await eventuallyHolds(() => assert.deepEqual(log, ['torch']), 60_000);
        await new Promise((resolve) => setTimeout(resolve, 500));
        for (const [python, code] of [
          [nowhere, 'interpreter.notFound'],
          [broken, 'interpreter.torchBroken'],
        ] as const) {
          const outcome = await python.ask(request(project));
          assert.ok(!outcome.ok);
          assert.equal(outcome.failure.code, code);
        }
      },
    ));

  it('has its time from the question on, and tells the line at which it was up', () =>
    withProject(
      { 'model.py': 'import time\n\ntime.sleep(600)\n', 'site/sitecustomize.py': site },
      async (project) => {
        const stages: string[] = [];
        const python = started(project, { onProgress: (stage) => stages.push(stage) });
        await eventuallyHolds(() => assert.deepEqual(stages, ['torch']), 60_000);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        const begun = performance.now();
        const outcome = await python.ask(request(project, 20));
        assert.ok(performance.now() - begun > 19_000);
        assert.ok(!outcome.ok);
        assert.equal(outcome.failure.code, 'interpreter.timeout.running');
        assert.equal(outcome.failure.line, 3, JSON.stringify(outcome));
      },
    ));

  it('says that the model’s folder is not there', () =>
    withProject({ 'model.py': net }, async (project) => {
      const outcome = await started(project).ask(request(project, 60, 'nowhere'));
      assert.ok(!outcome.ok);
      assert.equal(outcome.failure.code, 'interpreter.noRoot');
      assert.deepEqual(outcome.failure.args.slice(0, 1), [project.path('nowhere')]);
    }));

  it('is not asked what was cancelled', () =>
    withProject({ 'model.py': `open("ran", "w").close()\n${net}` }, async (project) => {
      const outcome = await started(project).ask(request(project), AbortSignal.abort());
      assert.ok(!outcome.ok);
      assert.equal(outcome.failure.code, 'interpreter.cancelled');
      assert.ok(!existsSync(project.path('ran')));
    }));
});
