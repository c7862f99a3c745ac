import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../checkpointError';
import { NodeFileSource } from '../files/nodeFileSource';
import { text, type Texts } from '../protocol/texts/text';

/** A file, or the file that describes a folder: DCP's `.metadata`, else the only shard index. */
export async function openSource(path: string): Promise<NodeFileSource> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return NodeFileSource.open(path);
  const inside = await NodeFileSource.open(join(path, '.metadata')).catch((error: unknown) => {
    if (error instanceof CheckpointError && error.code === 'file.missing') return null;
    throw error;
  });
  if (inside !== null) return inside;
  const names = (await readdir(path)).filter((name) => name.endsWith('.index.json'));
  const [only] = names;
  if (names.length === 1 && only !== undefined) return NodeFileSource.open(join(path, only));
  throw new CheckpointError('folder.noCheckpoint', [path, names.length]);
}

/** One line that says which file, where in it, and what is wrong. */
export function failureText(file: string, error: CheckpointError, texts: Texts): string {
  const place = error.record === null ? '' : ` ${error.record}`;
  const offset = error.offset === null ? '' : ` @${error.offset}`;
  return `${file}:${place}${offset} ${text(texts, error)}`.replaceAll('\n', ' ');
}
