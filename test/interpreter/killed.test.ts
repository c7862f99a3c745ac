import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { InterpreterStage } from '../../src/interpreter/reply';
import { text, textsFor } from '../../src/protocol/texts/text';
import { eventuallyHolds } from '../support/eventually';
import { writeTorchZip } from '../support/torchZip';
import { withProject, type Project } from './support/project';
import { openWeights } from './support/weights';

/** A model that takes its time everywhere, whose file starts a process of its own. */
const slow = `
import subprocess, sys, time
import torch
from torch import nn

def slowly(value):
    time.sleep(0.5)
    return value

class Net(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.conv = nn.Conv2d(3, slowly(channels), 3)
        self.new = nn.Sequential(nn.Conv2d(channels, channels, 1))

    def _load_from_state_dict(self, *args):
        super()._load_from_state_dict(*slowly(args))

    def forward(self, x):
        return self.new(self.conv(slowly(x)))

if __name__ != "__main__":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open("child", "w") as file:
        file.write(str(child.pid))
    time.sleep(0.5)
`;

/** The process of the project's check, null before it is there. */
function interpreter(project: Project): number | null {
  const found = readdirSync('/proc').find((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readlinkSync(`/proc/${name}/cwd`) === project.folder &&
        readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('check_weights.py')
      );
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}

/** Processes that run in the project's folder, those that only wait to be taken note of aside. */
function leftIn(project: Project): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === project.folder;
    } catch {
      return false;
    }
  });
}

async function killAtStart(project: Project, signal: NodeJS.Signals): Promise<void> {
  for (;;) {
    const pid = interpreter(project);
    if (pid !== null) {
      process.kill(pid, signal);
      return;
    }
    await pause(2);
  }
}

const cases: readonly (readonly [InterpreterStage, NodeJS.Signals, string])[] = [
  ['start', 'SIGKILL', 'interpreter.killed'],
  ['start', 'SIGTERM', 'interpreter.signalled'],
  ['torch', 'SIGKILL', 'interpreter.killed'],
  ['import', 'SIGKILL', 'interpreter.killed'],
  ['arguments', 'SIGKILL', 'interpreter.killed'],
  ['build', 'SIGKILL', 'interpreter.killed'],
  ['build', 'SIGTERM', 'interpreter.signalled'],
  ['load', 'SIGKILL', 'interpreter.killed'],
  ['load', 'SIGSEGV', 'interpreter.crashed'],
  ['forward', 'SIGKILL', 'interpreter.killed'],
  ['signal', 'SIGKILL', 'interpreter.killed'],
];

describe('An interpreter that is killed', function () {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  for (const [stage, signal, code] of cases) {
    it(`at ${stage}, by ${signal}, is told, and leaves nothing behind`, () =>
      withProject({ 'model.py': slow }, async (project) => {
        writeTorchZip(project.path('weights.pth'), [
          { key: 'conv.weight', dtype: 'float32', shape: [4, 3, 3, 3] },
        ]);
        const weights = await openWeights(project.path('weights.pth'), 'conv.weight');
        const inputs = [{ shape: [1, 3, 8, 8], dtype: 'float32' }];
        let killed = false;
        const outcome = project.check({
          args: '__import__("time").sleep(0.5) or 4',
          weights,
          inputs,
          options: {
            onProgress: (reached) => {
              if (reached !== stage || killed) return;
              killed = true;
              const pid = interpreter(project);
              if (pid !== null) process.kill(pid, signal);
            },
          },
        });
        if (stage === 'start') await killAtStart(project, signal);
        const result = await outcome;
        assert.ok(!result.ok, 'there is a reply');
        assert.equal(result.failure.code, code);
        assert.equal(result.failure.stage, stage);
        for (const language of ['en', 'zh-cn']) {
          const said = text(textsFor(language), result.failure);
          assert.ok(said.length > 8 && !said.includes('interpreter.'), said);
        }
        await eventuallyHolds(() => assert.deepEqual(leftIn(project), []), 3_000);
      }));
  }
});
