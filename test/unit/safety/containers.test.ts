import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { MemorySource } from '../../../src/archive/memorySource';
import type { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { readPickle } from '../../../src/pickle/readPickle';
import { containerLimits } from '../../../src/safety/containers/limits';
import { readContainer } from '../../../src/safety/containers/readContainer';
import type { Disagreement, NotScanned } from '../../../src/safety/report';
import type { PickleStream, PickleVisit, TorchFormat } from '../../../src/safety/streams';
import { disagreeingZips, pickleOf } from '../../support/disagreeingZips';
import { zipBytes } from '../../support/zipBytes';

/** What a walk found. */
interface Found {
  format: TorchFormat;
  /** `record: value`, of pickles whose value is a text. */
  readonly texts: string[];
  readonly streams: PickleStream[];
  readonly disagreements: Disagreement[];
  readonly notScanned: NotScanned[];
  readonly errors: CheckpointError[];
}

async function walk(bytes: Uint8Array, name = 'x.pt'): Promise<Found> {
  const found: Found = {
    format: 'other',
    texts: [],
    streams: [],
    disagreements: [],
    notScanned: [],
    errors: [],
  };
  const visit = async (stream: PickleStream): Promise<PickleVisit> => {
    const { source, start, end, record } = stream;
    found.streams.push(stream);
    const read = await readPickle({
      read: (offset, length) => source.read(offset, length),
      start,
      end,
      firstWindow: Math.min(4096, end - start),
      toLatin1: nodePlatform.latin1,
    });
    if (typeof read.value === 'string') found.texts.push(`${record ?? ''}: ${read.value}`);
    const hasFindings = read.imports.length > 0;
    return { end: read.end, error: read.error, opcodes: read.opcodes, hasFindings };
  };
  found.format = await readContainer(new MemorySource(name, bytes), nodePlatform, {
    pickle: visit,
    guess: visit,
    disagreement: (one) => found.disagreements.push(one),
    notScanned: (one) => found.notScanned.push(one),
    unreadable: (error) => found.errors.push(error),
  });
  return found;
}

/** `bz2.compress` of Python, of the pickle of `seen`. */
const bzip2OfSeen = 'QlpoOTFBWSZTWZFaGZIAAAXTwFQAAAEAQAIBCABAACAAIaBo9QgyYipQ+YLTxdyRThQkJFaGZIA=';

const codesOf = (found: Found): string[] =>
  [...new Set(found.disagreements.map(({ code }) => code.replace('disagreement.', '')))].sort();

describe('Where two readers of a zip would disagree', () => {
  for (const { name, bytes, codes } of disagreeingZips) {
    it(name, async () => {
      const found = await walk(bytes);
      assert.deepEqual(codesOf(found), codes);
      // Whatever a reader takes for the pickle was looked at.
      if (bytes.includes(pickleOf('other'))) {
        assert.ok(
          found.texts.some((text) => text.endsWith('other')),
          found.texts.join(', '),
        );
      }
      assert.deepEqual(found.errors, []);
    });
  }

  it('archives one after another are what a distributed checkpoint is made of', async () => {
    const one = zipBytes([{ name: 'archive/data.pkl', data: pickleOf('tensor') }]);
    const bytes = Buffer.concat([one, one, one]);
    const found = await walk(bytes, '__0_0.distcp');
    assert.deepEqual(codesOf(found), []);
    assert.equal(found.texts.length, 3);
    assert.deepEqual(codesOf(await walk(bytes, 'model.pt')), ['severalArchives']);
  });

  it('only the record that torch finds is loaded by torch', async () => {
    const records = [
      { name: 'archive/data.pkl', data: pickleOf('root') },
      { name: 'archive/extra.pkl', data: pickleOf('extra') },
    ];
    const { streams, format } = await walk(zipBytes(records));
    assert.equal(format, 'zip');
    assert.deepEqual(
      streams.map(({ record, loadedByTorch }) => [record, loadedByTorch]),
      [
        ['archive/data.pkl', true],
        ['archive/extra.pkl', false],
      ],
    );
  });
});

describe('Pickles of a file', () => {
  const pickle = pickleOf('seen');
  const npy = (data: Uint8Array): Buffer => {
    const header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    return Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
      Buffer.from([header.length, 0]),
      Buffer.from(header),
      data,
    ]);
  };
  const layers: Readonly<Record<string, readonly [Buffer, string]>> = {
    'a gzip file': [gzipSync(pickle), ''],
    'gzip in gzip': [gzipSync(gzipSync(pickle)), ''],
    'a zlib file': [deflateSync(pickle), ''],
    'an old joblib file': [Buffer.concat([Buffer.from('ZF0x13'.padEnd(21)), deflateSync(pickle)]), ''],
    'an array of objects': [npy(pickle), ''],
    'two pickles in a row': [Buffer.concat([pickleOf('before'), pickle]), ''],
    'a pickle behind padding': [Buffer.concat([pickleOf('before'), Buffer.alloc(64), pickle]), ''],
    'a pickle behind an array': [Buffer.concat([npy(pickleOf('before')), pickle]), ''],
    'a record of any name': [zipBytes([{ name: 'notes.txt', data: pickle }]), 'notes.txt'],
    'a deflated record': [zipBytes([{ name: 'weights', data: pickle, method: 8 }]), 'weights'],
    'an archive in an archive': [
      zipBytes([{ name: 'inner.bin', data: zipBytes([{ name: 'a/data.pkl', data: pickle }]), method: 8 }]),
      'inner.bin!/a/data.pkl',
    ],
    'a gzip record': [zipBytes([{ name: 'x.pkl', data: gzipSync(pickle) }]), 'x.pkl'],
    'an array of objects in an archive': [zipBytes([{ name: 'arr_0.npy', data: npy(pickle) }]), 'arr_0.npy'],
    'an archive without its end': [
      zipBytes([{ name: 'archive/data.pkl', data: pickle }]).subarray(0, 80),
      'archive/data.pkl',
    ],
  };
  for (const [name, [bytes, record]] of Object.entries(layers)) {
    it(`in ${name}`, async () => {
      const { texts } = await walk(bytes);
      assert.ok(texts.includes(`${record}: seen`), texts.join(', '));
    });
  }

  /** Python unpickles from a decompressed stream before it gets to the error. */
  const broken: Readonly<Record<string, Buffer>> = {
    'a gzip file with a wrong checksum': Buffer.concat([gzipSync(pickle).subarray(0, -8), Buffer.alloc(8)]),
    'a gzip file that is cut off': gzipSync(Buffer.concat([pickle, randomBytes(500)])).subarray(0, 200),
    'a gzip file with a name and a comment': Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 0x18, 0, 0, 0, 0, 0, 3]),
      Buffer.from('name\0comment\0'),
      deflateRawSync(pickle),
    ]),
    'a gzip file that breaks in the middle': Buffer.concat([
      gzipSync(Buffer.concat([pickle, randomBytes(500)])).subarray(0, 300),
      Buffer.alloc(300, 0xff),
    ]),
    'a zlib file with a wrong checksum': Buffer.concat([
      deflateSync(pickle).subarray(0, -4),
      Buffer.alloc(4),
    ]),
    'a bzip2 file that is cut off': Buffer.from(bzip2OfSeen, 'base64').subarray(0, -6),
    'a gzip file of more bytes than are inflated': gzipSync(
      Buffer.concat([pickle, Buffer.alloc(containerLimits.inflatedBytes)]),
    ),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    it(`before the error of ${name}`, async () => {
      const { texts, errors } = await walk(bytes);
      assert.ok(texts.includes(': seen'), texts.join(', '));
      assert.ok(errors.length > 0);
    });
  }

  it('a pickle behind the 10 KiB to which tar archives are padded', async () => {
    const header = Buffer.alloc(512);
    header.write('a.txt', 0);
    header.write('0000644\0', 100);
    header.write('00000000002\0', 124);
    header.write('        ', 148);
    header.write('0ustar\x0000', 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const archive = Buffer.concat([header, Buffer.from('hi'), Buffer.alloc(10_240 - 514)]);
    const hidden = Buffer.from('\x80\x02cos\nsystem\nq\x00.', 'latin1');
    const found = await walk(Buffer.concat([archive, hidden]), 'x.tar');
    assert.deepEqual(codesOf(found), ['dataAfterTar']);
    assert.equal(found.streams.length, 1);
  });

  it('a pickle that is a zip archive, too', async () => {
    const bytes = Buffer.concat([pickle, zipBytes([{ name: 'archive/data.pkl', data: pickleOf('other') }])]);
    const found = await walk(bytes);
    assert.deepEqual(codesOf(found), ['polyglot']);
    assert.deepEqual(found.texts, [': seen', 'archive/data.pkl: other']);
    assert.deepEqual(
      found.streams.map(({ loadedByTorch }) => loadedByTorch),
      [true, false],
    );
  });

  it('data of tensors, texts and programs are none', async () => {
    const records = [
      { name: 'archive/data.pkl', data: pickle },
      { name: 'archive/data/0', data: Buffer.from([0x80, 2, 0x4e, 0x2e, 1, 2, 3]) },
      { name: 'archive/data/1', data: Buffer.from([0x50, 0x4b, 3, 4, 9, 9]) },
      { name: 'archive/data/2', data: Buffer.alloc(5000, 0x4e) },
      { name: 'archive/readme.md', data: Buffer.from('class of models\n\nIn short: (see below)\n') },
    ];
    const found = await walk(zipBytes(records));
    assert.deepEqual(found.texts, ['archive/data.pkl: seen']);
    assert.equal(found.streams.length, 1);
    assert.deepEqual(found.errors, []);
    assert.deepEqual(found.disagreements, []);
    assert.deepEqual(found.notScanned, []);
  });

  it('a pickle among the data of tensors is seen if it names something', async () => {
    const hidden = Buffer.from('\x80\x02cos\nsystem\nq\x00.', 'latin1');
    const { streams } = await walk(
      zipBytes([
        { name: 'archive/data.pkl', data: pickle },
        { name: 'archive/data/0', data: hidden },
      ]),
    );
    assert.deepEqual(
      streams.map(({ record }) => record),
      ['archive/data.pkl', 'archive/data/0'],
    );
  });
});

