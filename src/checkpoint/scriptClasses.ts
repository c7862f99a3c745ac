import { readRecord } from '../archive/zipRecord';
import type { EmbeddedSource } from './checkpoint';
import type { ScriptClass } from './fileContext';
import { checkpointLimits } from './limits';
import type { TorchArchive } from './zipCheckpoint';

/**
 * The classes of a TorchScript archive: each `code/**.py` starts its classes with
 * `class Name(Module):`, `__parameters__ = ["weight", ]` and `__buffers__ = [...]`.
 */
export async function readScriptClasses(archive: TorchArchive): Promise<ReadonlyMap<string, ScriptClass>> {
  const classes = new Map<string, ScriptClass>();
  for (const { name, text } of await readAll(archive)) addClasses(classes, name, text);
  return classes;
}

/** Its code files, read when asked for. */
export function scriptSources(archive: TorchArchive): readonly EmbeddedSource[] {
  return codeRecords(archive).map((record) => ({
    name: record.name.slice(archive.prefix.length),
    read: async () =>
      new TextDecoder('utf-8').decode(await readRecord(archive.source, archive.platform, record)),
  }));
}

function codeRecords(archive: TorchArchive): TorchArchive['directory']['records'] {
  const folder = `${archive.prefix}code/`;
  return archive.directory.records
    .filter((record) => record.name.startsWith(folder) && record.name.endsWith('.py'))
    .slice(0, checkpointLimits.scriptFiles);
}

async function readAll(archive: TorchArchive): Promise<readonly { name: string; text: string }[]> {
  const files: { name: string; text: string }[] = [];
  for (const { name, read } of scriptSources(archive)) files.push({ name, text: await read() });
  return files;
}

function addClasses(classes: Map<string, ScriptClass>, fileName: string, text: string): void {
  const module = fileName
    .replace(/^code\//, '')
    .replace(/\.py$/, '')
    .replaceAll('/', '.');
  let name: string | null = null;
  let isModule = false;
  let parameters: ReadonlySet<string> = new Set();
  let buffers: ReadonlySet<string> = new Set();
  const finish = (): void => {
    if (name !== null) classes.set(`${module}.${name}`, { isModule, parameters, buffers });
  };
  for (const line of text.split('\n')) {
    const header = /^class (\w+)(?:\((\w+)\))?:/.exec(line);
    if (header !== null) {
      finish();
      name = header[1] ?? null;
      isModule = header[2] === 'Module';
      parameters = new Set();
      buffers = new Set();
      continue;
    }
    const list = /^ {2}__(parameters|buffers)__ = \[(.*)\]/.exec(line);
    if (list === null) continue;
    const names = new Set([...(list[2] ?? '').matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? ''));
    if (list[1] === 'parameters') parameters = names;
    else buffers = names;
  }
  finish();
}
