import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from './build.mjs';
import { runInVsCode } from './extensionHostTests.mjs';
import { buildFuzzer } from './fuzz.mjs';
import { packageExtension } from './package.mjs';
import { inRoot } from './paths.mjs';
import { endAll, endChildrenOnSignals, run } from './processes.mjs';
import { bundleTests, bundleTestsTogether } from './testBundles.mjs';
import { ensureChromium } from './vscodeHost/chromium.mjs';
import { installServedHost } from './vscodeHost/install.mjs';

/**
 * The suites in the order in which they run. `needs` names what must be ready first: all of it is started
 * at once at the beginning, so that downloads go on while the first suites compute.
 */
const suites = {
  typecheck: { needs: [], run: () => oneCheck('npm', ['run', '--silent', 'typecheck']) },
  lint: { needs: [], run: () => oneCheck('npm', ['run', '--silent', 'lint']) },
  unit: { needs: ['bundles'], run: () => mochaSuite('unit', { timeout: 10_000, limit: 240_000 }) },
  fuzz: { needs: [], run: () => fuzzSuite() },
  torch: {
    needs: ['bundles', 'python'],
    run: ({ python }) =>
      mochaSuite('torch', { timeout: 120_000, limit: 900_000, env: { GRAFTLENS_PYTHON: python } }),
  },
  corpus: {
    needs: ['bundles', 'python'],
    run: ({ python }) =>
      mochaSuite('corpus', {
        timeout: 600_000,
        limit: 900_000,
        env: { GRAFTLENS_PYTHON: python },
        bundle: bundleTestsTogether,
      }),
  },
  interpreter: {
    needs: ['bundles', 'python'],
    run: ({ python }) =>
      mochaSuite('interpreter', { timeout: 120_000, limit: 900_000, env: { GRAFTLENS_PYTHON: python } }),
  },
  package: {
    needs: ['bundles', 'vsix', 'served', 'chromium'],
    run: ({ vsix }) =>
      mochaSuite('package', {
        timeout: 60_000,
        limit: 240_000,
        env: { GRAFTLENS_VSIX: vsix },
        bundle: bundleTestsTogether,
      }),
  },
  electron: {
    needs: ['bundles', 'served', 'chromium', 'python'],
    run: ({ python }) => extensionHostSuite({ GRAFTLENS_PYTHON: python }),
  },
  browser: {
    needs: ['bundles', 'vsix', 'served', 'chromium', 'python'],
    run: ({ vsix, python }) =>
      mochaSuite('browser', {
        timeout: 60_000,
        limit: 900_000,
        env: { GRAFTLENS_VSIX: vsix, GRAFTLENS_PYTHON: python },
        bundle: bundleTestsTogether,
      }),
  },
};

const preparations = {
  bundles: () => build(),
  python: async () => {
    const output = await run(process.execPath, [inRoot('scripts', 'torchEnv.mjs')], { timeout: 600_000 });
    return output.trim().split('\n').at(-1);
  },
  served: () => installServedHost(),
  chromium: () => ensureChromium(),
};

/**
 * Runs the named suites, or all, and sets the exit status. `--grep=TEXT` runs the tests with that text in
 * their titles, `--update-screenshots` lets the browser suite write the README's pictures.
 */