describe('What is not scanned', () => {
  const told = async (bytes: Uint8Array): Promise<string[]> =>
    (await walk(bytes)).notScanned.map(
      ({ code, record }) => `${code.replace('notScanned.', '')} ${record ?? ''}`,
    );

  it('is said with its reason', async () => {
    const pickle = { name: 'm/data.pkl', data: pickleOf('x') };
    const packed = Buffer.from('7z\xbc\xaf\x27\x1c....', 'latin1');
    const records = [
      pickle,
      { name: 'm/constants.pkl', data: pickleOf('y') },
      { name: 'm/code/a.py', data: Buffer.from('x = 1\n') },
      { name: 'm/handler.py', data: Buffer.from('x = 1\n') },
      { name: 'm/a.7z', data: packed },
      { name: 'm/lib.so', data: Buffer.from('\x7fELF....') },
      { name: 'm/odd', data: packed, central: { method: 93 }, local: { method: 93 } },
      { name: 'm/secret', data: packed, central: { flags: 1 }, local: { flags: 1 } },
    ];
    assert.deepEqual(await told(zipBytes(records)), [
      'torchScript m/code/a.py',
      'python m/handler.py',
      'packed m/a.7z',
      'nativeCode m/lib.so',
      'method m/odd',
      'encrypted m/secret',
    ]);
    assert.deepEqual(await told(Buffer.concat([pickleOf('x'), Buffer.from('trailing')])), ['trailing ']);
    assert.deepEqual(await told(packed), ['packed ']);
  });

  it('a limit that is hit makes the file unreadable', async () => {
    const zeros = deflateRawSync(Buffer.alloc(140 << 20));
    const evil = deflateRawSync(
      Buffer.concat([Buffer.from('\x80\x02cos\nsystem\n', 'latin1'), Buffer.alloc(140 << 20)]),
    );
    let nested = pickleOf('x');
    for (let i = 0; i < 12; i++) nested = zipBytes([{ name: 'x', data: nested }]);
    const bomb = (packed: Buffer): Buffer =>
      zipBytes([{ name: 'a/data.pkl', data: Buffer.alloc(0), packed, method: 8 }]);
    for (const [bytes, code] of [
      [bomb(zeros), 'notScanned.limit.inflated'],
      [bomb(evil), 'notScanned.limit.inflated'],
      [gzipSync(Buffer.alloc(140 << 20)), 'notScanned.limit.inflated'],
      [nested, 'notScanned.limit.depth'],
      [Buffer.concat(Array.from({ length: 1_001 }, () => pickleOf('x'))), 'notScanned.limit.pickles'],
    ] as const) {
      const found = await walk(bytes);
      assert.ok(
        found.errors.some((error) => error.code === code),
        code,
      );
      assert.ok(
        found.notScanned.some((one) => one.code === code),
        code,
      );
    }
    // What the first bytes name is seen all the same.
    assert.equal((await walk(bomb(evil))).streams.length, 1);
  });

  it('tensor data that inflates without end is looked at up to a limit of all records together', async () => {
    const packed = deflateRawSync(Buffer.alloc(4 << 20));
    const storages = Array.from({ length: 60 }, (_, i) => ({
      name: `a/data/${i}`,
      data: Buffer.alloc(0),
      packed,
      method: 8 as const,
    }));
    const found = await walk(zipBytes([{ name: 'a/data.pkl', data: pickleOf('x') }, ...storages]));
    assert.deepEqual(found.texts, ['a/data.pkl: x']);
    assert.ok(found.notScanned.some(({ code }) => code === 'notScanned.limit.inflatedInAll'));
    assert.ok(found.errors.some(({ code }) => code === 'notScanned.limit.inflatedInAll'));
  });
});
