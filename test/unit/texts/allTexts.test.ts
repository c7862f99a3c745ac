import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Texts } from '../../../src/protocol/texts/text';
import { text, textsFor } from '../../../src/protocol/texts/text';

const en = textsFor('en');
const zhCn = textsFor('zh-cn');

interface Source {
  readonly file: string;
  readonly code: string;
}

/** Codes of product source: whatever stands where a code is expected, and every literal of a known family. */
function usedCodes(): Source[] {
  const families = new Set(Object.keys(en).map((code) => code.split('.')[0]));
  const inPosition =
    /(?:\bcode|\blabel): '([^']+)'|\b(?:CheckpointError|failure|fail|message|say|text|warnOnce)\(\s*'([a-z]\w*(?:\.[\w.-]+)+)'/g;
  const literal = /['"`]([a-z]\w*)\.([\w.-]+)['"`]/g;
  const codes: Source[] = [];
  for (const folder of ['src', 'media', 'python']) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      // Names of Python's modules look like codes: `pickle.loads`.
      const elsewhere = /(?:^|[\\/])(?:texts|torchNames|architecture|python)[\\/]/.test(name);
      if (!/\.(?:ts|py)$/.test(name) || elsewhere) continue;
      const namesPython = /(?:^|[\\/])safety[\\/]/.test(name);
      const file = join(folder, name);
      const source = readFileSync(file, 'utf8');
      for (const [, first, second] of source.matchAll(inPosition)) {
        const code = first ?? second ?? '';
        if (code.includes('.')) codes.push({ file, code });
      }
      if (namesPython) continue;
      for (const [, family, rest] of source.matchAll(literal)) {
        if (family !== undefined && families.has(family))
          codes.push({ file, code: `${family}.${rest ?? ''}` });
      }
    }
  }
  return codes;
}

/** Members of a union of string literals in a source file. */
function unionMembers(file: string, type: string): string[] {
  const source = readFileSync(file, 'utf8');
  const union = new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([^']+)'/g)].map(([, member]) => member ?? '');
}

