import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CompatibilityReport } from '../../src/compatibility/report';
import { torchPython } from './support/generated';
import { pyyamlFolder } from './support/pyyaml';

/** One way to graft something on, and what became of the modules of the detector that has the weights. */
interface Variant {
  readonly title: string;
  readonly module: string;
  readonly name: string;
  readonly args?: string;
  readonly weights?: string;
  /** Of the weights; `null` where no source predicts their keys. */
  readonly baseline?: string | null;
  /** Old path → new path, `''` for every key. */
  readonly moves: Readonly<Record<string, string>>;
  /** The repair, null where nothing has to be repaired. */
  readonly kind: 'prefix' | 'renumber' | 'rename' | 'drop' | null;
}

const grafted = { module: 'grafted', moves: {}, kind: null } as const;
const table = {
  module: 'table',
  name: 'TableDetector',
  weights: 'table.pth',
  baseline: 'table.py:TableDetector',
  kind: 'renumber',
} as const;
const rowsFrom = (first: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 10 - first }, (_, i) => [`model.${first + i}`, `model.${first + i + 1}`]),
  );

const variants: readonly Variant[] = [
  { ...grafted, title: 'a new attribute', name: 'NewAttribute' },
  { ...grafted, title: 'appended to a Sequential', name: 'Appended' },
  {
    ...grafted,
    title: 'inserted at index 1 of the stem',
    name: 'InsertedInStem',
    moves: { 'stem.1': 'stem.2', 'stem.2': 'stem.3', 'stem.3': 'stem.4' },
    kind: 'renumber',
  },
  {
    ...grafted,
    title: 'before the last block of four stages',
    name: 'BeforeLastBlock',
    moves: {
      'stage1.2': 'stage1.3',
      'stage2.2': 'stage2.3',
      'stage3.3': 'stage3.4',
      'stage4.2': 'stage4.3',
    },
    kind: 'renumber',
  },
  {
    ...grafted,
    title: 'inside of three ModuleLists',
    name: 'InsideModuleLists',
    moves: Object.fromEntries(
      ['top', 'middle', 'bottom'].flatMap((list) => [
        [`neck.${list}.2`, `neck.${list}.3`],
        [`neck.${list}.3`, `neck.${list}.4`],
      ]),
    ),
    kind: 'renumber',
  },
  {
    ...grafted,
    title: 'a stage wrapped in a Sequential',
    name: 'WrappedStage',
    moves: { stage3: 'stage3.0' },
    kind: 'rename',
  },
  {
    title: 'weights of DataParallel',
    module: 'detector',
    name: 'Detector',
    weights: 'parallel.pth',
    baseline: null,
    moves: { module: '' },
    kind: 'prefix',
  },
  {
    title: 'another class count',
    module: 'detector',
    name: 'Detector',
    args: 'classes=5',
    moves: {},
    kind: 'drop',
  },
  { ...table, title: 'a row early in a table', args: "'detector_early.yaml'", moves: rowsFrom(2) },
  { ...table, title: 'a row late in a table', args: "'detector_late.yaml'", moves: rowsFrom(8) },
];

interface Outcome {
  readonly unexpected: readonly string[];
  readonly missingAndOld: readonly string[];
  readonly newAndLoaded: readonly string[];
  readonly different: readonly string[];
}

interface Proof {
  readonly before: {
    readonly matched: number;
    readonly missing: readonly string[];
    readonly unexpected: readonly string[];
    readonly mismatched: readonly string[];
    readonly wrongLayer: readonly string[];
  };
  /** Tensors of the file that have their layer in the model, in the same shape. */
  readonly kept: number;
  readonly code?: Outcome;
  readonly file?: Outcome & { readonly others: boolean; readonly metadata: boolean };
}

type Report = CompatibilityReport & { readonly written: { readonly keys: number } | null };

