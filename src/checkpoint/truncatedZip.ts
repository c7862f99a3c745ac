import type { CountingSource, Platform } from '../archive/byteSource';
import type { CheckpointError } from '../checkpointError';
import { readPickle } from '../pickle/readPickle';
import type { Checkpoint } from './checkpoint';
import { checkpointLimits } from './limits';
import { TorchContext } from './persistentIds';
import { Resolver } from './resolver';

/**
 * A torch zip whose end is gone. `data.pkl` is the first record, so its pickle can be read from the start of
 * the file; its local header gives no size (torch writes it behind the data), and STOP ends it.
 */
export async function openTruncatedZip(
  source: CountingSource,
  platform: Platform,
  reason: CheckpointError,
): Promise<Checkpoint> {
  const header = await source.read(0, 30 + 512);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw reason;
  const nameLength = view.getUint16(26, true);
  const start = 30 + nameLength + view.getUint16(28, true);
  const name = platform.latin1(header.subarray(30, 30 + nameLength));
  if (!/(^|\/)data\.pkl$/i.test(name) || view.getUint16(8, true) !== 0 || start >= source.size) throw reason;
  const stream = await readPickle({
    read: (offset, length) => source.read(offset, length),
    start,
    end: source.size,
    firstWindow: Math.min(checkpointLimits.pickleWindow, source.size - start),
    toLatin1: platform.latin1,
  });
  const context = new TorchContext();
  const root = new Resolver(context).content(stream.value);
  const cutAt = stream.error === null ? 'zip.truncated' : 'zip.truncatedInPickle';
  return {
    format: 'torch-zip',
    fileName: source.name,
    fileSize: source.size,
    partial: true,
    root,
    facts: [
      { code: 'fact.protocol', args: [stream.protocol] },
      { code: 'fact.savedByTorch', args: ['1.6'] },
    ],
    get warnings() {
      return [{ code: cutAt, args: [source.size], path: null }, ...context.warnings];
    },
    sources: [],
    streams: [{ record: name, stream }],
    bytesRead: () => source.bytesRead,
    locate: () => Promise.resolve(null),
  };
}
