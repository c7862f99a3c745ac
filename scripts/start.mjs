/**
 * `npm start`: opens a sample checkpoint in VS Code with the extension, on a fresh machine too.
 *
 *   --served   in the served VS Code even where there is a desktop one
 *   --check    headless: waits until the editor shows the checkpoint, writes out/start.png and ends
 *
 * GRAFTLENS_CODE names the desktop editor's command.
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { openSample } = await import('./openSample.mjs');
await openSample(process.argv.slice(2));
