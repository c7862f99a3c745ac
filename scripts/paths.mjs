import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path inside the repository. */
export const inRoot = (...parts) => join(root, ...parts);

/** Where downloads of editors and their profiles live; ignored by git. */
export const editorCache = inRoot('.vscode-test');
