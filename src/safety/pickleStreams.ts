import type { ByteSource, Platform } from '../archive/byteSource';
import { joblibData } from '../checkpoint/joblibArrays';
import { checkpointLimits } from '../checkpoint/limits';
import { readPickle } from '../pickle/readPickle';
import { readContainer } from './containers/readContainer';
import type { ContainerVisitor, PickleStream, PickleVisit } from './streams';

/** A pickle of a file with what its walk said. */
export interface FoundPickle {
  readonly record: string | null;
  readonly start: number;
  /** After STOP, or of the opcode that failed. */
  readonly end: number;
  readonly opcodes: number;
  readonly loadedByTorch: boolean;
}

/** Every pickle of a file, in the order in which they stand. */
export async function listPickles(source: ByteSource, platform: Platform): Promise<readonly FoundPickle[]> {
  const found: FoundPickle[] = [];
  const note = (stream: PickleStream, { end, opcodes }: PickleVisit): void => {
    const { record, start, loadedByTorch } = stream;
    found.push({ record, start, end, opcodes, loadedByTorch });
  };
  await readContainer(source, platform, {
    ...deaf,
    pickle: async (stream) => {
      const visit = await readStream(stream, platform);
      note(stream, visit);
      return visit;
    },
    guess: async (stream) => {
      const visit = await readStream(stream, platform);
      if (visit.hasFindings) note(stream, visit);
      return visit;
    },
  });
  return found;
}

/** The pickle that starts at an offset of a record, null where there is none. */
export async function findPickle(
  source: ByteSource,
  platform: Platform,
  record: string | null,
  start: number,
): Promise<PickleStream | null> {
  let found: PickleStream | null = null;
  const look = async (stream: PickleStream): Promise<PickleVisit> => {
    if (found === null && stream.record === record && stream.start === start) found = stream;
    // Pickles stand one after another: where the next one starts, the one before says.
    if (found === null && stream.record === record) return readStream(stream, platform);
    return { end: stream.end, error: null, opcodes: 0, hasFindings: false };
  };
  await readContainer(source, platform, { ...deaf, pickle: look, guess: look });
  return found;
}

/** Hears of no disagreement and of no error: those are the scan's to tell. */
const deaf: Pick<ContainerVisitor, 'disagreement' | 'notScanned' | 'unreadable'> = {
  disagreement: () => undefined,
  notScanned: () => undefined,
  unreadable: () => undefined,
};

async function readStream({ source, start, end }: PickleStream, platform: Platform): Promise<PickleVisit> {
  const stream = await readPickle({
    read: (offset, length) => source.read(offset, length),
    start,
    end,
    firstWindow: Math.min(checkpointLimits.pickleWindow, end - start),
    toLatin1: platform.latin1,
    inlineData: joblibData,
  });
  return {
    end: stream.end,
    error: stream.error,
    opcodes: stream.opcodes,
    hasFindings: stream.imports.length > 0,
  };
}
