import { MemorySource } from '../../../src/archive/memorySource';
import type { ByteSource } from '../../../src/archive/byteSource';
import type { Checkpoint } from '../../../src/checkpoint/checkpoint';
import { listContents } from '../../../src/checkpoint/listing';
import { openCheckpoint } from '../../../src/checkpoint/openCheckpoint';
import { CheckpointError } from '../../../src/checkpointError';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { copyNode, copyTable } from '../../../src/outline/copy';
import { OutlineDocument } from '../../../src/outline/outlineDocument';
import { checkpointSource, type OutlineSource } from '../../../src/outline/outlineSource';
import { OutlineView } from '../../../src/outline/outlineView';
import type { Row } from '../../../src/protocol/messages';
import { plainState } from '../../unit/outline/rows';
import { promise } from './promises';

/** Of the many that a file may have. */
const SOME = 200;

/** What a person can be shown of a file, as text; every figure is looked at on the way. */
export async function describeFile(source: ByteSource): Promise<string> {
  const checkpoint = await openCheckpoint(source, nodePlatform);
  return [
    ...(await describeListing(checkpoint)),
    ...(await describeOutline(checkpointSource(checkpoint))),
  ].join('\n');
}

export function memoryFile(name: string, bytes: Uint8Array): MemorySource {
  return new MemorySource(name, bytes);
}

/** What `inspect` says. */
export async function describeListing(checkpoint: Checkpoint): Promise<string[]> {
  const { tensors, values, storages, warnings } = listContents(checkpoint.root);
  const lines = [
    JSON.stringify([checkpoint.format, checkpoint.fileSize, checkpoint.partial, checkpoint.facts]),
    ...tensors
      .slice(0, SOME)
      .map(({ path, tensor, kind, first }) =>
        JSON.stringify(
          [
            path,
            kind,
            first,
            tensor.dtype,
            tensor.shape,
            tensor.stride,
            tensor.storageOffset,
            tensor.storage,
          ],
          wireless,
        ),
      ),
    ...values.slice(0, SOME).map(({ path, type, text }) => JSON.stringify([path, type, text])),
    `${tensors.length} tensors, ${values.length} values, ${storages.length} storages`,
  ];
  for (const { tensor } of tensors.slice(0, 50)) {
    if (tensor.storage === null) continue;
    const place = await orError(() =>
      checkpoint.locate(tensor.storage as NonNullable<typeof tensor.storage>),
    );
    if (place !== null && typeof place === 'object') {
      promise(Number.isSafeInteger(place.offset) && place.offset >= 0, 'an offset is a place', place.offset);
    }
    lines.push(JSON.stringify(place, wireless));
  }
  for (const embedded of checkpoint.sources.slice(0, 10))
    lines.push(String(await orError(() => embedded.read())).slice(0, 500));
  lines.push(JSON.stringify([...checkpoint.warnings.slice(0, SOME), ...warnings], wireless));
  return lines;
}

/** What the editor shows: the summary, the rows as a tree and as a table, details, copies. */
export async function describeOutline(source: OutlineSource): Promise<string[]> {
  const document = new OutlineDocument(source.root, source.pythonName);
  const view = new OutlineView(document);
  const lines = [JSON.stringify(source.summary(document.outline, 1), wireless)];
  for (const state of [
    plainState,
    { ...plainState, expanded: ['/'], foldRuns: false },
    { ...plainState, filter: 'weight | shape:>1', foldRuns: false },
    { ...plainState, mode: 'table' as const, sort: { column: 'bytes' as const, descending: true } },
  ]) {
    const result = view.setState(state, null);
    const rows = view.rowRange(0, SOME);
    promise(
      rows.length === Math.min(SOME, result.rowCount),
      'as many rows as are said',
      rows.length,
      result.rowCount,
    );
    checkRows(rows);
    lines.push(JSON.stringify(result, wireless), ...rows.map((row) => JSON.stringify(row, wireless)));
    if (state.filter !== '') continue;
    for (const row of rows.slice(0, 25)) {
      const node = document.finder.find(row.key);
      promise(node !== null, 'a row is found by its key', row.key);
      lines.push(JSON.stringify(await orError(() => source.details(node, document.outline)), wireless));
      for (const format of ['key', 'python', 'row'] as const) {
        lines.push(String(await orError(() => copyNode(node, format, document.outline))));
      }
    }
  }
  for (const format of ['tsv', 'csv', 'markdown', 'json'] as const) {
    lines.push(String(await orError(() => copyTable(view.tensorsFor(null), format))).slice(0, 5_000));
  }
  return lines;
}

/** Figures are whole and not negative, and no part has more than the whole. */
function checkRows(rows: readonly Row[]): void {
  const above: Row[] = [];
  for (const row of rows) {
    above.length = Math.min(above.length, row.depth);
    for (const figure of [row.elements, row.bytes]) {
      if (figure !== null)
        promise(/^\d+$/.test(String(figure)), 'a figure is a whole number', figure, row.name);
    }
    promise(row.share === null || (row.share >= 0 && row.share <= 1), 'a share is one', row.share);
    const parent = above[above.length - 1];
    if (
      parent !== undefined &&
      parent.depth === row.depth - 1 &&
      parent.bytes !== null &&
      row.bytes !== null
    ) {
      promise(
        BigInt(row.bytes) <= BigInt(parent.bytes),
        'a part has no more than the whole',
        row.name,
        parent.name,
      );
    }
    above[row.depth] = row;
  }
}

async function orError<T>(ask: () => Promise<T> | T): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    return error.message;
  }
}

function wireless(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
