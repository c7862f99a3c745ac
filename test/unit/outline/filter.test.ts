import assert from 'node:assert/strict';
import { Glob, matchesGlob } from '../../../src/outline/filter/glob';
import { regexDanger } from '../../../src/outline/filter/regexGuard';
import { parseFilter } from '../../../src/outline/filter/terms';
import { dict, list, module, scalar, tensor } from './contents';
import { open } from './rows';

const model = dict({
  model: dict({
    'backbone.stem.conv.weight': tensor([64, 3, 3, 3]),
    'backbone.stem.bn.weight': tensor([64], { dtype: 'float16' }),
    'backbone.stem.bn.steps': tensor([], { dtype: 'int64' }),
    'head.P3.weight': tensor([255, 64, 1, 1]),
    'head.P3.bias': tensor([255]),
    'Head.extra': tensor([1000, 2000]),
  }),
  epoch: scalar(3),
  'two words': tensor([2], { dtype: 'bfloat16' }),
});

/** Paths of the rows that match, with `.` between names. */
function found(filter: string, content = model): string[] {
  const { document, view, show } = open(content);
  const result = show({ filter });
  assert.equal(result.filterError, null);
  const names: string[] = [];
  for (const row of view.rowRange(0, 10_000)) {
    if (!row.matches) continue;
    const node = document.finder.find(row.key);
    assert.ok(node !== null);
    names.push(row.key.replace(/\/./g, '.').slice(1));
  }
  assert.equal(result.matchCount, names.length);
  return names;
}

