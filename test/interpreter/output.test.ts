import assert from 'node:assert/strict';
import { net, withProject } from './support/project';

/** Code that prints in every way there is, put before the model. */
const noisy = `
import ctypes, logging, os, subprocess, sys, threading, warnings
print("printed")
print("no newline", end="")
sys.stdout.write("written\\n")
sys.stderr.write("to stderr\\n")
os.write(1, b"to descriptor 1\\n")
os.write(2, b"to descriptor 2\\n")
libc = ctypes.CDLL(None)
libc.puts(b"from C")
libc.fflush(None)
warnings.warn("a warning")
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
logging.info("a log line")
subprocess.run(["echo", "from a child"])
subprocess.run([sys.executable, "-c", "print('from python')"])
os.system("echo from a shell")
for i in range(1000):
    sys.stderr.write("\\r%3d%%|####      | %d/1000 [00:01<00:02]" % (i // 10, i))
sys.stdout.buffer.write(bytes(range(256)))
print("\\n{\\"type\\": \\"reply\\"}")
threading.Thread(target=lambda: [print("from a thread") for _ in range(100)]).start()
`;

describe('What the user’s code prints does not disturb the answer', () => {
  it('prints, writes of C, children, progress bars and threads go to the log', () =>
    withProject({ 'model.py': noisy + net }, async (project) => {
      const shown: string[] = [];
      const outcome = await project.check({ options: { onLog: (text) => shown.push(text) } });
      assert.ok(outcome.ok, JSON.stringify(outcome));
      assert.deepEqual(
        outcome.reply.model.entries.map(({ key }) => key),
        ['conv.weight', 'conv.bias'],
      );
      for (const part of ['printed', 'no newline', 'to stderr', 'to descriptor 1', 'from C', 'a warning']) {
        assert.ok(outcome.log.includes(part), part);
      }
      for (const part of ['a log line', 'from a child', 'from python', 'from a shell', '[00:01<00:02]']) {
        assert.ok(outcome.log.includes(part), part);
      }
      assert.ok(shown.join('').includes('from a shell'));
    }));

  it('closed, replaced and redirected streams', () =>
    withProject(
      {
        'model.py': `
import io, os, sys
sys.stdout = io.StringIO()
sys.stderr = None
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
os.close(2)
${net}`,
      },
      async (project) => {
        const reply = await project.reply();
        assert.equal(reply.model.entries.length, 2);
      },
    ));

  it('output without an end is read, bounded, and ends with the time limit', () =>
    withProject(
      { 'model.py': 'import sys\nwhile True:\n    sys.stdout.write("x" * 65536)\n' },
      async (project) => {
        const failure = await project.failure({ timeLimit: 10 });
        assert.equal(failure.code, 'interpreter.timeout.running');
        assert.equal(failure.line, 3);
        assert.ok(failure.log.length < 300_000, `${failure.log.length}`);
        assert.match(failure.log, /\n\[… \d+ …\]\n/);
      },
    ));

  it('what a constructor prints is shown once, where it is built twice', () =>
    withProject(
      {
        'model.py': `${net}
class Reads(Net):
    def __init__(self):
        super().__init__()
        print("building")
        self.scale = torch.linspace(0, 1, 3)[1].item()
`,
      },
      async (project) => {
        const outcome = await project.check({ name: 'Reads' });
        assert.ok(outcome.ok, JSON.stringify(outcome));
        assert.equal(outcome.reply.device, 'cpu');
        assert.match(outcome.reply.fallback ?? '', /item\(\)/);
        assert.equal(outcome.log.split('building').length, 2);
      },
    ));

  it('what is printed before the check begins', () =>
    withProject(
      { 'model.py': net, 'site/sitecustomize.py': 'print("from site", end="")\n' },
      async (project) => {
        const environment = { ...process.env, PYTHONPATH: project.path('site') };
        const outcome = await project.check({ options: { environment } });
        assert.ok(outcome.ok, JSON.stringify(outcome));
        assert.ok(outcome.log.includes('from site'));
      },
    ));

  it('input() finds no input', () =>
    withProject({ 'model.py': `answer = input("continue? ")\n${net}` }, async (project) => {
      const failure = await project.failure();
      assert.equal(failure.code, 'interpreter.importRaised');
      assert.equal(failure.exception, 'EOFError');
      assert.equal(failure.line, 1);
    }));

  it('parsers of arguments see none', () =>
    withProject(
      {
        'model.py': `
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--width", type=int, default=8)
options = parser.parse_args()
${net}
class Wide(Net):
    def __init__(self):
        super().__init__(options.width)
`,
      },
      async (project) => {
        const reply = await project.reply({ name: 'Wide' });
        assert.deepEqual(reply.model.entries[0]?.shape, [8, 3, 3, 3]);
      },
    ));

  it('says what it is doing', () =>
    withProject({ 'model.py': net }, async (project) => {
      const stages: string[] = [];
      await project.reply({ options: { onProgress: (stage) => stages.push(stage) } });
      assert.deepEqual(stages, ['torch', 'import', 'arguments', 'build']);
    }));
});
