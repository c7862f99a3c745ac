import type { ByteSource } from '../../../src/archive/byteSource';
import type { CheckpointFormat } from '../../../src/checkpoint/checkpoint';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { PyGlobal } from '../../../src/pickle/values';
import type { ScanReport } from '../../../src/safety/report';
import { scanFile } from '../../../src/safety/scanFile';
import type { Target } from '../engine/target';
import { mutateContainer } from '../mutation/container';
import { memoryFile } from '../oracles/checkpoint';
import { promise, promiseSame } from '../oracles/promises';

const SCANNED: ReadonlySet<CheckpointFormat> = new Set(['torch-zip', 'torch-legacy', 'torchscript']);

/** The scan of any file: an answer, the same twice, and everything in it that the reader sees imported. */
export const scan: Target = {
  name: 'scan',
  seedsOf: 'checkpoint',
  longest: 64 << 10,
  mutate: mutateContainer,
  async run(input) {
    const source = (): ByteSource => memoryFile('model.pt', input);
    const report = await scanFile(source(), nodePlatform, 'model.pt');
    promiseSame(
      'the same file is judged alike',
      JSON.stringify(report),
      JSON.stringify(await scanFile(source(), nodePlatform, 'model.pt')),
    );
    checkVerdict(report);
    const listed = new Set(report.globals.map(({ module, name }) => `${module} ${name}`));
    for (const { module, name } of await importsSeen(source())) {
      promise(
        listed.has(`${module} ${name}`) || report.omitted > 0,
        'the scan lists every import that the reader sees',
        `${module} ${name}`,
        [...listed].join(', '),
      );
    }
  },
};

function checkVerdict({ verdict, globals, calls, errors, streams }: ScanReport): void {
  const isDangerous = [...globals, ...calls].some(({ tier }) => tier === 'dangerous');
  promise(!isDangerous || verdict === 'dangerous', 'what is dangerous makes the file so', verdict);
  promise(
    verdict !== 'clean' || errors.length === 0,
    'what cannot be read is not clean',
    JSON.stringify(errors),
  );
  if (verdict === 'clean') {
    const odd = [...globals, ...calls].find(({ tier }) => tier !== 'torch' && tier !== 'library');
    promise(odd === undefined, 'what is clean has known names only', JSON.stringify(odd));
  }
  for (const { start, end, opcodes } of streams) {
    promise(start >= 0 && end >= start && opcodes >= 0, 'a stream has a place', start, end, opcodes);
  }
}

/** What the streams import that the reader reads. */
async function importsSeen(source: ByteSource): Promise<PyGlobal[]> {
  try {
    const { format, partial, streams } = await openCheckpoint(source, nodePlatform);
    // What is compressed, or cut off, is read by one of them only.
    if (partial || !SCANNED.has(format)) return [];
    return streams.flatMap(({ stream }) => stream.imports.map(({ global }) => global));
  } catch (error) {
    if (error instanceof CheckpointError) return [];
    throw error;
  }
}