describe('A filter', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['stem.conv', ['model.backbone.stem.conv.weight']],
    ['HEAD', ['model.head.P3.weight', 'model.head.P3.bias', 'model.Head.extra']],
    ['bn weight', ['model.backbone.stem.bn.weight']],
    ['"two words"', ['two words']],
    ['two', ['two words']],
    ['*.bias', ['model.head.P3.bias']],
    ['head.*', ['model.head.P3.weight', 'model.head.P3.bias', 'model.Head.extra']],
    ['model.head.P?.bias', ['model.head.P3.bias']],
    ['bias*', []],
    ['/^head/', ['model.head.P3.weight', 'model.head.P3.bias']],
    ['/^head/i', ['model.head.P3.weight', 'model.head.P3.bias', 'model.Head.extra']],
    ['/P\\d\\.(weight|bias)$/', ['model.head.P3.weight', 'model.head.P3.bias']],
    ['dtype:float16', ['model.backbone.stem.bn.weight']],
    ['dtype:fp16', ['model.backbone.stem.bn.weight']],
    ['dtype:half', ['model.backbone.stem.bn.weight']],
    ['dtype:torch.int64', ['model.backbone.stem.bn.steps']],
    ['dtype:bf', ['two words']],
    ['dtype:*float16', ['model.backbone.stem.bn.weight', 'two words']],
    ['shape:[64,*,3,3]', ['model.backbone.stem.conv.weight']],
    ['shape:[64, *, 3, 3] conv', ['model.backbone.stem.conv.weight']],
    ['shape:[…,1,1]', ['model.head.P3.weight']],
    ['shape:[255,...]', ['model.head.P3.weight', 'model.head.P3.bias']],
    ['shape:[]', ['model.backbone.stem.bn.steps']],
    ['shape:255x64x1x1', ['model.head.P3.weight']],
    ['shape:1000×2000', ['model.Head.extra']],
    ['>1M', ['model.Head.extra']],
    ['>=2M', ['model.Head.extra']],
    ['>2M', []],
    ['=255', ['model.head.P3.bias']],
    ['<65', ['model.backbone.stem.bn.weight', 'model.backbone.stem.bn.steps', 'two words']],
    ['bytes:<=8', ['model.backbone.stem.bn.steps', 'two words']],
    ['bytes:>7M', ['model.Head.extra']],
    ['bytes:>8MB', []],
    ['elements:1_728', ['model.backbone.stem.conv.weight']],
    ['epoch', ['epoch']],
    ['type:int', ['epoch']],
  ];
  for (const [filter, expected] of cases) {
    it(`${filter} finds ${expected.length === 0 ? 'nothing' : expected.join(', ')}`, () => {
      assert.deepEqual(found(filter), expected);
    });
  }

  it('finds tensors by the whole path, and the dict itself by its own name', () => {
    const { show } = open(model);
    assert.equal(show({ filter: 'model' }).matchCount, 7);
    assert.equal(show({ filter: 'model backbone' }).matchCount, 3);
  });

  it('holds for everything while a term is not finished', () => {
    const { show, rows } = open(model);
    const all = rows().length;
    for (const filter of ['dtype:', 'shape:', '>', 'bytes:>', ' ', '']) {
      const result = show({ filter });
      assert.deepEqual([result.filterError, result.matchCount, result.rowCount], [null, null, all], filter);
    }
  });

  it('finds modules by their class, and what is below them by its key', () => {
    const conv = (name: string) =>
      module(`torch.nn.modules.conv.${name}`, `${name}()`, {
        weight: ['parameter', tensor([8, 8])],
        training: ['attribute', scalar(true)],
      });
    const net = module('my.Net', 'Net()', {
      conv1: ['module', conv('Conv2d')],
      conv2: ['module', conv('Conv1d')],
      act: [
        'module',
        module('torch.nn.modules.activation.ReLU', 'ReLU()', { inplace: ['attribute', scalar(true)] }),
      ],
    });
    assert.deepEqual(found('type:Conv2d', net), ['conv1']);
    assert.deepEqual(found('type:conv*', net), ['conv1', 'conv2']);
    assert.deepEqual(found('type:torch.nn.modules.conv.*', net), ['conv1', 'conv2']);
    assert.deepEqual(found('type:conv* >63', net), ['conv1', 'conv2']);
    assert.deepEqual(found('type:conv* >64', net), []);
    assert.deepEqual(found('conv1', net), ['conv1', 'conv1.weight']);
    assert.deepEqual(found('relu', net), []);
    assert.deepEqual(found('act', net), ['act']);
    const { show, row, view } = open(net);
    show({ filter: 'type:ReLU' });
    const relu = row('(act):');
    assert.equal(relu.expanded, false);
    view.toggle(relu.key, true, false);
    assert.equal(row('__dict__').depth, relu.depth + 1, 'what a found module holds can be opened');
  });

  it('keeps ancestors, marks what it found, and leaves out the rest', () => {
    const { show, lines, row } = open(model);
    show({ filter: 'P3.w' });
    assert.deepEqual(lines(), ['- model dict · 6', '  - head', '    - P3', '      weight']);
    assert.equal(row('weight').matches, true);
    assert.equal(row('P3').matches, false);
    assert.deepEqual(row('P3').highlights, []);
    assert.deepEqual(row('weight').highlights, [[0, 1]]);
    show({ filter: 'stem' });
    assert.deepEqual(row('stem').highlights, [[0, 4]]);
  });

  it('highlights in escaped and decorated names', () => {
    const { show, rows } = open(dict({ 'x\nconv\ny': tensor([1]), list: list([tensor([1])]) }));
    show({ filter: 'conv' });
    const [row] = rows();
    assert.deepEqual(row?.highlights, [[3, 7]]);
    assert.equal(row?.name.slice(3, 7), 'conv');
    show({ filter: 'list[0]' });
    assert.deepEqual(
      rows().map((one) => [one.name, one.highlights]),
      [
        ['list', []],
        ['[0]', [[1, 2]]],
      ],
    );
  });

  it('is told apart from what it finds when it cannot be read: the last result stays', () => {
    const { show, rows } = open(model);
    show({ filter: 'P3' });
    const before = rows().map((row) => row.key);
    const result = show({ filter: 'P3 /(/' });
    assert.equal(result.filterError?.code, 'filter.regexInvalid');
    assert.deepEqual(
      rows().map((row) => row.key),
      before,
    );
  });

  it('searches each shared object once, so its time is that of the file', () => {
    let content = dict({ x: tensor([1]) });
    for (let i = 0; i < 60; i++) content = list([content, content]);
    const { show } = open(content);
    assert.equal(show({ filter: 'dtype:float32' }).matchCount, 1);
  });

  it('finds both names of a tied tensor', () => {
    const tied = tensor([4, 4]);
    assert.deepEqual(found('weight', dict({ 'a.weight': tied, 'b.weight': tied })), ['a.weight', 'b.weight']);
  });
});

