import { readTarDirectory } from '../../../src/archive/tarDirectory';
import { readSafetensorsHeader } from '../../../src/archive/safetensorsHeader';
import { ZipDirectory } from '../../../src/archive/zipDirectory';
import { readRecord, recordDataOffset } from '../../../src/archive/zipRecord';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { Target } from '../engine/target';
import { mutateContainer } from '../mutation/container';
import { mutateSafetensors } from '../mutation/safetensorsJson';
import { mutateTar } from '../mutation/tarBlocks';
import { mutateZip } from '../mutation/zipParts';
import { describeFile, memoryFile } from '../oracles/checkpoint';
import { promise, promiseSame, typed } from '../oracles/promises';

/** Any file: all that the editor and the command line would show of it, twice. */
export const checkpoint: Target = {
  name: 'checkpoint',
  longest: 64 << 10,
  mutate: mutateContainer,
  async run(input) {
    const isJson = input[0] === 0x7b;
    const name = isJson ? 'model.safetensors.index.json' : 'model.pt';
    const [first, second] = [
      await typed(() => describeFile(memoryFile(name, input))),
      await typed(() => describeFile(memoryFile(name, input))),
    ];
    promiseSame('the same file is shown alike', first, second);
  },
};

/** The directory of a zip: names are found where a plain look through all records finds one. */
export const zip: Target = {
  name: 'zip',
  longest: 32 << 10,
  mutate: mutateZip,
  async run(input) {
    const source = memoryFile('a.pt', input);
    await typed(async () => {
      const directory = await ZipDirectory.read(source, nodePlatform);
      const { records } = directory;
      promise(records.length === directory.count, 'every record is listed');
      const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      const named = new Set(records.map(({ name }) => lower(name)));
      for (const name of [...records.slice(0, 50).map((record) => record.name), 'archive/data.pkl', '']) {
        const found = directory.find(name);
        // Among equal names the search of torch's reader may miss all, when its order is no order.
        if (directory.duplicates.length === 0)
          promise((found !== undefined) === named.has(lower(name)), 'found if there', name);
        if (found !== undefined) {
          promise(lower(found.name) === lower(name), 'what is found has the name', name, found.name);
          promise(directory.sizeOf('', name) === found.size, 'one size', name);
        }
      }
      for (const record of records.slice(0, 20)) {
        await typed(async () => String((await readRecord(source, nodePlatform, record, 1 << 20)).length));
        await typed(async () => String(await recordDataOffset(source, record)));
      }
      return '';
    });
  },
};

export const safetensors: Target = {
  name: 'safetensors',
  longest: 32 << 10,
  mutate: mutateSafetensors,
  async run(input) {
    await typed(async () => {
      const { entries, dataStart } = await readSafetensorsHeader(memoryFile('a.safetensors', input));
      for (const { start, end, shape } of entries) {
        promise(start >= dataStart && end >= start, 'data stands behind the header', start, end);
        promise(
          shape.every((size) => Number.isSafeInteger(size) && size >= 0),
          'sizes are counts',
          shape,
        );
      }
      return '';
    });
    await typed(() => describeFile(memoryFile('a.safetensors', input)));
  },
};

export const tar: Target = {
  name: 'tar',
  longest: 64 << 10,
  mutate: mutateTar,
  async run(input) {
    await typed(async () => {
      for (const { offset, size } of await readTarDirectory(memoryFile('a.tar', input))) {
        promise(Number.isSafeInteger(size) && size >= 0 && offset > 0, 'a member has a place', offset, size);
      }
      return '';
    });
    await typed(() => describeFile(memoryFile('a.pt', input)));
  },
};
