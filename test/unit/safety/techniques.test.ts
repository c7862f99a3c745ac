import assert from 'node:assert/strict';
import { bytes, call, data, global, pickle, stackGlobal, text } from '../../support/pickleAssembler';
import { badCalls, names, scan } from './support';

/** Each way in which a pickle calls something, and what the scan says of it. */
const techniques: readonly [string, Uint8Array, string][] = [
  ['REDUCE', pickle(call('os.system', 'id')), "dangerous REDUCE os.system('id')"],
  [
    'REDUCE of a result that is popped',
    pickle(call('os.system', 'id'), '0N'),
    "dangerous REDUCE os.system('id')",
  ],
  [
    'REDUCE of a name of protocol 4',
    pickle(stackGlobal('posix.system'), text('id'), '\x85R'),
    "dangerous REDUCE posix.system('id')",
  ],
  ['INST', pickle("(S'id'\nios\nsystem\n"), "dangerous INST os.system('id')"],
  ['OBJ', pickle('(', global('os.system'), text('id'), 'o'), "dangerous OBJ os.system('id')"],
  [
    'NEWOBJ',
    pickle(global('subprocess.Popen'), text('id'), '\x85\x81'),
    "dangerous NEWOBJ subprocess.Popen('id')",
  ],
  ['NEWOBJ_EX', pickle(global('subprocess.Popen'), ')}\x92'), 'dangerous NEWOBJ_EX subprocess.Popen(**{})'],
  [
    'BUILD of a module',
    pickle(global('os.path'), "N}S'join'\nNs\x86b"),
    "dangerous BUILD os.path.__setstate__((None, {'join': None}))",
  ],
  [
    'BUILD of a dangerous object',
    pickle(global('socket.socket'), ')\x81}b'),
    'dangerous NEWOBJ socket.socket()',
  ],
  [
    'APPEND to what is imported',
    pickle(global('sys.path'), text('/tmp'), 'a'),
    'dangerous APPEND sys.path.append(…)',
  ],
  [
    'SETITEM of what is imported',
    pickle(global('sys.modules'), text('os'), 'Ns'),
    'dangerous SETITEM sys.modules.__setitem__(…)',
  ],
  [
    'EXT of a name that the file registers',
    pickle(
      global('copyreg.add_extension'),
      '(',
      text('os'),
      text('system'),
      'K\x07tR0\x82\x07',
      text('id'),
      '\x85R',
    ),
    "dangerous REDUCE <extension 7>('id')",
  ],
  [
    'a dotted name',
    pickle(stackGlobal('builtins:eval.__call__'), text('1'), '\x85R'),
    "dangerous REDUCE builtins.eval.__call__('1')",
  ],
  [
    'a module through a module',
    pickle(stackGlobal('collections:_sys.exit'), ')R'),
    'dangerous REDUCE collections._sys.exit()',
  ],
  [
    'a module through torch',
    pickle(stackGlobal('torch.serialization:os.system'), ')R'),
    'dangerous REDUCE torch.serialization.os.system()',
  ],
  ['an escaped name', pickle('V\\u006fs\nVsyst\\u0065m\n\x93)R'), 'dangerous REDUCE os.system()'],
  ['a name of Python 2', pickle(call('__builtin__.apply')), 'dangerous REDUCE __builtin__.apply()'],
  [
    'a module of Python 2',
    pickle(call('commands.getoutput', 'id')),
    "dangerous REDUCE commands.getoutput('id')",
  ],
  [
    'getattr of an import',
    pickle(
      global('builtins.getattr'),
      '(',
      call('builtins.__import__', 'os'),
      text('system'),
      'tR(',
      text('id'),
      'tR',
    ),
    "dangerous REDUCE builtins.__import__('os')",
  ],
  [
    'partial',
    pickle(global('functools.partial'), global('os.system'), '\x85R', text('id'), '\x85R'),
    "dangerous REDUCE functools.partial(os.system)('id')",
  ],
  [
    'a function that torch calls',
    pickle(
      global('torch._tensor._rebuild_from_type_v2'),
      '(',
      global('os.system'),
      'N',
      text('id'),
      '\x85NtR',
    ),
    "dangerous REDUCE torch._tensor._rebuild_from_type_v2(os.system, None, ('id',), None)",
  ],
  [
    'a lookup by numpy',
    pickle(call('numpy.core._ufunc_reconstruct', 'os', 'system')),
    "dangerous REDUCE numpy.core._ufunc_reconstruct('os', 'system')",
  ],
  ['code in the file', pickle(call('types.CodeType')), 'dangerous REDUCE types.CodeType()'],
  [
    'a name that says it',
    pickle(call('mytools.shell.run_command', 'id')),
    "dangerous REDUCE mytools.shell.run_command('id')",
  ],
  [
    'a vendored module',
    pickle(call('pip._vendor.requests.get', 'u')),
    "dangerous REDUCE pip._vendor.requests.get('u')",
  ],
  [
    'a state that scipy runs',
    pickle(
      global('scipy.stats._continuous_distns.norm_gen'),
      bytes(')\x81}', text('_parse_arg_template'), text('open("x", "w")'), 'sb'),
    ),
    'dangerous BUILD scipy.stats._continuous_distns.norm_gen.__setstate__({\'_parse_arg_template\': \'open("x", "w")\'})',
  ],
  ['a function that nobody knows', pickle(call('foo.bar', 'x')), "suspicious REDUCE foo.bar('x')"],
  ['the result of a call', pickle(call('foo.Bar'), ')R'), 'suspicious REDUCE foo.Bar()()'],
];