describe('A filter that cannot be used', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['"open', 'filter.unclosedQuote'],
    ['/open', 'filter.unclosedRegex'],
    ['/x/g', 'filter.regexFlags'],
    ['/[/', 'filter.regexInvalid'],
    ['/[a/', 'filter.regexInvalid'],
    ['/(a+)+b/', 'filter.regexTooSlow'],
    ['shape:[64,', 'filter.unclosedShape'],
    ['shape:[64,x]', 'filter.shape'],
    ['shape:[…,3,…]', 'filter.shape'],
    ['dtype:float33', 'filter.unknownDtype'],
    ['>many', 'filter.size'],
    ['bytes:>1Q', 'filter.size'],
    ['a'.repeat(1001), 'filter.tooLong'],
    ['a '.repeat(33), 'filter.tooManyTerms'],
  ];
  for (const [filter, code] of cases) {
    it(`${filter.slice(0, 20)} says ${code}`, () => assert.equal(parseFilter(filter).error?.code, code));
  }
});

describe('Patterns that could take forever', () => {
  for (const pattern of [
    '(a+)+',
    '(a*)*',
    '(a|a)*',
    '((a)|b)+',
    '(?:a{2,}){3}',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    'a*a*a*a*a*',
    '(x(a|b)c)*',
    '(?:a?){9}',
    '(a{1,50}){1,50}',
  ]) {
    it(`${pattern} is refused`, () => assert.notEqual(regexDanger(pattern), null));
  }
  for (const pattern of [
    'layer[0-9]+\\.',
    '(weight|bias)$',
    '(?:conv|bn)\\d?',
    '[(*+]+',
    'a{2}',
    '\\(a+\\)+',
    '.*conv.*',
    '(abc)+',
    'x*?y',
    '(?=a)b',
    '^model\\.\\d+\\.(attn|mlp)\\.',
  ]) {
    it(`${pattern} is allowed`, () => assert.equal(regexDanger(pattern), null));
  }
  it('what is allowed is quick on the longest names', () => {
    const { show } = open(dict({ ['a'.repeat(100_000)]: tensor([1]) }));
    const started = Date.now();
    show({ filter: '/a*a*a*b/' });
    assert.ok(Date.now() - started < 10_000);
  });
});

describe('A glob', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*.weight', 'a.b.weight', true],
    ['*.weight', 'a.b.weights', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*', '', true],
    ['?', '', false],
    ['**a**', 'xax', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['[a]', 'a', false],
  ];
  for (const [pattern, text, matches] of cases) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} “${text}”`, () => {
      assert.equal(matchesGlob(pattern, text), matches);
      assert.equal(new Glob(pattern).matches(text), matches);
    });
  }
  it('takes no time that grows with a power of its stars', () => {
    const started = Date.now();
    assert.equal(matchesGlob('a*'.repeat(400) + 'b', 'a'.repeat(20_000)), false);
    assert.equal(new Glob('a*'.repeat(400) + 'b').matches('a'.repeat(20_000)), false);
    assert.ok(Date.now() - started < 3_000);
  });

  it('prepared for many names finds the same', () => {
    const words = (letters: string, length: number): string[] =>
      length === 0
        ? ['']
        : words(letters, length - 1).flatMap((word) => [...letters].map((one) => word + one));
    const texts = [0, 1, 2, 3, 4, 5].flatMap((length) => words('ab', length));
    for (const pattern of [1, 2, 3, 4].flatMap((length) => words('ab*?', length))) {
      const glob = new Glob(pattern);
      for (const text of texts) {
        assert.equal(glob.matches(text), matchesGlob(pattern, text), `${pattern} ${text}`);
      }
    }
  });
});
