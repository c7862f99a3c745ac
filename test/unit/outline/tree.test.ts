import assert from 'node:assert/strict';
import { dict, list, module, openList, scalar, spec, storage, tensor } from './contents';
import { open } from './rows';

describe('The tree of a checkpoint', () => {
  it('splits the keys of a state_dict into modules, with sums', () => {
    const { lines, row } = open(
      dict({
        'conv1.weight': tensor([64, 3, 7, 7]),
        'layer1.0.weight': tensor([8, 8]),
        'layer1.0.bias': tensor([8]),
        'layer1.1.weight': tensor([2, 2], { dtype: 'float16' }),
        step: tensor([], { dtype: 'int64' }),
      }),
    );
    assert.deepEqual(lines(), [
      '- conv1',
      '  weight',
      '- layer1',
      '  - 0',
      '    weight',
      '    bias',
      '  - 1',
      '    weight',
      'step',
    ]);
    assert.equal(row('layer1').elements, 64 + 8 + 4);
    assert.equal(row('layer1').bytes, (64 + 8) * 4 + 4 * 2);
    assert.equal(row('step').shape, '[]');
    assert.equal(row('step').bytes, 8);
  });

  it('names the shape, dtype, size and share of a tensor', () => {
    const { row } = open(dict({ 'a.w': tensor([3, 1]), 'a.b': tensor([1], { dtype: 'float32' }) }));
    const weight = row('w');
    assert.equal(weight.shape, '3 × 1');
    assert.equal(weight.dtype, 'float32');
    assert.equal(weight.elements, 3);
    assert.equal(weight.share, 0.75);
    assert.equal(weight.icon, 'tensor');
  });

  it('shows dicts, lists and values as they are nested', () => {
    const { lines } = open(
      dict({
        model: dict({ 'fc.weight': tensor([2, 2]), 'fc.bias': tensor([2]) }, 'collections.OrderedDict'),
        epoch: scalar(12),
        name: scalar('run'),
        betas: list([scalar(1), scalar(null)]),
        opt: dict([[0, dict({ step: scalar(true) })]]),
      }),
    );
    assert.deepEqual(lines(), [
      '- model OrderedDict · 2',
      '  - fc',
      '    weight',
      '    bias',
      'epoch 12',
      "name 'run'",
      '- betas list · 2',
      '  [0] 1',
      '  [1] None',
      '- opt dict · 1',
      '  - 0 dict · 1',
      '    step True',
    ]);
  });

  it('does not split a dict of settings, nor keys that torch cannot make', () => {
    const settings = open(dict({ 'lr.base': scalar(1), 'lr.end': scalar(2), t: tensor([1]) }));
    assert.deepEqual(settings.lines(), ['lr.base 1', 'lr.end 2', 't']);
    const odd = open(dict({ 'a..b': tensor([1]), '.c': tensor([1]), 'd.': tensor([1]), 'e.f': tensor([1]) }));
    assert.deepEqual(odd.lines(), ['a..b', '.c', 'd.', '- e', '  f']);
  });

  it('keeps a key and a module of the same name apart', () => {
    const { lines, rows, view } = open(dict({ a: tensor([1]), 'a.b': tensor([2]) }));
    assert.deepEqual(lines(), ['a', '- a', '  b']);
    const keys = rows().map((row) => row.key);
    assert.equal(new Set(keys).size, 3);
    for (const key of keys) assert.equal(view.reveal(key).anchorRow, keys.indexOf(key));
  });

  it('reads like print(model) for a whole module, its plain attributes in one place', () => {
    const conv = module('torch.nn.modules.conv.Conv2d', 'Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))', {
      weight: ['parameter', tensor([64, 3, 3, 3], { kind: 'parameter' })],
      training: ['attribute', scalar(true)],
      mask: ['attribute', tensor([3])],
    });
    const { lines, rows, document } = open(
      module('__main__.Qu', 'Qu()', { conv1: ['module', conv], training: ['attribute', scalar(true)] }),
    );
    assert.deepEqual(lines(), [
      '- Qu Qu()',
      '  - (conv1): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1))',
      '    weight',
      '    mask',
      '    + __dict__ 1',
      '  + __dict__ 1',
    ]);
    assert.equal(rows()[0]?.elements, 64 * 27 + 3);
    assert.equal(document.outline.survey.kindOf(document.outline.survey.tensors[0] as never), 'parameter');
  });

  it('puts whole-number names in their order where the file has them sorted as text', () => {
    const names = ['0', '1', '10', '11', '2'];
    const { lines } = open(dict(names.map((name, i) => [`h.${name}.w`, tensor([i + 1])])), {
      foldRuns: false,
    });
    assert.deepEqual(
      lines().filter((line) => line.startsWith('  -')),
      ['  - 0', '  - 1', '  - 2', '  - 10', '  - 11'],
    );
  });

  it('counts a tensor once in every sum, and tells its other names', () => {
    const shared = tensor([10, 10]);
    const { row, rows } = open(
      dict({ 'embed.weight': shared, 'body.w': tensor([5]), 'head.weight': shared }),
    );
    const [first, second] = rows().filter((one) => one.name === 'weight');
    assert.equal(first?.alias, false);
    assert.equal(second?.alias, true);
    assert.equal(second?.description, '= embed.weight');
    assert.equal(row('embed').elements, 100);
    assert.equal(row('head').elements, 100, 'a part that holds only the other name holds the tensor');
    const { document } = open(dict({ a: dict({ 'x.w': shared, 'y.w': shared }), b: shared }));
    assert.deepEqual(document.outline.sumOf(document.outline.root), {
      tensors: 1,
      elements: 100,
      bytes: 400,
      exact: true,
    });
  });

  it('counts views of one storage as the tensors that they are', () => {
    const common = storage('0', 400);
    const { row } = open(
      dict({
        'a.x': tensor([10], { storage: common }),
        'a.y': tensor([10], { storage: common, storageOffset: 10 }),
      }),
    );
    assert.equal(row('a').elements, 20);
  });

  it('says that a sum is a lower bound when a size is not known', () => {
    const unknown = { type: 'tensor', tensor: spec([1], { dtype: 'float99' }), children: () => [] } as const;
    const { row } = open(dict({ 'a.x': unknown, 'a.y': tensor([2]) }));
    assert.equal(row('a').exact, false);
    assert.equal(row('a').bytes, 8);
    assert.equal(row('y').exact, true);
  });

  it('keeps huge integers exact', () => {
    const { row } = open(dict({ 'a.x': tensor([2 ** 40, 2 ** 40]) }));
    assert.equal(row('x').elements, String(2n ** 80n));
    assert.equal(row('a').bytes, String(2n ** 82n));
  });

  it('ends a cycle with a mark', () => {
    const cycle = openList();
    cycle.add(cycle.content);
    cycle.add(dict({ self: cycle.content, t: tensor([2]) }));
    const { lines, rows } = open(cycle.content);
    assert.deepEqual(lines(), ['[0] ↻ ckpt', '- [1] dict · 2', '  self ↻ ckpt', '  t']);
    assert.equal(rows()[0]?.expandable, false);
    assert.equal(rows()[0]?.icon, 'alias');
  });

  it('opens 40 nested [a, a] at once, and goes down every path when asked', () => {
    let content = list([tensor([3])]);
    for (let i = 0; i < 40; i++) content = list([content, content]);
    const started = Date.now();
    const { rows, view, document } = open(content);
    assert.ok(rows().length < 200);
    assert.equal(document.outline.sumOf(document.outline.root).elements, 3);
    const all = view.toggle('/', true, true);
    assert.ok(all.rowCount < 200, 'expand all goes once through everything');
    const alias = rows().find((row) => row.alias && row.depth === 3);
    assert.ok(alias !== undefined && alias.expandable);
    assert.ok(view.toggle(alias.key, true, false).rowCount > all.rowCount);
    const table = view.setState(
      { mode: 'table', filter: '', sort: null, foldRuns: true, expanded: [], collapsed: [] },
      null,
    );
    assert.equal(table.rowCount, 200_000);
    assert.equal(table.notices?.[0]?.code, 'outline.tableIncomplete');
    assert.ok(Date.now() - started < 15_000);
  });

  it('does not recurse: 300,000 nested lists open, and can be searched', () => {
    let content = list([tensor([3])]);
    for (let i = 0; i < 300_000; i++) content = list([content]);
    const { rows, show, view } = open(content);
    const first = rows();
    assert.ok(first.length >= 32 && first.length < 100);
    assert.equal(first[0]?.elements, 3);
    const deeper = view.toggle(first[first.length - 1]?.key ?? '', true, false);
    assert.ok(deeper.rowCount > first.length && deeper.rowCount < 200);
    assert.equal(show({ filter: 'dtype:float32' }).matchCount, 1);
  });

  it('shows a key of a million dots as a limited depth', () => {
    const { rows } = open(dict({ [`${'a.'.repeat(500_000)}w`]: tensor([1]) }));
    assert.ok(rows().length <= 66);
    assert.ok(rows().every((row) => row.name.length < 300 && row.key.length < 1_000));
  });

  it('shows hostile names safely', () => {
    const names = [
      'a\u202eb',
      'a\nb',
      'a\0b',
      '\ud800',
      '__proto__',
      'constructor',
      '<img src=x>',
      '',
      ' ',
      'end ',
      'k'.repeat(2_000_000),
    ];
    const { rows, view } = open(dict(names.map((name) => [name, tensor([1])])));
    assert.deepEqual(
      rows().map((row) => row.name),
      [
        'a\\u202eb',
        'a\\nb',
        'a\\x00b',
        '\\ud800',
        '__proto__',
        'constructor',
        '<img src=x>',
        '""',
        '" "',
        '"end "',
        `${'k'.repeat(200)}… (2,000,000)`,
      ],
    );
    for (const row of rows()) {
      assert.ok(row.key.length < 200);
      assert.equal(view.reveal(row.key).anchorRow, row.index);
    }
  });

  it('keeps odd keys that read alike apart', () => {
    const { rows, view } = open(
      dict([
        ['(1, 2)', tensor([1])],
        ['(1, 2)', tensor([2])],
        [1, tensor([3])],
        ['1', tensor([4])],
      ]),
    );
    const keys = rows().map((row) => row.key);
    assert.equal(new Set(keys).size, 4);
    keys.forEach((key, index) => assert.equal(view.reveal(key).anchorRow, index));
  });
});

