import assert from 'node:assert/strict';
import { copyNode, copyTable } from '../../../src/outline/copy';
import { compareNaturally } from '../../../src/outline/naturalOrder';
import { pathElements, pythonAccess } from '../../../src/outline/names';
import { pythonString } from '../../../src/checkpoint/pythonLiteral';
import type { Content } from '../../../src/checkpoint/content';
import { dict, list, module, scalar, tensor } from './contents';
import { open, plainState } from './rows';

function blocks(count: number, size = 4): [string, Content][] {
  return Array.from({ length: count }, (_, i): [string, Content][] => [
    [`layers.${i}.attn.w`, tensor([size, size])],
    [`layers.${i}.mlp.w`, tensor([size])],
  ]).flat();
}

describe('Runs of equal blocks', () => {
  it('are one row that opens to its members', () => {
    const { row, lines, view } = open(dict(blocks(32)));
    assert.deepEqual(lines(), ['- layers', '  + layers 0–31 × 32']);
    assert.equal(row('layers 0–31').elements, 32 * 20);
    view.toggle(row('layers 0–31').key, true, false);
    assert.equal(row('31').depth, 2);
    assert.equal(row('31').setSize, 32);
  });
  it('end where a shape or a number breaks them', () => {
    const { lines } = open(
      dict([...blocks(4), ['layers.4.attn.w', tensor([9])], ['layers.4.mlp.w', tensor([4])]]),
    );
    assert.equal(lines()[1], '  + layers 0–3 × 4');
    assert.match(lines()[2] ?? '', /^ {2}[-+] 4$/);
    const gap = open(dict(blocks(6).filter(([key]) => !key.startsWith('layers.3.'))));
    assert.equal(gap.lines()[1], '  + layers 0–2 × 3');
  });
  it('are found in names with running digits', () => {
    const { lines } = open(dict([2, 3, 4, 5].map((i) => [`dark${i}.w.x`, tensor([2])])));
    assert.deepEqual(lines(), ['+ dark2 … dark5 × 4']);
  });
  it('compare nested contents too, and dtypes', () => {
    const block = (dtype: string): Content => dict({ a: list([tensor([2], { dtype })]) });
    const same = open(list([block('int8'), block('int8'), block('int8')]));
    assert.deepEqual(same.lines(), ['+ 0–2 × 3']);
    const other = open(list([block('int8'), block('int8'), block('uint8')]));
    assert.equal(
      other.rows().some((row) => row.icon === 'run'),
      false,
    );
  });
  it('can be left unfolded', () => {
    assert.equal(
      open(dict(blocks(5)), { foldRuns: false })
        .rows()
        .filter((row) => row.depth === 1).length,
      5,
    );
  });
});

describe('A view', () => {
  it('keeps what was opened and closed over a reload, by keys', () => {
    const content = dict(blocks(3, 5));
    const first = open(content);
    const run = first.row('layers 0–2').key;
    const keys = first.view.toggle(run, true, true);
    const again = open(dict(blocks(3, 5)), { expanded: keys.expanded, collapsed: keys.collapsed });
    assert.deepEqual(
      again.rows().map((row) => row.key),
      first.rows().map((row) => row.key),
    );
    assert.equal(again.row('mlp').expanded || again.row('attn').expanded, true);
  });
  it('forgets keys that the file no longer has', () => {
    const { rows } = open(dict({ a: tensor([1]) }), {
      expanded: ['/~gone', 'nonsense', "/'a/+5", ''],
      collapsed: ['/**x'],
    });
    assert.equal(rows().length, 1);
  });
  it('closes and opens everything', () => {
    const { view } = open(dict(blocks(8)), { foldRuns: false });
    assert.equal(view.toggle('/', false, true).rowCount, 1);
    assert.equal(view.toggle('/', true, true).rowCount, 1 + 8 + 16 + 16);
  });
  it('reveals what is deep in a closed run', () => {
    const { view, rows } = open(dict(blocks(32)));
    const result = view.reveal("/~layers/~17/~attn/'w");
    assert.equal(rows()[result.anchorRow]?.name, 'w');
    assert.ok(result.expanded.length > 0);
  });
  it('gives rows in ranges, with places for a screen reader and for a parent', () => {
    const { view } = open(dict(blocks(3, 6)), { foldRuns: false });
    const rows = view.rowRange(1, 3);
    assert.deepEqual(
      rows.map((row) => row.index),
      [1, 2],
    );
    assert.equal(rows[0]?.parent, 0);
    assert.deepEqual([rows[0]?.position, rows[0]?.setSize], [1, 3]);
    assert.deepEqual(view.rowRange(5000, 6000), []);
  });
  it('steps through matches in both directions, around the end', () => {
    const { view, show } = open(dict(blocks(3)));
    show({ filter: 'mlp.w' });
    const first = view.nextMatch(-1, false);
    const second = view.nextMatch(first.row, false);
    assert.deepEqual([first.ordinal, second.ordinal], [1, 2]);
    assert.equal(view.nextMatch(first.row, true).ordinal, 3);
    assert.equal(view.nextMatch(view.nextMatch(second.row, false).row, false).row, first.row);
    show({ filter: 'nothing' });
    assert.deepEqual(view.nextMatch(0, false), { row: -1, ordinal: 0 });
  });
  it('shows the rest of a very long list when asked', () => {
    const { show, view, rows } = open(list(Array.from({ length: 100_002 }, () => scalar(1))));
    show({});
    const all = rows();
    const more = all[all.length - 1];
    assert.deepEqual([more?.icon, more?.name, all.length], ['more', '… +2', 100_001]);
    assert.equal(view.toggle(more?.key ?? '', true, false).rowCount, 100_002);
    assert.equal(view.reveal('/#100001').anchorRow, 100_001);
  });
});