/** What the lines of a disassembly say, and its columns. */
function disassemblyCodes(): string[] {
  const folder = 'src/safety/disassembly';
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const noted = sources.flatMap((source) =>
    [...source.matchAll(/\bnote\('(\w+)'/g)].map(([, code]) => code ?? ''),
  );
  const written = sources.flatMap((source) =>
    [...source.matchAll(/'disassembly\.(\w+)'/g)].map(([, code]) => code ?? ''),
  );
  const columns = ['offset', 'opcode', 'argument', 'effect'].map((name) => `column.${name}`);
  return [...noted, ...written, ...columns].map((code) => `disassembly.${code}`);
}

/** `0`, `1` … of `{0}`, and of `{1|a|b}` when `words` are asked for too. */
function places(template: string, words: boolean): string[] {
  const found = [...template.matchAll(/\{(\d+)(\|[^{}]*)?\}/g)].filter(
    ([, , word]) => words || word === undefined,
  );
  return [...new Set(found.map(([, place]) => place ?? ''))].sort();
}

/** Reasons of the weights_only model: written out, or by what is wrong with a call or an archive. */
function weightsOnlyCodes(): string[] {
  const folder = join('src', 'safety', 'weightsOnly');
  const source = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const problems = (pattern: RegExp, family: string) =>
    [...source.matchAll(pattern)].map(([, problem]) => `weightsOnly.${family}.${problem}`);
  return [
    ...[...source.matchAll(/'(weightsOnly\.\w+)'/g)].map(([, code]) => code ?? ''),
    ...problems(/badCall\(\s*[^,]+,\s*'(\w+)'/g, 'call'),
    ...problems(/badZip\('(\w+)'/g, 'zip'),
  ];
}

/** What the walk of a file's containers tells: by what differs, was not scanned, or was too much. */
function containerCodes(): string[] {
  const folder = join('src', 'safety', 'containers');
  const source = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const told = (call: string, family: string): string[] =>
    // The code, or one of two by a condition.
    [
      ...source.matchAll(new RegExp(`\\b(?:${call})\\(\\s*([^;{]*?)'([\\w.]+)'(?: : '(\\w+)')?`, 'g')),
    ].flatMap(([, , one, other]) =>
      [one, other].filter((code) => code !== undefined).map((code) => `${family}.${code}`),
    );
  return [
    ...told('disagree|[tT]ell', 'disagreement'),
    ...told('notScanned', 'notScanned'),
    ...told('limit', 'notScanned'),
  ];
}

describe('The table of texts', () => {
  const used = usedCodes();
  /** Codes that are put together: `format.${format}`. */
  const composed = [
    ...unionMembers('src/checkpoint/checkpoint.ts', 'CheckpointFormat').map((format) => `format.${format}`),
    ...unionMembers('src/checkpoint/sniff.ts', 'FileKind').map((kind) => `notCheckpoint.${kind}`),
    ...['name', 'shape', 'dtype', 'elements', 'bytes', 'share'].map((column) => `editor.column.${column}`),
    ...['start', 'torch', 'import', 'arguments', 'build', 'load', 'forward', 'signal'].map(
      (stage) => `interpreter.stage.${stage}`,
    ),
    ...disassemblyCodes(),
    ...unionMembers('src/safety/vocabulary/entries.ts', 'Danger').map((danger) => `danger.${danger}`),
    ...['torch', 'python', 'package'].map((list) => `known.${list}`),
    ...unionMembers('src/safety/report.ts', 'Verdict').flatMap((verdict) => [
      `safety.verdict.${verdict}`,
      `safety.seen.${verdict}`,
    ]),
    ...unionMembers('src/safety/report.ts', 'CallTier').map((tier) => `safety.tier.${tier}`),
    ...unionMembers('src/safety/report.ts', 'Tier').map((tier) => `safety.tier.${tier}`),
    ...weightsOnlyCodes(),
    ...containerCodes(),
    ...['tree', 'table'].map((mode) => `editor.mode.${mode}`),
    ...unionMembers('src/compatibility/report.ts', 'RepairKind').map((one) => `check.repair.${one}`),
    ...unionMembers('src/compatibility/report.ts', 'Certainty').flatMap((one) => [
      `check.certainty.${one}`,
      `report.why.belongs.${one}`,
    ]),
    ...unionMembers('src/compatibility/report.ts', 'Evidence').map((one) => `report.evidence.${one}`),
    ...unionMembers('src/protocol/checkPage.ts', 'PageState').map((state) => `report.state.${state}`),
    ...unionMembers('src/protocol/checkPage.ts', 'PageAction').map((action) => `report.action.${action}`),
    ...unionMembers('src/protocol/comparisonPage.ts', 'ComparisonState').map(
      (state) => `comparison.state.${state}`,
    ),
    ...unionMembers('src/protocol/comparisonPage.ts', 'ComparisonSideName').map(
      (side) => `comparison.side.${side}`,
    ),
    // Arguments are chosen where a notice says so.
    ...unionMembers('src/protocol/comparisonPage.ts', 'ComparisonAction')
      .filter((action) => action !== 'chooseArguments')
      .map((action) => `comparison.action.${action}`),
    ...['onlyA', 'onlyB', 'reshaped'].map((state) => `comparison.verdict.${state}Elements`),
    ...['declined', 'cancelled'].map((kind) => `report.notice.${kind}`),
    ...['lost', 'wrongLayer', 'mismatched', 'headSwap'].map((state) => `report.problem.${state}`),
  ];

  it('has a text for every code that the product uses', () => {
    assert.ok(used.length > 150, `only ${used.length} codes found: does the search still work?`);
    const notCodes = new Set(['pickle.PickleBuffer', 'safetensors.torch._TYPES', 'worker.js']);
    const missing = used.filter(({ code }) => !Object.hasOwn(en, code) && !notCodes.has(code));
    assert.deepEqual(
      missing.map(({ file, code }) => `${file.split(sep).join('/')}: ${code}`),
      [],
    );
  });

  it('has a text for every format and every kind of file', () => {
    assert.ok(composed.length > 30);
    for (const code of composed) assert.ok(Object.hasOwn(en, code), code);
  });

  it('has no text that nothing uses', () => {
    const all = new Set([...used.map(({ code }) => code), ...composed, 'internal']);
    assert.deepEqual(
      Object.keys(en).filter((code) => !all.has(code)),
      [],
    );
  });

  it('has the same codes in both languages', () => {
    assert.deepEqual(Object.keys(zhCn).sort(), Object.keys(en).sort());
  });

  it('uses the same arguments in both languages', () => {
    for (const [code, template] of Object.entries(en)) {
      const translated = zhCn[code] ?? '';
      assert.deepEqual(
        places(template, false),
        places(translated, false),
        `${code}: ${template} / ${translated}`,
      );
      for (const place of places(translated, true)) assert.ok(places(template, true).includes(place), code);
    }
  });

  it('is translated: Chinese texts are Chinese, apart from names', () => {
    const names =
      /^(?:format\.|report\.signal\.join$|fact\.pythonVersion$|disassembly\.value$|comparison\.side\.)/;
    for (const [code, translated] of Object.entries(zhCn)) {
      if (!names.test(code)) assert.match(translated, /[\u4e00-\u9fff]/, code);
    }
  });
});

describe('Choosing the language', () => {
  const tables: readonly (readonly [string, Texts])[] = [
    ['en', en],
    ['en-US', en],
    ['de', en],
    ['', en],
    ['zh-cn', zhCn],
    ['zh', zhCn],
    ['zh-Hans-CN', zhCn],
    ['zh_CN.UTF-8', zhCn],
    ['zh-tw', en],
    ['zh_TW.UTF-8', en],
    ['zh-Hant', en],
    ['zhuang', en],
  ];
  for (const [locale, table] of tables) {
    it(`${locale || '(none)'} is ${table === zhCn ? 'Chinese' : 'English'}`, () => {
      assert.equal(textsFor(locale), table);
    });
  }
});

describe('Filling a text', () => {
  const fill = (template: string, ...args: (string | number)[]): string =>
    text({ x: template }, { code: 'x', args });

  it('puts arguments in their places, numbers with separators', () => {
    assert.equal(fill('{1} of {0}', 1234567, 'b'), 'b of 1,234,567');
    assert.equal(fill('{0}', 0.5), '0.5');
  });
  it('chooses the word for one and for more', () => {
    assert.equal(fill('{0} {0|key|keys}', 1), '1 key');
    assert.equal(fill('{0} {0|key|keys}', 0), '0 keys');
    assert.equal(fill('{0} {0|key|keys}', '1'), '1 key');
  });
  it('takes nothing in an argument for a place', () => {
    assert.equal(fill('{0} {1}', '{1}', '$&'), '{1} $&');
  });
  it('shows what is hostile in an argument, and cuts what is long', () => {
    assert.equal(fill('“{0}”', 'a\u202eb\n'), '“a\\u202eb\\n”');
    assert.match(fill('{0}', 'k'.repeat(1_000_000)), /^k{300}… \(1,000,000\)$/);
  });
  it('loses nothing of a code that it does not know', () => {
    assert.equal(text(en, { code: 'no.such', args: ['a', 1000] }), 'no.such a 1,000');
    assert.equal(text(en, { code: 'toString', args: [] }), 'toString');
  });
});