export async function runSuites(args) {
  endChildrenOnSignals();
  const names = args.filter((arg) => !arg.startsWith('--'));
  if (args.includes('--update-screenshots')) process.env.GRAFTLENS_UPDATE_SCREENSHOTS = '1';
  const grep = args.find((arg) => arg.startsWith('--grep='))?.slice('--grep='.length);
  if (grep !== undefined) process.env.GRAFTLENS_GREP = grep;
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are ${Object.keys(suites).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const chosen = Object.entries(suites).filter(([name]) => names.length === 0 || names.includes(name));
  const ready = prepare(new Set(chosen.flatMap(([, { needs }]) => needs)));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, suite] of chosen) {
    console.log(`\n== ${name}`);
    const started = Date.now();
    const result = await outcome(name, suite, ready);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`== ${name}: ${describe(result)} in ${seconds} s`);
    for (const key of Object.keys(total)) total[key] += result[key];
  }
  await endAll();
  console.log(`\n${describe(total)}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Starts all preparations; each is a promise of a value, or of the error that made it fail. */
function prepare(needs) {
  const ready = {};
  const begin = (name, work) => {
    const started = Date.now();
    ready[name] = work().then(
      (value) => {
        console.log(`(${name} ready after ${((Date.now() - started) / 1000).toFixed(1)} s)`);
        return { value };
      },
      (error) => ({ error }),
    );
  };
  for (const name of Object.keys(preparations)) {
    if (needs.has(name)) begin(name, preparations[name]);
  }
  if (needs.has('vsix')) {
    begin('vsix', async () => {
      const bundles = await ready.bundles;
      if (bundles.error) throw bundles.error;
      return packageExtension({ rebuild: false });
    });
  }
  return ready;
}

/** A suite's counts. What cannot start, crashes or runs no test counts as one failure. */
async function outcome(name, suite, ready) {
  try {
    const values = {};
    for (const need of suite.needs) {
      const { value, error } = await ready[need];
      if (error) throw new Error(`${need} could not be prepared: ${error.message}`);
      values[need] = value;
    }
    const result = await suite.run(values);
    if (result.passed + result.failed === 0) throw new Error(`The suite ${name} ran no test.`);
    return result;
  } catch (error) {
    console.log(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function oneCheck(command, args) {
  await run(command, args, {
    cwd: inRoot(),
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
  return { passed: 1, failed: 0, skipped: 0 };
}

async function mochaSuite(name, { timeout, limit, env = {}, bundle = bundleTests }) {
  const { files, failures } = await bundle(name);
  for (const failure of failures) console.log(failure);
  if (files.length === 0 && failures.length === 0) throw new Error(`No test/${name}/**/*.test.ts was found.`);
  const counts =
    files.length === 0
      ? { passed: 0, failed: 0, skipped: 0 }
      : await counted(name, (results) => {
          const mocha = inRoot('node_modules', 'mocha', 'bin', 'mocha.js');
          const reporter = inRoot('scripts', 'mochaReporter.cjs');
          const options = ['--forbid-only', '--timeout', String(timeout), '--reporter', reporter];
          if (process.env.GRAFTLENS_GREP) options.push('--fgrep', process.env.GRAFTLENS_GREP);
          return run(process.execPath, ['--enable-source-maps', mocha, ...options, ...files], {
            cwd: inRoot(),
            env: { ...process.env, ...env, GRAFTLENS_RESULTS: results },
            timeout: limit,
          });
        });
  return { ...counts, failed: counts.failed + failures.length };
}

/** Each target of `npm run fuzz` for a moment, with a seed that stays the same; a target is a test. */
async function fuzzSuite() {
  const options = ['--out', inRoot('out', 'fuzz'), '--seconds', '2.5', '--seed', '1'];
  const output = await run(process.execPath, [...(await buildFuzzer()), ...options], {
    timeout: 300_000,
  }).catch((error) => error.output ?? error.message);
  console.log(output.trim());
  const counts = [...output.matchAll(/^\w+: (\d+) findings;/gm)].map(([, count]) => Number(count));
  const failed = counts.filter((count) => count > 0).length;
  return { passed: counts.length - failed, failed, skipped: 0 };
}

async function extensionHostSuite(env) {
  const { failures } = await bundleTests(
    'vscode',
    (file) => file.endsWith('.test.ts') || file === 'index.ts',
  );
  for (const failure of failures) console.log(failure);
  const counts = await counted('electron', (results) => runInVsCode({ ...env, GRAFTLENS_RESULTS: results }));
  return { ...counts, failed: counts.failed + failures.length };
}

/**
 * The counts that a run of mocha leaves in a file. A run that fails without counting a failure has crashed,
 * and one that leaves no file never came to its end.
 */
async function counted(name, start) {
  const results = inRoot('out', `${name}.results.json`);
  mkdirSync(inRoot('out'), { recursive: true });
  rmSync(results, { force: true });
  let crash;
  try {
    await start(results);
  } catch (error) {
    crash = error;
  }
  const counts = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
  if (counts?.text) console.log(counts.text);
  if (crash && !(counts?.failed > 0)) {
    console.log(`The suite ${name} did not end well: ${crash.message.slice(0, 4000)}`);
    return { passed: 0, skipped: 0, ...counts, failed: 1 };
  }
  if (!counts) throw new Error(`The suite ${name} left no results.`);
  return counts;
}