describe('The table', () => {
  const content = dict({
    m: dict({ 'a10.w': tensor([2, 3]), 'a2.w': tensor([7]), 'a1.w': tensor([3], { dtype: 'int8' }) }),
  });
  const sorted = (
    column: 'name' | 'shape' | 'dtype' | 'elements' | 'bytes',
    descending = false,
  ): string[] => {
    const { rows } = open(content, { mode: 'table', sort: { column, descending } });
    return rows().map((row) => row.name);
  };
  it('lists every tensor by its path, in the order of the file', () => {
    assert.deepEqual(open(content, { mode: 'table' }).lines(), ['m.a10.w', 'm.a2.w', 'm.a1.w']);
  });
  it('is sorted by every column, in both directions', () => {
    assert.deepEqual(sorted('name'), ['m.a1.w', 'm.a2.w', 'm.a10.w']);
    assert.deepEqual(sorted('name', true), ['m.a10.w', 'm.a2.w', 'm.a1.w']);
    assert.deepEqual(sorted('shape'), ['m.a1.w', 'm.a2.w', 'm.a10.w']);
    assert.deepEqual(sorted('dtype'), ['m.a10.w', 'm.a2.w', 'm.a1.w']);
    assert.deepEqual(sorted('elements'), ['m.a1.w', 'm.a10.w', 'm.a2.w']);
    assert.deepEqual(sorted('bytes', true), ['m.a2.w', 'm.a10.w', 'm.a1.w']);
  });
  it('is filtered, and both names of a tied tensor are rows', () => {
    const tied = tensor([4]);
    const { show, rows } = open(dict({ 'x.w': tied, 'y.w': tied, z: tensor([1]) }));
    assert.equal(show({ mode: 'table', filter: '.w' }).matchCount, 2);
    assert.deepEqual(
      rows().map((row) => [row.name, row.alias]),
      [
        ['x.w', false],
        ['y.w', true],
      ],
    );
  });
});

describe('Natural order', () => {
  it('sorts numbers in names by their value', () => {
    const names = [
      'a10',
      'a9',
      'A1',
      'a01',
      'b',
      'a',
      'a1.x',
      'a99999999999999999999',
      'a100000000000000000000',
    ];
    assert.deepEqual([...names].sort(compareNaturally), [
      'a',
      'A1',
      'a01',
      'a1.x',
      'a9',
      'a10',
      'a99999999999999999999',
      'a100000000000000000000',
      'b',
    ]);
  });
});