describe('A scan of a pickle', () => {
  for (const [technique, file, expected] of techniques) {
    it(`finds ${technique}`, async () => {
      const report = await scan(file);
      assert.ok(badCalls(report).includes(expected), badCalls(report).join('\n'));
      assert.equal(report.verdict, expected.split(' ')[0]);
    });
  }

  it('reports a name that the stream computes', async () => {
    const file = pickle(call('_operator.concat', 'o', 's'), text('system'), '\x93', text('id'), '\x85R');
    const report = await scan(file);
    assert.equal(report.verdict, 'dangerous');
    assert.deepEqual(names(report), [
      'library _operator.concat',
      "dangerous _operator.concat('o', 's').system",
    ]);
  });

  it('says what was seen before an error, and that the rest could not be read', async () => {
    const report = await scan(bytes(call('os.system', 'id'), '\xff'));
    assert.equal(report.verdict, 'dangerous');
    assert.deepEqual(names(report), ['dangerous os.system']);
    assert.deepEqual(
      report.errors.map(({ code }) => code),
      ['pickle.unknownOpcode'],
    );
  });

  it('does not call a broken stream clean', async () => {
    assert.equal((await scan(bytes(']', text('a'), 'a'))).verdict, 'unreadable');
  });

  /** What CPython passes and a stricter reader would stop at. */
  const passed: readonly [string, Uint8Array][] = [
    ['an integer behind whose digits stands a NUL', bytes('I5\0 \n0')],
    ['an item of a list that is set', bytes(']K\x01aK\x00K\x02s0')],
    ['an item of a bytearray', bytes([0x96, 1, 0, 0, 0, 0, 0, 0, 0], 'aK\x01a0')],
    ['a memo index of any size', bytes('Np99999999999999999999\n0')],
    ['a text of more than a megabyte', bytes([0x58, 0, 0, 0x20, 0], 'a'.repeat(0x200000), '0')],
    ['a line of more than a megabyte', bytes(`V${'a'.repeat(0x200000)}\n0`)],
    [
      'more values than are kept',
      bytes(
        Array.from({ length: 1_000_000 }, () => 0x7d),
        'N',
        Array.from({ length: 999_999 }, () => 0x30),
      ),
    ],
  ];
  for (const [obstacle, before] of passed) {
    it(`reads on behind ${obstacle}`, async () => {
      const report = await scan(pickle(before, call('os.system', 'id')));
      assert.ok(
        badCalls(report).some((found) => found.startsWith('dangerous REDUCE os.system')),
        report.verdict,
      );
    });
  }

  it('scans the file inside torch.storage._load_from_bytes', async () => {
    const inner = pickle(call('os.system', 'id'));
    const report = await scan(pickle(global('torch.storage._load_from_bytes'), data(inner), '\x85R'));
    assert.deepEqual(names(report), ['torch torch.storage._load_from_bytes', 'dangerous os.system']);
    assert.equal(report.globals[1]?.record, '[0]');
  });

  it('reads the data of a joblib array as opcodes too', async () => {
    const hidden = pickle('0', call('os.system', 'id'));
    const wrapper = bytes(
      global('joblib.numpy_pickle.NumpyArrayWrapper'),
      ')\x81}(',
      bytes(text('dtype'), global('numpy.dtype'), '(', text('u1'), 'tR'),
      bytes(text('shape'), [0x4b, hidden.length], '\x85', 'ub'),
    );
    const report = await scan(pickle(wrapper, hidden));
    assert.equal(report.verdict, 'dangerous');
  });

  it('tells where a name is called, and the offset of each', async () => {
    const report = await scan(pickle(call('os.system', 'id'), '0', call('os.system', 'ls')));
    assert.deepEqual(
      report.globals[0]?.calledAt.map(({ offset }) => offset),
      [17, 36],
    );
    assert.deepEqual(
      report.calls.map(({ args, offset }) => [args, offset]),
      [
        ["'id'", 17],
        ["'ls'", 36],
      ],
    );
  });
});

/** scipy 1.17.1 of a distribution with one shape, as its pickle holds it. */
const argumentParsers = `
def _parse_args(self, a,  loc=0, scale=1):
    return (a, ), loc, scale

def _parse_args_rvs(self, a,  loc=0, scale=1, size=None):
    return self._argcheck_rvs(a,  loc, scale, size=size)

def _parse_args_stats(self, a,  loc=0, scale=1, moments='mv'):
    return (a, ), loc, scale, moments
`;

const longText = (value: string): Uint8Array =>
  bytes('X', [value.length & 0xff, value.length >> 8, 0, 0], value);

/**
 * joblib's wrapper with the pickle of an array of objects behind it, which has a memo of its own: to
 * `pickle.load` its entry 0 is an object and no module.
 */
