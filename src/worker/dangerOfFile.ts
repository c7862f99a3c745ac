import { NodeFileSource } from '../files/nodeFileSource';
import { nodePlatform } from '../files/nodePlatform';
import { dangerOf, type Danger } from '../safety/dangers';
import { scanFile } from '../safety/scanFile';

/** Scans a file; null where nothing dangerous is in it. */
export async function dangerOfFile(path: string): Promise<Danger | null> {
  const source = await NodeFileSource.open(path);
  try {
    return dangerOf(await scanFile(source, nodePlatform, path));
  } finally {
    await source.close();
  }
}
