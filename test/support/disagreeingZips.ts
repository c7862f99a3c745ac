import { crc32 } from 'node:zlib';
import { zip64End, zip64Locator, zipBytes, zipEnd, zipParts, type RecordToWrite } from './zipBytes';

/** A crafted archive, with what is said of it. */
export interface DisagreeingZip {
  readonly name: string;
  readonly bytes: Buffer;
  /** Codes of disagreements, in the order of the alphabet, without `disagreement.`. */
  readonly codes: readonly string[];
  /**
   * Whether torch and Python's `zipfile` read different bytes as `archive/data.pkl`, or one of them refuses.
   * Where they do not, the disagreement is with other readers, which go from record to record.
   */
  readonly readersDiffer: boolean;
}

/** A pickle of a text. */
export function pickleOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x80, 2, 0x58, text.length, 0, 0, 0]), Buffer.from(`${text}.`)]);
}

const first = pickleOf('first');
const other = pickleOf('other');
const crcOfNine = crc32(first.subarray(0, 9));
const nothing = Buffer.alloc(0);

const rest: readonly RecordToWrite[] = [
  { name: 'archive/byteorder', data: Buffer.from('little') },
  { name: 'archive/version', data: Buffer.from('3\n') },
];
const data = (fields: Partial<RecordToWrite> = {}): RecordToWrite => ({
  name: 'archive/data.pkl',
  data: first,
  ...fields,
});
const archive = (...records: readonly RecordToWrite[]): Buffer => zipBytes([...records, ...rest]);

function descriptor(bytes: Uint8Array): Buffer {
  const after = Buffer.alloc(16);
  after.writeUInt32LE(0x08074b50, 0);
  after.writeUInt32LE(crc32(bytes), 4);
  after.writeUInt32LE(bytes.length, 8);
  after.writeUInt32LE(bytes.length, 12);
  return after;
}

const plain = zipParts([data(), ...rest]);
const plainEnd = zipEnd(plain.count, plain.directory.length, plain.body.length);
/** Two records of one name, the second one in no directory but that of `hidden`. */
const both = zipParts([data(), ...rest, { ...data(), data: other }]);
const shownSize = zipParts([data(), ...rest]).directory.length;
const hiddenAt = both.body.length;
const hidden = zipParts([
  { ...data(), data: other, central: { offset: plain.body.length } },
  ...rest,
]).directory;

function unicodePath(name: string): Buffer {
  const extra = Buffer.alloc(9 + name.length);
  extra.writeUInt16LE(0x7075, 0);
  extra.writeUInt16LE(5 + name.length, 2);
  extra.writeUInt8(1, 4);
  extra.write(name, 9, 'latin1');
  return extra;
}

/** bzip2 of `first`, as Python's `bz2.compress` gives it. */
const bzip2OfFirst = Buffer.from(
  '425a6839314159265359cb157fdc00000653c052000001004001201c004000200022000f508069a6876428a9cde0f177245385090cb157fdc0',
  'hex',
);