describe('The story of a grafted detector, against torch', function () {
  this.timeout(300_000);
  const root = process.cwd();
  const folder = join(root, '.cache', `grafting-${process.pid}`);
  const reports: Report[] = [];
  let proofs: Proof[] = [];

  before(() => {
    const env = { ...process.env, PYTHONPATH: pyyamlFolder(), PYTHONDONTWRITEBYTECODE: '1' };
    cpSync(join(root, 'test', 'samples', 'grafting'), folder, { recursive: true });
    execFileSync(torchPython(), ['-W', 'ignore', 'make_weights.py'], { cwd: folder, env });
    const cases = variants.map((variant, number) => {
      const { module, name, args = '', weights = 'pretrained.pth', moves } = variant;
      const baseline = variant.baseline === undefined ? 'detector.py:Detector' : variant.baseline;
      const repaired = `repaired-${number}.pth`;
      const run = spawnSync(
        process.execPath,
        [
          join(root, 'dist', 'cli.js'),
          ...['check', '--json', '--model', `${module}.py:${name}`, '--args', args, '--weights', weights],
          ...(baseline === null ? [] : ['--baseline', baseline]),
          ...['--write-repaired', repaired, '--python', torchPython()],
        ],
        { cwd: folder, encoding: 'utf8', env },
      );
      assert.equal(run.status, 1, run.stderr);
      const report = JSON.parse(run.stdout) as Report;
      reports.push(report);
      return {
        ...{ module, name, args, weights, moves, path: report.weights.path },
        code: report.repairs[0]?.code ?? null,
        repaired: report.written === null ? null : repaired,
      };
    });
    const script = join(root, 'test', 'torch', 'grafting', 'prove.py');
    const input = JSON.stringify(cases);
    const options = { cwd: folder, env, input, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
    proofs = JSON.parse(execFileSync(torchPython(), ['-W', 'ignore', script, folder], options)) as Proof[];
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the page that tells it has these numbers', () => {
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| .* \| [\d]+ \|$/.test(line));
    const told = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    const numbers = told.map((cells) => [...cells.slice(3, 7), ...cells.slice(8, 9)].map(Number));
    assert.deepEqual(
      numbers,
      reports.map(({ matched, wrongLayer, mismatched, unexpected, repairs }) => [
        ...[matched, wrongLayer.length, mismatched.length, unexpected.length],
        repairs[0]?.loads ?? matched,
      ]),
    );
    for (const [i, { name }] of variants.entries()) assert.ok(told[i]?.[2]?.includes(name), name);
  });

  for (const [number, { title, kind }] of variants.entries()) {
    describe(title, () => {
      it('the report counts as torch does, and knows each wrong layer', () => {
        const report = reports[number] as Report;
        const { before } = proofs[number] as Proof;
        assert.equal(report.exact, true);
        assert.deepEqual([report.answeredBy, report.differences], ['torch', []]);
        assert.deepEqual(
          {
            matched: report.matched,
            missing: report.missing.map(({ key }) => key),
            unexpected: report.unexpected.map(({ key }) => key),
            mismatched: report.mismatched.map(({ key }) => key).sort(),
            wrongLayer: report.wrongLayer.map(({ key }) => key).sort(),
          },
          before,
        );
        for (const { key, certainty, evidence } of report.wrongLayer)
          assert.deepEqual([certainty, evidence], ['certain', 'baseline'], key);
      });

      if (kind === null) {
        it('nothing has to be repaired, and nothing is written', () => {
          const report = reports[number] as Report;
          assert.deepEqual(report.repairs, []);
          assert.equal(report.written, null);
          assert.equal(existsSync(join(folder, `repaired-${number}.pth`)), false);
        });
        return;
      }

      it('the repair names every key that both have, and is proven', () => {
        const [repair, ...others] = (reports[number] as Report).repairs;
        const { kept } = proofs[number] as Proof;
        assert.deepEqual(others, []);
        assert.equal(repair?.kind, kind);
        assert.equal(repair?.loads, kept);
        const { loaded, of, unexpected, mismatched } = repair.proof ?? {};
        const proven = { loaded: kept, of: kept, unexpected: [], mismatched: [] };
        assert.deepEqual({ loaded, of, unexpected, mismatched }, proven);
        assert.equal((reports[number] as Report).written?.keys, kept);
      });

      it('its code puts each tensor into the layer that it came from', () => {
        assertRecovers((proofs[number] as Proof).code);
      });

      it('its checkpoint does, mapped into memory, and keeps the rest of the file', () => {
        const { file } = proofs[number] as Proof;
        assertRecovers(file);
        assert.equal(file?.others, true);
        assert.equal(file?.metadata, true);
      });
    });
  }
});

/** Nothing unexpected, only new keys missing, and each tensor equal to the one of its layer. */
function assertRecovers(outcome: Outcome | undefined): void {
  const { unexpected, missingAndOld, newAndLoaded, different } = outcome ?? {};
  const nothing = { unexpected: [], missingAndOld: [], newAndLoaded: [], different: [] };
  assert.deepEqual({ unexpected, missingAndOld, newAndLoaded, different }, nothing);
}
