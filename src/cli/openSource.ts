import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '../checkpointError';
import { BlockingFileSource } from '../files/blockingFileSource';
import { fileError } from '../files/fileRules';
import { text, type Texts } from '../protocol/texts/text';

/**
 * A file, or the file that describes a folder: DCP's `.metadata`, else the only shard index.
 * @throws CheckpointError
 */
export function openSource(path: string): BlockingFileSource {
  try {
    return BlockingFileSource.open(describingFile(path));
  } catch (error) {
    throw fileError(path, error);
  }
}

function describingFile(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const names = readdirSync(path);
  if (names.includes('.metadata')) return join(path, '.metadata');
  const indexes = names.filter((name) => name.endsWith('.index.json'));
  const [only] = indexes;
  if (indexes.length === 1 && only !== undefined) return join(path, only);
  throw new CheckpointError('folder.noCheckpoint', [path, indexes.length]);
}

/** One line that says which file, where in it, and what is wrong. */
export function failureText(file: string, error: CheckpointError, texts: Texts): string {
  const place = error.record === null ? '' : ` ${error.record}`;
  const offset = error.offset === null ? '' : ` @${error.offset}`;
  return `${file}:${place}${offset} ${text(texts, error)}`.replaceAll('\n', ' ');
}
