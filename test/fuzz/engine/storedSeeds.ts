import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from './target';

/** Inputs that a target starts from: those of `seeds/NAME`, those that it makes, those of another folder. */
export function seedsOf(target: Target, seedFolder: string, further: string | null = null): Uint8Array[] {
  const folders = [join(seedFolder, target.seedsOf ?? target.name), ...(further === null ? [] : [further])];
  const stored = folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .map((name) => new Uint8Array(readFileSync(join(folder, name))))
      : [],
  );
  return [...(target.seeds?.() ?? []), ...stored];
}
