import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import type { Log } from 'sarif';
import { bytes, call, global, pickle, text } from '../../support/pickleAssembler';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

interface ScanDocument {
  readonly file: string;
  readonly verdict: string;
  readonly globals: readonly { readonly module: string; readonly name: string; readonly tier: string }[];
  readonly calls: readonly { readonly callee: string; readonly args: string; readonly opcode: string }[];
  readonly weightsOnly: { readonly accepted: boolean | null; readonly reason: string | null };
  readonly error: { readonly code: string; readonly message: string } | null;
}

describe('graftlens scan, as a process', function () {
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'graftlens-scan-'));
    mkdirSync(join(folder, 'models', 'inner'), { recursive: true });
    const files: Record<string, Uint8Array> = {
      'bad.pkl': pickle(call('os.system', 'echo \x1b[31mhi')),
      'models/clean.pkl': pickle('}'),
      'models/inner/own.pt': pickle(global('net.Model'), ')\x81'),
      'models/inner/odd.pickle': pickle(call('net.build')),
      'models/broken.bin': bytes(']', text('a'), 'a'),
      'models/notes.txt': bytes('nothing of interest'),
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function scan(...args: string[]): Promise<Run> {
    const cli = join(process.cwd(), 'dist', 'cli.js');
    const options = { cwd: folder, timeout: 50_000, env: { ...process.env, LC_ALL: 'en' } };
    return new Promise((resolve) => {
      execFile(process.execPath, [cli, 'scan', ...args], options, (error, out, message) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, out, error: message });
      });
    });
  }

  const document = ({ out }: Run): ScanDocument => JSON.parse(out) as ScanDocument;
  const documents = ({ out }: Run): readonly ScanDocument[] => JSON.parse(out) as ScanDocument[];

  it('gives one document for one file', async () => {
    const run = await scan('bad.pkl', '--json');
    assert.equal(run.status, 1);
    const { file, verdict, globals, calls, error } = document(run);
    assert.deepEqual([file, verdict, error], ['bad.pkl', 'dangerous', null]);
    assert.deepEqual(
      globals.map(({ module, name, tier }) => [module, name, tier]),
      [['os', 'system', 'dangerous']],
    );
    assert.deepEqual(
      calls.map(({ callee, args, opcode }) => [callee, args, opcode]),
      [['os.system', "'echo \\x1b[31mhi'", 'REDUCE']],
    );
  });

  it('has an exit status for each verdict', async () => {
    const statuses: Record<string, number> = {
      'models/clean.pkl': 0,
      'models/inner/own.pt': 0,
      'models/inner/odd.pickle': 1,
      'models/broken.bin': 2,
      'missing.pt': 2,
    };
    for (const [file, status] of Object.entries(statuses))
      assert.equal((await scan(file)).status, status, file);
  });

  it('says on standard error what could not be read and where', async () => {
    const { error } = await scan('models/broken.bin');
    assert.match(error, /^graftlens: models\/broken\.bin: @5 .+\n$/);
  });

  it('walks folders, and leaves out what holds no pickle', async () => {
    const run = await scan('models', '--json');
    assert.equal(run.status, 2);
    assert.deepEqual(
      documents(run).map(({ file, verdict }) => [file, verdict]),
      [
        ['models/broken.bin', 'unreadable'],
        ['models/clean.pkl', 'clean'],
        ['models/inner/odd.pickle', 'suspicious'],
        ['models/inner/own.pt', 'unknown'],
      ],
    );
  });

  it('takes patterns that the shell leaves alone', async () => {
    const run = await scan('models/**/o*.p[it]*', '--json');
    assert.deepEqual(
      documents(run).map(({ file }) => file),
      ['models/inner/odd.pickle', 'models/inner/own.pt'],
    );
    assert.equal((await scan('models/*.onnx')).status, 2);
  });

  it('gives an array for several files, one of which is missing', async () => {
    const run = await scan('models/clean.pkl', 'missing.pt', '--json');
    assert.deepEqual(
      documents(run).map(({ verdict }) => verdict),
      ['clean', 'unreadable'],
    );
    assert.equal(documents(run)[1]?.error?.code, 'file.missing');
  });

  it('writes to a terminal of 80 columns without control characters', async () => {
    const { out } = await scan('bad.pkl');
    assert.match(out, /^bad\.pkl: dangerous\n/);
    assert.match(out, /Would call os\.system\('echo \\x1b\[31mhi'\)/);

    assert.doesNotMatch(out, /[\0-\x09\x0b-\x1f\x7f]/);
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
  });

  it('writes SARIF that code scanning takes', async () => {
    const run = await scan('bad.pkl', 'models/clean.pkl', 'models/inner/odd.pickle', '--sarif');
    assert.equal(run.status, 1);
    const log = JSON.parse(run.out) as Log;
    assert.equal(log.version, '2.1.0');
    const [first] = log.runs;
    const rules = first?.tool.driver.rules?.map(({ id }) => id) ?? [];
    assert.deepEqual(
      first?.results?.map(({ ruleId, ruleIndex, level, locations }) => [
        ruleId,
        rules[ruleIndex ?? -1],
        level,
        locations?.[0]?.physicalLocation?.artifactLocation?.uri,
      ]),
      [
        ['dangerous-call', 'dangerous-call', 'error', 'bad.pkl'],
        ['dangerous-import', 'dangerous-import', 'error', 'bad.pkl'],
        ['suspicious-call', 'suspicious-call', 'warning', 'models/inner/odd.pickle'],
      ],
    );
    assert.ok(first?.results?.every(({ message }) => (message.text ?? '') !== ''));
  });

  it('refuses what it does not understand', async () => {
    for (const args of [[], ['--json'], ['bad.pkl', '--json', '--sarif'], ['bad.pkl', '--what']]) {
      const run = await scan(...args);
      assert.equal(run.status, 2);
      assert.match(run.error, /Usage: graftlens scan [^\n]*\n$/);
      assert.equal(run.out, '');
    }
  });

  it('names the record of a zip', async () => {
    const zip = new JSZip().file('model/data.pkl', pickle(call('os.system', 'id')));
    writeFileSync(join(folder, 'zipped.pt'), await zip.generateAsync({ type: 'uint8array' }));
    const { out } = await scan('zipped.pt', '--sarif');
    const [result] = (JSON.parse(out) as Log).runs[0]?.results ?? [];
    assert.match(result?.locations?.[0]?.logicalLocations?.[0]?.name ?? '', /data\.pkl$/);
  });
});