const joblibObjects = pickle(
  bytes(global('sklearn.preprocessing._discretization.KBinsDiscretizer'), ')\x81q\x00'),
  bytes(global('joblib.numpy_pickle.NumpyArrayWrapper'), ')\x81}(', text('dtype')),
  bytes(global('numpy.dtype'), '(', text('O8'), 'tR', text('shape'), 'K\x01\x85ub'),
  bytes('\x80\x04\x8c\x05numpyq\x000h\x00\x8c\x05dtype\x93', text('O8'), '\x85R.'),
);

describe('A scan of reduce', () => {
  const types = bytes(global('builtins.int'), global('os.system'), '\x86');
  for (const [what, file] of [
    ['another function', pickle(global('_functools.reduce'), global('net.run'), ')\x86R')],
    ['more than types', pickle(global('_functools.reduce'), global('_operator.or_'), types, '\x86R')],
    ['a start', pickle(global('functools.reduce'), global('_operator.or_'), ')N\x87R')],
    ['no call', pickle(global('functools.reduce'))],
  ] as const) {
    it(`with ${what} is dangerous`, async () => {
      const report = await scan(file);
      assert.equal(report.verdict, 'dangerous');
      assert.ok(names(report).some((name) => name.startsWith('dangerous') && name.endsWith('.reduce')));
    });
  }
});

describe('A scan of a harmless pickle', () => {
  const harmless: readonly [string, Uint8Array, string][] = [
    ['containers', pickle('}(', text('a'), ']u'), 'clean'],
    ['sets of Python 2', pickle(global('__builtin__.set'), '](K\x01e\x85R'), 'clean'],
    ['a date', pickle(global('datetime.date'), 'C\x04\x07\xe4\x01\x01\x85R'), 'clean'],
    ['a scikit-learn estimator', pickle(global('sklearn.svm._classes.SVC'), ')\x81}b'), 'clean'],
    ['a reduce function of a known package', pickle(call('pandas._libs.internals._unpickle_block')), 'clean'],
    ["a project's own class", pickle(global('models.yolo.Model'), ')\x81}b'), 'unknown'],
    [
      "a project's own class in the old way",
      pickle(
        global('copy_reg._reconstructor'),
        '(',
        global('models.net'),
        global('__builtin__.object'),
        'NtR',
      ),
      'unknown',
    ],
    [
      'a nested class',
      pickle(global('__builtin__.getattr'), '(', global('models.Net'), text('Kind'), 'tR', 'K\x01\x85R'),
      'unknown',
    ],
    [
      'a project that is called like a module of Python',
      pickle(global('code.models.Net'), ')\x81'),
      'unknown',
    ],
    [
      'arguments by keyword in protocol 2',
      pickle(
        bytes(global('functools.partial'), '(', global('__builtin__.getattr'), '(', global('net.Model')),
        bytes(text('__new__'), 'tR', global('net.Model'), 'tR)R'),
      ),
      'unknown',
    ],
    [
      "a distribution's state as scipy writes it",
      pickle(
        global('scipy.stats._continuous_distns.gamma_gen'),
        bytes(')\x81}', text('_parse_arg_template'), longText(argumentParsers), 'sb'),
      ),
      'clean',
    ],
    [
      'a generic type',
      pickle(global('_operator.getitem'), global('typing.List'), global('builtins.int'), '\x86R'),
      'clean',
    ],
    [
      'a union of types',
      pickle(
        bytes(global('_functools.reduce'), global('_operator.or_'), global('builtins.int')),
        bytes(global('builtins.type'), 'N\x85R\x86\x86R'),
      ),
      'clean',
    ],
    [
      'a union of types in Python 2 names',
      pickle(
        bytes(global('__builtin__.reduce'), global('_operator.or_'), global('__builtin__.int')),
        bytes(global('net.Model'), '\x86\x86R'),
      ),
      'unknown',
    ],
    [
      'a method of a class of a library that is named like a function',
      pickle(
        global('builtins.getattr'),
        '(',
        global('scipy.interpolate._interpolate.interp1d'),
        text('_call_linear'),
        'tR',
      ),
      'clean',
    ],
    ['an array of objects as joblib writes it', joblibObjects, 'clean'],
    ['a method of a list', pickle(global('__builtin__.getattr'), '(]', text('append'), 'tR'), 'clean'],
    ['a function of Python that only computes', pickle(global('__builtin__.len')), 'clean'],
    ['a function that is only named', pickle(global('torch.nn.functional.relu')), 'clean'],
  ];
  for (const [what, file, verdict] of harmless) {
    it(`takes ${what} for ${verdict}`, async () => {
      const report = await scan(file);
      assert.deepEqual(badCalls(report), []);
      assert.equal(report.verdict, verdict, names(report).join('\n'));
    });
  }

  it('sums up calls that are alike', async () => {
    const one = bytes(global('collections.OrderedDict'), ')R0');
    const report = await scan(pickle(one, one, one, 'N'));
    assert.deepEqual(
      report.calls.map(({ callee, times }) => [callee, times]),
      [['collections.OrderedDict', 3]],
    );
  });
});
