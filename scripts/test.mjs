/**
 * `npm test`: prepares what the tests need, runs them all and ends with one line,
 * `N passed, N failed`. `node scripts/test.mjs unit browser` runs only what is named.
 *
 * Set GRAFTLENS_VERBOSE=1 to list every test.
 */
import { ensureDependencies } from './dependencies.mjs';

ensureDependencies();
const { runSuites } = await import('./suites.mjs');
await runSuites(process.argv.slice(2));