describe('Copies', () => {
  const content = dict({
    model: dict({ 'a.w': tensor([2, 3]), '=cmd|x': tensor([1]), 'q"\n`,b': tensor([1]) }),
  });
  const { document, view } = open(content);
  const at = (key: string) => {
    const node = document.finder.find(key);
    assert.ok(node !== null, key);
    return node;
  };
  it('are keys as state_dict has them, and Python that reaches them', () => {
    assert.equal(copyNode(at("/'model/~a/'w"), 'key', document.outline), 'a.w');
    assert.equal(copyNode(at("/'model/~a/'w"), 'python', document.outline), 'ckpt["model"]["a.w"]');
    assert.equal(
      pythonAccess(at("/'model/~a")),
      '{k: v for k, v in ckpt["model"].items() if k.startswith("a.")}',
    );
    assert.equal(copyNode(at("/'model/~a"), 'key', document.outline), 'a');
    assert.equal(copyNode(at("/'model/~a/'w"), 'row', document.outline), 'model.a.w\tfloat32\t[2, 3]\t6\t24');
  });
  it('have escapes where the key itself would do something', () => {
    const hostile = open(dict({ 'rm -rf ~\n\x1b[2J\u202e': tensor([1]), 'back\\slash': tensor([1]) }));
    const keys = hostile.view.tensorsFor(null).map((node) => copyNode(node, 'key', hostile.document.outline));
    assert.deepEqual(keys, ['rm -rf ~\\n\\x1b[2J\\u202e', 'back\\slash']);
    const json = copyTable(hostile.view.tensorsFor(null), 'json');
    assert.match(json, /\\n\\u001b\[2J\\u202e/);
    const [first] = JSON.parse(json) as { path: string[] }[];
    assert.deepEqual(first?.path, ['rm -rf ~\n\x1b[2J\u202e']);
  });
  it('are Python literals for any key', () => {
    assert.equal(pythonString('a"\\\n\u202e\0\ud800'), '"a\\"\\\\\\n\\u202e\\x00\\ud800"');
    assert.equal(pythonString('卷积'), '"卷积"');
  });
  it('join the names of modules to the key of the state_dict', () => {
    const conv = module('C', 'C()', { weight: ['parameter', tensor([1])], tag: ['attribute', tensor([1])] });
    const opened = open(
      dict({
        model: module('N', 'N()', { layer: ['module', module('S', 'S()', { conv: ['module', conv] })] }),
      }),
    );
    const tensors = opened.view.tensorsFor(null);
    assert.deepEqual(tensors.map(pathElements), [
      ['model', 'layer.conv.weight'],
      ['model', 'layer.conv', 'tag'],
    ]);
  });
  const table = (format: 'tsv' | 'csv' | 'markdown' | 'json'): string =>
    copyTable(view.tensorsFor(null), format);
  it('are TSV with one line a tensor', () => {
    assert.equal(table('tsv').split('\n').length, 5);
    assert.match(table('tsv'), /^model\.q"\\n`,b\tfloat32\t\[1\]\t1\t4$/m);
  });
  it('are CSV by RFC 4180', () => {
    assert.equal(table('csv').split('\r\n')[1], 'model.a.w,float32,"[2, 3]",6,24');
    assert.equal(table('csv').split('\r\n')[3], '"model.q""\\n`,b",float32,[1],1,4');
  });
  it('are no formulas in a spreadsheet', () => {
    const formulas = open(dict({ '=1+1': tensor([1]), '@x': tensor([1]) }));
    assert.match(copyTable(formulas.view.tensorsFor(null), 'csv'), /^'=1\+1,/m);
    assert.match(copyTable(formulas.view.tensorsFor(null), 'tsv'), /^'@x\t/m);
  });
  it('are Markdown that no key breaks', () => {
    assert.match(table('markdown'), /^\| `model\.=cmd\\\|x` \| `float32` \| `\[1\]` \| 1 \| 4 \|$/m);
    assert.match(table('markdown'), /^\| `` model\.q"\\\\?n`,b `` \|/m);
  });
  it('are JSON with exact keys', () => {
    assert.deepEqual(JSON.parse(table('json')), [
      { path: ['model', 'a.w'], dtype: 'float32', shape: [2, 3], elements: 6, bytes: 24 },
      { path: ['model', '=cmd|x'], dtype: 'float32', shape: [1], elements: 1, bytes: 4 },
      { path: ['model', 'q"\n`,b'], dtype: 'float32', shape: [1], elements: 1, bytes: 4 },
    ]);
  });
  it('hold what the filter leaves, or what is below one node', () => {
    const opened = open(content);
    opened.view.setState({ ...plainState, filter: 'a.w' }, null);
    assert.equal(opened.view.tensorsFor(null).length, 1);
    const group = opened.document.finder.find("/'model/~a");
    assert.ok(group !== null);
    assert.equal(opened.view.tensorsFor(group).length, 1);
  });
});
