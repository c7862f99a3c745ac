import type { ByteSource } from '../../archive/byteSource';
import { CheckpointError } from '../../checkpointError';

export interface ArrayHeader {
  /** Objects are a pickle that starts where the data of others does. */
  readonly holdsObjects: boolean;
  /** The type is no plain one: there is a pickle if it has objects somewhere. */
  readonly mayHoldObjects: boolean;
  readonly dataStart: number;
  /** After the data; the end of the bytes where their length cannot be told. */
  readonly end: number;
  /** Why numpy would not read the array; null for one that it takes. */
  readonly fault: CheckpointError | null;
}

/** numpy's own limit is 10,000 for headers that it is not told to trust; thousands of fields take more. */
const longestHeader = 1 << 20;

/** What `numpy.save` writes (`numpy.lib.format`), at an offset where its magic bytes stand. */
export async function readArrayHeader(source: ByteSource, at: number): Promise<ArrayHeader> {
  const start = await source.read(at, 12);
  const [version = 0, minor = 0] = start.subarray(6, 8);
  const textStart = at + (version === 1 ? 10 : 12);
  const length = start.length < textStart - at ? Infinity : lengthOf(start, version);
  const isCut = length > longestHeader || textStart + length > source.size;
  if (isCut || version < 1 || version > 3 || minor !== 0) {
    // What follows is looked at all the same.
    return { ...nothing, dataStart: textStart, end: textStart, fault: badHeader(at) };
  }
  const dataStart = textStart + length;
  // Without white space, of which there is any amount between the parts.
  const text = new TextDecoder('utf-8').decode(await source.read(textStart, length)).replace(/\s+/g, '');
  if (!isHeader(text)) return { ...nothing, dataStart, end: dataStart, fault: badHeader(at) };
  const size = dataSize(text);
  const end = size === null ? source.size : Math.min(source.size, dataStart + size);
  const holdsObjects = /['"]descr['"]:['"][|<>=]?O\d*['"]/.test(text);
  const cut =
    size !== null && !holdsObjects && dataStart + size > source.size
      ? new CheckpointError('npy.dataCut', [size, source.size - dataStart], dataStart)
      : null;
  return { holdsObjects, mayHoldObjects: !isPlainType(text), dataStart, end, fault: cut };
}

const nothing = { holdsObjects: false, mayHoldObjects: false };

function lengthOf(start: Uint8Array, version: number): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  return version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
}

function badHeader(at: number): CheckpointError {
  return new CheckpointError('npy.badHeader', [], at);
}

/** `numpy.lib.format._read_array_header`: a dict of three keys, as Python writes it. */
function isHeader(text: string): boolean {
  const fields = [
    /['"]descr['"]:['"[(]/,
    /['"]fortran_order['"]:(?:True|False)\b/,
    /['"]shape['"]:\((?:\d+L?(?:,\d+L?)*,?)?\)/,
  ];
  return text.startsWith('{') && text.endsWith('}') && fields.every((field) => field.test(text));
}

/**
 * Numbers, texts, bytes or dates, and not written so that Python reads something else: a key twice, escapes, texts
 * that stand beside one another.
 */
function isPlainType(text: string): boolean {
  const isPlain = /['"]descr['"]:['"][|<>=]?[?bBiufcSUVmM]\d*(?:\[\w*\])?['"][,}]/.test(text);
  return isPlain && text.split('descr').length === 2 && !/\\|''|""|'"|"'/.test(text);
}

/** Bytes of an array of numbers; null for structured and other types. */
function dataSize(header: string): number | null {
  const type = /['"]descr['"]:['"][|<>=]?([a-zA-Z])(\d+)/.exec(header);
  const shape = /['"]shape['"]:\(([\dL,]*)\)/.exec(header);
  if (type === null || shape === null) return null;
  const itemSize = Number(type[2]) * (type[1] === 'U' ? 4 : 1);
  const sizes = (shape[1] ?? '').split(',').filter((size) => size !== '');
  const product = sizes.reduce((sum, size) => sum * parseInt(size, 10), itemSize);
  return Number.isSafeInteger(product) ? product : null;
}
