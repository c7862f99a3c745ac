import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceAnalysis } from '../../../src/worker/sourceAnalysis';
import type { TableReport } from '../../../src/worker/sourceMessages';
import { pythonParser } from '../architecture/memoryTree';

const samples = join(__dirname, '..', '..', 'samples', 'grafting');

describe('The report on a table of layers', () => {
  let folder: string;
  let analysis: SourceAnalysis;
  let table: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tables-'));
    mkdirSync(join(folder, 'nets'));
    cpSync(samples, join(folder, 'nets'), { recursive: true });
    analysis = new SourceAnalysis(await pythonParser());
    table = readFileSync(join(folder, 'nets', 'detector.yaml'), 'utf8');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const files = (): string[] =>
    ['table.py', 'blocks.py', 'detector.py'].map((name) => join(folder, 'nets', name));
  const reportOf = (
    text: string,
    name = 'detector.yaml',
    more: { readonly chosen?: string; readonly files?: readonly string[] } = {},
  ): TableReport | null =>
    analysis.table({
      path: join(folder, 'nets', name),
      version: 1,
      text,
      sitePackages: null,
      files: more.files ?? files(),
      chosen: more.chosen ?? null,
    });
  const rows = (report: TableReport | null): unknown[] =>
    report?.rows.map(({ line, parameters, keys }) => [line, Number(parameters), keys]) ?? [];

  it('counts each row as the class builds it, and all of it', () => {
    const report = reportOf(table);
    assert.equal(report?.model.name, 'TableDetector');
    assert.equal(report.exact, true);
    const head = 16n * 24n + 24n;
    const inRows = report.rows.reduce((sum, row) => sum + (row.parameters ?? 0n), 0n);
    assert.equal(inRows + head, report.parameters);
    assert.deepEqual(
      report.rows.map(({ line }) => line),
      table.split('\n').flatMap((text, i) => (text.startsWith('  - [') ? [i + 1] : [])),
    );
    // ConvUnit(3, 8, kernel 3): a convolution without bias, and the two vectors of its norm.
    assert.deepEqual(report.rows[0], { line: 3, parameters: 232n, keys: 6, modules: ['model.0'] });
  });

  it('follows the text, saved or not, and lines that move', () => {
    const first = rows(reportOf(table));
    const moved = rows(reportOf(`# one more line\n${table}`));
    assert.deepEqual(
      moved,
      first.map((row) => [Number((row as number[])[0]) + 1, ...(row as number[]).slice(1)]),
    );
    const wider = reportOf(table.replace('[1, ConvUnit, [8]]', '[1, ConvUnit, [10]]'));
    assert.equal(wider?.rows[0]?.parameters, 290n);
  });

  it('is found for a table that no class has as its default', () => {
    const own = reportOf(table, 'mine.yaml');
    assert.equal(own?.model.args, 'table="mine.yaml"');
    assert.deepEqual(rows(own), rows(reportOf(table)));
  });

  it('points at the row whose construction raises, or is not understood', () => {
    const raising = reportOf(table.replace('[12, 3, 2]', '[12, 3, 2, 1, 1, 1, 1]'));
    assert.equal(raising?.raises?.code, 'TypeError');
    assert.equal(raising.raises.row, 6);
    const unknown = reportOf(table.replace('  - [1, Mixer, []]', '  - [1, Unheard, []]'));
    assert.equal(unknown?.raises?.code, 'NameError');
    assert.equal(unknown.raises.row, 7);
  });

  it('offers other classes that read it, and takes the one that is chosen', () => {
    const other = join(folder, 'nets', 'other.py');
    writeFileSync(
      other,
      readFileSync(join(folder, 'nets', 'table.py'), 'utf8').replace('TableDetector', 'OtherDetector'),
    );
    const all = { files: [...files(), other] };
    const report = reportOf(table, 'detector.yaml', all);
    assert.deepEqual(
      [report?.model.name, report?.others.map(({ name }) => name)],
      ['TableDetector', ['OtherDetector']],
    );
    const chosen = reportOf(table, 'detector.yaml', { ...all, chosen: `${other}:OtherDetector` });
    assert.equal(chosen?.model.name, 'OtherDetector');
  });

  it('is none for YAML that no class reads', () => {
    assert.equal(reportOf('jobs:\n  - [1, build]\n', 'ci.yaml'), null);
    assert.equal(reportOf(table, 'detector.yaml', { files: [join(folder, 'nets', 'detector.py')] }), null);
  });
});