describe('What is open at first', () => {
  it('is everything in a small file', () => {
    const { rows } = open(dict({ 'a.b.c.w': tensor([1]), 'a.b.d.w': tensor([1]) }));
    assert.ok(rows().every((row) => row.expanded === row.expandable));
  });

  it('is the top of a large one, and what holds most of it', () => {
    const model = Array.from({ length: 300 }, (_, i): [string, ReturnType<typeof tensor>] => [
      `m${i % 60}.x${i}.w`,
      tensor([9 + i]),
    ]);
    const { lines } = open(
      dict({
        model: dict(model),
        ema: dict([['u.w', tensor([1])]]),
        huge: list(Array.from({ length: 5000 }, () => scalar(1))),
      }),
    );
    assert.equal(lines()[0], '- model dict · 300');
    assert.equal(lines()[1], '  + m0');
    assert.ok(lines().includes('+ huge list · 5,000'));
  });

  it('is a chain of single children down to where it branches', () => {
    const { lines } = open(
      dict({
        checkpoint: dict({ model: dict({ 'net.body.a.w': tensor([1]), 'net.body.b.w': tensor([1]) }) }),
      }),
    );
    assert.deepEqual(lines().slice(0, 4), [
      '- checkpoint dict · 1',
      '  - model dict · 2',
      '    - net',
      '      - body',
    ]);
  });
});
