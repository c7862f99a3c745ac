import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localEnvironment, pythonEnvironment } from '../../../src/files/pythonEnvironment';

describe('A Python environment, by its files', () => {
  let folder = '';
  beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'environment-')))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (path: string, text = ''): string => {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
    return whole;
  };
  const packages = (path: string): string =>
    dirname(file(join(path, 'package', '__init__.py'))).replace(/.package$/, '');
  const found = (path: string): readonly string[] | undefined =>
    pythonEnvironment(join(folder, path))?.sitePackages.filter((one) => one.startsWith(folder));

  it('has the packages of its own version', () => {
    file('venv/bin/python');
    file('venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.7\n');
    const own = packages('venv/lib/python3.11/site-packages');
    packages('venv/lib/python3.9/site-packages');
    assert.deepEqual(found('venv/bin/python'), [own]);
    assert.deepEqual(found('venv'), [own]);
  });

  it('has the packages of its base only where it is made so', () => {
    file('base/bin/python3');
    const shared = packages('base/lib/python3.11/site-packages');
    file('venv/bin/python');
    const own = packages('venv/lib/python3.11/site-packages');
    const config = (system: string): string =>
      file(
        'venv/pyvenv.cfg',
        `home = ${join(folder, 'base', 'bin')}\nversion = 3.11.7\ninclude-system-site-packages = ${system}\n`,
      );
    config('false');
    assert.deepEqual(found('venv'), [own]);
    config('True');
    assert.deepEqual(found('venv'), [own, shared]);
  });

  it('is told by the name of its program, or by the newest folder, where nothing else says the version', () => {
    const older = packages('conda/lib/python3.9/site-packages');
    const newer = packages('conda/lib/python3.12/site-packages');
    file('conda/bin/python3.9');
    file('conda/bin/python');
    assert.deepEqual(found('conda/bin/python'), [newer]);
    rmSync(join(folder, 'conda/bin/python'));
    symlinkSync('python3.9', join(folder, 'conda/bin/python'));
    assert.deepEqual(found('conda/bin/python'), [older]);
  });

  it('is found in Windows’ folders', () => {
    file('venv/Scripts/python.exe');
    file('venv/pyvenv.cfg', 'home = C:\\Python311\r\nversion = 3.11.7\r\n');
    const own = packages('venv/Lib/site-packages');
    assert.deepEqual(found('venv/Scripts/python.exe'), [own]);
    file('conda/python.exe');
    const conda = packages('conda/Lib/site-packages');
    assert.deepEqual(found('conda'), [conda]);
  });

  it('has the folders that .pth files name, and does not look at their code', () => {
    file('venv/bin/python');
    file('venv/pyvenv.cfg', 'version = 3.11\n');
    const own = packages('venv/lib/python3.11/site-packages');
    const editable = packages('work/src');
    file(
      'venv/lib/python3.11/site-packages/work.pth',
      `# a comment\nimport os; os.exit()\n${editable}\n../nowhere\n`,
    );
    assert.deepEqual(found('venv'), [own, editable]);
  });

  it('lists a folder once, under whatever names it has', () => {
    file('venv/bin/python');
    file('venv/pyvenv.cfg', 'version = 3.11\n');
    const own = packages('venv/lib/python3.11/site-packages');
    symlinkSync('lib', join(folder, 'venv/lib64'));
    assert.deepEqual(found('venv'), [own]);
  });

  it('lies in a project under one of the usual names', () => {
    assert.equal(localEnvironment(folder), null);
    file('env/README', 'an environment of another kind');
    assert.equal(localEnvironment(folder), null);
    file('venv/bin/python');
    file('venv/pyvenv.cfg', 'version = 3.11\n');
    assert.equal(localEnvironment(folder)?.executable, join(folder, 'venv/bin/python'));
  });

  it('is none where there is nothing', () => {
    assert.equal(pythonEnvironment(join(folder, 'bin/python')), null);
    mkdirSync(join(folder, 'empty'));
    assert.equal(pythonEnvironment(join(folder, 'empty')), null);
  });
});
