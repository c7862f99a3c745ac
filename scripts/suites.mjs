import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from './build.mjs';
import { runInVsCode } from './extensionHostTests.mjs';
import { buildFuzzer } from './fuzz.mjs';
import { packageExtension } from './package.mjs';
import { inRoot } from './paths.mjs';
import { endAll, endChildrenOnSignals, run } from './processes.mjs';
import { bundleTests, bundleTestsTogether, evenParts } from './testBundles.mjs';
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
      mochaSuite('interpreter', {
        timeout: 120_000,
        limit: 900_000,
        env: { GRAFTLENS_PYTHON: python },
        // A test is a Python that imports torch, on one core.
        processes: 2,
      }),
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
        // Most of the time goes by in waiting for a window; two windows keep two cores busy.
        bundle: (name) => bundleTestsTogether(name, 2),
        processes: 2,
      }),
  },
};

/**
 * What runs at the same time: stages follow one another, the lanes of a stage run side by side, and a lane is a
 * row of suites. The first stage computes, mostly on one core at a time; the suites of the second wait for
 * screens and for processes to end in time, and want the machine for themselves.
 */
const stages = [
  [['typecheck', 'lint', 'unit', 'fuzz', 'corpus'], ['torch']],
  [['interpreter', 'package', 'electron', 'browser']],
];

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
  const isChosen = (name) => names.length === 0 || names.includes(name);
  const ready = prepare(
    new Set(Object.entries(suites).flatMap(([name, { needs }]) => (isChosen(name) ? needs : []))),
  );
  let total = { passed: 0, failed: 0, skipped: 0, text: [] };
  for (const lanes of stages) {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const name of lane.filter(isChosen)) {
          const result = await report(name, ready);
          total = sum(total, result);
        }
      }),
    );
  }
  await endAll();
  console.log(`\n${describe(total)}`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

/** Runs a suite and prints what it has to say in one piece, so that suites side by side stay apart. */
async function report(name, ready) {
  const started = Date.now();
  const result = await outcome(name, suites[name], ready);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`\n== ${[name, ...result.text].join('\n')}\n== ${name}: ${describe(result)} in ${seconds} s`);
  return result;
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

/** A suite's counts and lines of text. What cannot start, crashes or runs no test counts as one failure. */
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
    return { passed: 0, failed: 1, skipped: 0, text: [error.message] };
  }
}

async function oneCheck(command, args) {
  await run(command, args, {
    cwd: inRoot(),
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
  return { passed: 1, failed: 0, skipped: 0, text: [] };
}

/**
 * Runs a suite's files, shared out to this number of processes at the same time. `timeout` of a test and `limit`
 * of a process are in milliseconds.
 */
async function mochaSuite(name, { timeout, limit, env = {}, bundle = bundleTests, processes = 1 }) {
  const { files, failures } = await bundle(name);
  if (files.length === 0 && failures.length === 0) throw new Error(`No test/${name}/**/*.test.ts was found.`);
  const results = await Promise.all(
    evenParts(files, processes).map((part, index) =>
      counted(`${name}-${index + 1}`, (results) => {
        const mocha = inRoot('node_modules', 'mocha', 'bin', 'mocha.js');
        const reporter = inRoot('scripts', 'mochaReporter.cjs');
        const options = ['--forbid-only', '--timeout', String(timeout), '--reporter', reporter];
        if (process.env.GRAFTLENS_GREP) options.push('--fgrep', process.env.GRAFTLENS_GREP);
        return run(process.execPath, ['--enable-source-maps', mocha, ...options, ...part], {
          cwd: inRoot(),
          env: { ...process.env, ...env, GRAFTLENS_RESULTS: results },
          timeout: limit,
        });
      }),
    ),
  );
  return withFailures(results.reduce(sum, { passed: 0, failed: 0, skipped: 0, text: [] }), failures);
}

function sum(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    text: [...a.text, ...b.text],
  };
}

/** Test files that do not even compile count as failed tests. */
function withFailures(counts, failures) {
  return { ...counts, failed: counts.failed + failures.length, text: [...failures, ...counts.text] };
}

/** Each target of `npm run fuzz` for a moment, with a seed that stays the same; a target is a test. */
async function fuzzSuite() {
  const options = ['--out', inRoot('out', 'fuzz'), '--seconds', '2.5', '--seed', '1'];
  const output = await run(process.execPath, [...(await buildFuzzer()), ...options], {
    timeout: 300_000,
  }).catch((error) => error.output ?? error.message);
  const counts = [...output.matchAll(/^\w+: (\d+) findings;/gm)].map(([, count]) => Number(count));
  const failed = counts.filter((count) => count > 0).length;
  return { passed: counts.length - failed, failed, skipped: 0, text: [output.trim()] };
}

async function extensionHostSuite(env) {
  const { failures } = await bundleTests(
    'vscode',
    (file) => file.endsWith('.test.ts') || file === 'index.ts',
  );
  const counts = await counted('electron', (results) => runInVsCode({ ...env, GRAFTLENS_RESULTS: results }));
  return withFailures(counts, failures);
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
  const text = counts?.text ? [counts.text] : [];
  if (crash && !(counts?.failed > 0)) {
    text.push(`The suite ${name} did not end well: ${crash.message.slice(0, 4000)}`);
    return { passed: 0, skipped: 0, ...counts, failed: 1, text };
  }
  if (!counts) throw new Error(`The suite ${name} left no results.`);
  return { ...counts, text };
}
