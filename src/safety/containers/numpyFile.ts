import type { ByteSource } from '../../archive/byteSource';

export interface ArrayHeader {
  /** Objects are a pickle that starts where the data of others does. */
  readonly holdsObjects: boolean;
  readonly dataStart: number;
  /** After the data; the end of the bytes where their length cannot be told. */
  readonly end: number;
}

/** numpy's own limit is 10,000 for headers that it is not told to trust. */
const longestHeader = 64 << 10;

/** The header that `numpy.save` writes (`numpy.lib.format`); null where it is broken. */
export async function readArrayHeader(source: ByteSource, at: number): Promise<ArrayHeader | null> {
  const start = await source.read(at, 12);
  if (start.length < 12) return null;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const isFirstVersion = start[6] === 1;
  const length = isFirstVersion ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader) return null;
  const textStart = at + (isFirstVersion ? 10 : 12);
  const bytes = await source.read(textStart, length);
  const text = new TextDecoder('utf-8').decode(bytes);
  const dataStart = textStart + length;
  const size = dataSize(text);
  return {
    holdsObjects: /['"][|<>=]?O\d*['"]/.test(text),
    dataStart,
    end: size === null ? source.size : Math.min(source.size, dataStart + size),
  };
}

/** Bytes of an array of numbers; null for structured and other types. */
function dataSize(header: string): number | null {
  const type = /['"]descr['"]\s*:\s*['"][|<>=]?([a-zA-Z])(\d+)/.exec(header);
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,]*)\)/.exec(header);
  if (type === null || shape === null) return null;
  const itemSize = Number(type[2]) * (type[1] === 'U' ? 4 : 1);
  const sizes = (shape[1] ?? '').split(',').filter((size) => size.trim() !== '');
  const product = sizes.reduce((sum, size) => sum * Number(size), itemSize);
  return Number.isSafeInteger(product) ? product : null;
}