export const disagreeingZips: readonly DisagreeingZip[] = [
  { name: 'stored', bytes: archive(data()), codes: [], readersDiffer: false },
  { name: 'deflated', bytes: archive(data({ method: 8 })), codes: [], readersDiffer: false },
  {
    name: 'sizes in a data descriptor',
    bytes: archive(
      data({
        local: { flags: 0x808, crc: 0, compressedSize: 0, size: 0 },
        central: { flags: 0x808 },
        after: descriptor(first),
      }),
    ),
    codes: [],
    readersDiffer: false,
  },
  {
    name: 'a Zip64 end record that nothing needs',
    bytes: Buffer.concat([
      plain.body,
      plain.directory,
      zip64End(plain.count, plain.directory.length, plain.body.length),
      zip64Locator(plain.body.length + plain.directory.length),
      plainEnd,
    ]),
    codes: [],
    readersDiffer: false,
  },
  {
    name: 'the name twice',
    bytes: zipBytes([data(), ...rest, { ...data(), data: other }]),
    codes: ['duplicateNames'],
    readersDiffer: true,
  },
  {
    name: 'the name in other letters',
    bytes: archive({ ...data(), name: 'archive/DATA.pkl', data: other }, data()),
    codes: ['caseVariants'],
    readersDiffer: true,
  },
  {
    name: 'another name in the local header',
    bytes: archive(data({ local: { name: 'archive/data.txt' } })),
    codes: ['localName'],
    readersDiffer: true,
  },
  {
    name: 'another method in the local header',
    bytes: archive(data({ local: { method: 8 } })),
    codes: ['localMethod'],
    readersDiffer: false,
  },
  {
    name: 'other sizes in the local header',
    bytes: archive(data({ local: { compressedSize: 2, size: 2 } })),
    codes: ['localSize'],
    readersDiffer: false,
  },
  {
    name: 'another checksum in the local header',
    bytes: archive(data({ local: { crc: 5 } })),
    codes: ['localChecksum'],
    readersDiffer: false,
  },
  {
    name: 'encrypted by the local header only',
    bytes: archive(data({ local: { flags: 0x801 } })),
    codes: ['localFlags'],
    readersDiffer: false,
  },
  {
    name: 'a wrong checksum',
    bytes: archive(data({ local: { crc: 5 }, central: { crc: 5 } })),
    codes: ['checksum'],
    readersDiffer: true,
  },
  {
    name: 'two archives of one layout',
    bytes: Buffer.concat([archive(data()), archive(data({ data: other }))]),
    codes: ['severalArchives'],
    readersDiffer: true,
  },
  {
    name: 'a record before the archive',
    bytes: Buffer.concat([zipParts([data({ data: other })]).body, archive(data())]),
    codes: ['dataBeforeZip'],
    readersDiffer: true,
  },
  {
    name: 'a record that the directory omits',
    bytes: archive(data({ data: other, isListed: false }), data()),
    codes: ['dataBeforeZip'],
    readersDiffer: false,
  },
  {
    name: 'bytes between record and directory',
    bytes: Buffer.concat([
      plain.body,
      other,
      plain.directory,
      zipEnd(plain.count, plain.directory.length, plain.body.length + other.length),
    ]),
    codes: ['dataBetween'],
    readersDiffer: false,
  },
  {
    name: 'bytes behind the archive',
    bytes: Buffer.concat([archive(data()), other]),
    codes: ['dataAfterZip'],
    readersDiffer: false,
  },
  {
    name: 'two end records',
    bytes: Buffer.concat([
      both.body,
      both.directory.subarray(0, shownSize),
      hidden,
      plainEnd,
      zipEnd(plain.count, hidden.length, hiddenAt + shownSize),
    ]),
    codes: ['directories', 'severalEndRecords'],
    readersDiffer: true,
  },
  {
    name: 'a Zip64 end record of another directory',
    bytes: Buffer.concat([
      both.body,
      hidden,
      both.directory.subarray(0, shownSize),
      zip64End(plain.count, shownSize, hiddenAt + hidden.length),
      zip64Locator(hiddenAt + hidden.length + shownSize),
      zipEnd(plain.count, hidden.length, hiddenAt),
    ]),
    codes: ['dataBetween', 'zip64Differs'],
    readersDiffer: false,
  },
  {
    name: 'a locator that names another Zip64 end record',
    bytes: Buffer.concat([
      both.body,
      hidden,
      zip64End(plain.count, hidden.length, hiddenAt),
      both.directory.subarray(0, shownSize),
      zip64End(plain.count, shownSize, hiddenAt + hidden.length + 56),
      zip64Locator(hiddenAt + hidden.length),
      zipEnd(plain.count, shownSize, hiddenAt + hidden.length + 56),
    ]),
    codes: ['directories', 'zip64Differs', 'zip64Place'],
    readersDiffer: true,
  },
  {
    name: 'fewer records counted than listed',
    bytes: Buffer.concat([
      both.body,
      both.directory,
      zipEnd(plain.count, both.directory.length, both.body.length),
    ]),
    codes: ['directoryCount'],
    readersDiffer: true,
  },
  {
    name: 'a name with a NUL',
    bytes: archive(data(), { ...data(), name: 'archive/data.pkl\0x', data: other }),
    codes: ['nameCharacters'],
    readersDiffer: true,
  },
  {
    name: 'a name with a backslash',
    bytes: archive(data(), { ...data(), name: 'archive\\data.pkl', data: other }),
    codes: ['nameCharacters'],
    readersDiffer: false,
  },
  {
    name: 'a folder with data',
    bytes: archive(data(), { ...data(), name: 'archive/data.pkl/', data: other }),
    codes: ['folderWithData'],
    readersDiffer: false,
  },
  {
    name: 'a second data.pkl',
    bytes: archive(data(), { ...data(), name: 'other/data.pkl', data: other }),
    codes: ['severalPickles'],
    readersDiffer: false,
  },
  {
    name: 'stored with two sizes',
    bytes: archive(data({ local: { size: 9, crc: crcOfNine }, central: { size: 9, crc: crcOfNine } })),
    codes: ['storedSize'],
    readersDiffer: true,
  },
  {
    name: 'inflates to more than it says',
    bytes: archive(
      data({
        method: 8,
        data: Buffer.concat([first, other]),
        local: { size: first.length, crc: crc32(first) },
        central: { size: first.length, crc: crc32(first) },
      }),
    ),
    codes: ['inflatedSize'],
    readersDiffer: false,
  },
  {
    name: 'a second name in an extra field',
    bytes: archive(data({ central: { extra: unicodePath('archive/other.pkl') } })),
    codes: ['unicodePath'],
    readersDiffer: false,
  },
  {
    name: 'compressed by bzip2',
    bytes: archive(data({ packed: bzip2OfFirst, local: { method: 12 }, central: { method: 12 } })),
    codes: ['method'],
    readersDiffer: true,
  },
  {
    name: 'bytes behind the pickle',
    bytes: archive(data({ data: Buffer.concat([first, Buffer.from('more')]) })),
    codes: ['dataAfterPickle'],
    readersDiffer: false,
  },
  {
    name: 'a comment',
    bytes: Buffer.concat([
      plain.body,
      plain.directory,
      zipEnd(plain.count, plain.directory.length, plain.body.length, Buffer.from('by a packer')),
    ]),
    codes: [],
    readersDiffer: false,
  },
  {
    name: 'nothing but an end record',
    bytes: Buffer.concat([nothing, zipEnd(0, 0, 0)]),
    codes: [],
    readersDiffer: false,
  },
];
