import assert from 'node:assert/strict';
import { MemorySource } from '../../../src/archive/memorySource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { argumentText, fillText } from '../../../src/protocol/texts/fill';
import { textsFor } from '../../../src/protocol/texts/text';
import type { Message } from '../../../src/protocol/messages';
import type { SafetyPage } from '../../../src/protocol/safetyPage';
import type { ScanReport } from '../../../src/safety/report';
import { scanFile } from '../../../src/safety/scanFile';
import { headline, safetyPage, safetyPageLimits } from '../../../src/worker/safetyPage';
import { stream } from '../pickle/support';

async function scan(...pieces: string[]): Promise<ScanReport> {
  return scanFile(new MemorySource('x.pkl', stream(...pieces)), nodePlatform, 'x.pkl');
}

async function page(...pieces: string[]): Promise<SafetyPage> {
  return safetyPage(await scan(...pieces));
}

function said({ code, args }: Message): string {
  const show = (value: string | number): string => (typeof value === 'number' ? argumentText(value) : value);
  return fillText(textsFor('en')[code] ?? code, args, show);
}

describe('The sentence of the safety line', () => {
  const sentences: readonly (readonly [string, string, RegExp])[] = [
    [
      'a call that runs programs',
      "cos\nsystem\n(S'echo \\x1b[0m'\ntR.",
      /^Would call os\.system\('echo \\x1b\[0m'\) on load$/,
    ],
    ['a name that is only imported', '(cos\nsystem\nN0t.', /^Would import os\.system on load$/],
    ["torch's own types", 'ctorch\nfloat32\n.', /^Only torch’s own types\.$/],
    ['plain values', 'N.', /^Only torch’s own types\.$/],
    [
      'a class of a project',
      'cmodels.yolo\nModel\n)\x81.',
      /^Builds a class that no list knows: models\.yolo\.Model\.$/,
    ],
    [
      'two classes of a project',
      '(cmodels.yolo\nModel\n)\x81cmodels.yolo\nHead\n)\x81t.',
      /^Builds 2 classes that no list knows, models\.yolo\.Model and others\.$/,
    ],
    [
      'a function that no list knows',
      'cmodels.yolo\nrun\n)R.',
      /^Calls models\.yolo\.run\(\), which data does not need\.$/,
    ],
    ['a stream that breaks off', '(K\x01', /^Could not be read to its end/],
    ['danger before a break', "cos\nsystem\n(S'ls'\ntR", /^Would call os\.system\('ls'\) on load$/],
  ];
  for (const [what, pickle, expected] of sentences) {
    it(`tells of ${what}`, async () => {
      assert.match(said(headline(await scan(pickle))), expected);
    });
  }

  it('never says that a file is safe', () => {
    for (const language of ['en', 'zh-cn']) {
      const texts = Object.entries(textsFor(language)).filter(([code]) => code.startsWith('safetyView.'));
      assert.ok(texts.length > 30);
      for (const [code, text] of texts) {
        // The name of the view is no verdict.
        if (!/^safetyView\.(?:tab|lens)$/.test(code)) assert.doesNotMatch(text, /\bsafe\b|安全/i, code);
      }
    }
  });
});

describe('The page of a scan', () => {
  it('lists the worst first, with where it is imported and called', async () => {
    const { verdict, calls, globals } = await page("(ctorch\nfloat32\ncos\nsystem\n(S'ls'\ntRt.");
    assert.equal(verdict, 'dangerous');
    assert.deepEqual(calls[0], {
      record: null,
      offset: 35,
      call: "os.system('ls')",
      opcode: 'REDUCE',
      tier: 'dangerous',
      reason: calls[0]?.reason ?? assert.fail(),
      times: 1,
    });
    assert.deepEqual(
      globals.map(({ name, tier, offset, calledAt }) => [
        name,
        tier,
        offset,
        calledAt.map((at) => at.offset),
      ]),
      [
        ['os.system', 'dangerous', 16, [35]],
        ['torch.float32', 'torch', 1, []],
      ],
    );
  });

  it('shows nothing of a name that could mislead, and cuts long ones', async () => {
    const { globals, calls } = await page(`c\u001b[31m<b>\nn\u0000\n(S'${'a'.repeat(5000)}'\ntR.`);
    assert.equal(globals[0]?.name, '\\x1b[31m<b>.n\\x00');
    assert.ok((calls[0]?.call.length ?? 0) <= safetyPageLimits.call + 1);
  });

  it('keeps few of many findings, the dangerous ones always, and counts the rest', async () => {
    const names = Array.from({ length: 2500 }, (_, i) => `cproject\nC${i}\n`).join('');
    const { globals, hidden } = await page(`(${names}cos\nsystem\nt.`);
    assert.equal(globals.length, safetyPageLimits.globals);
    assert.equal(globals[0]?.name, 'os.system');
    assert.equal(hidden.globals, 2501 - safetyPageLimits.globals);
  });

  it('joins the versions of torch that say the same', async () => {
    const report = await scan('N.');
    const answer = (torch: string, accepted: boolean | null) => ({
      torch,
      accepted,
      reason: null,
      place: null,
    });
    const versions = [answer('2.4', null), answer('2.5', true), answer('2.6', true), answer('2.7', false)];
    const { answers, weightsOnly } = safetyPage({
      ...report,
      weightsOnly: versions[3] ?? null,
      weightsOnlyVersions: versions,
    });
    assert.deepEqual(
      answers.map(({ versions: joined, accepted }) => [joined, accepted]),
      [
        ['2.7', false],
        ['2.5–2.6', true],
        ['2.4', null],
      ],
    );
    assert.equal(
      weightsOnly === null ? '' : said(weightsOnly),
      'torch.load(weights_only=True) of 2.7 refuses it.',
    );
  });
});
