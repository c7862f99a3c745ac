/**
 * Bundles the product into `dist/`: `node scripts/build.mjs [--watch]`.
 *
 * Source maps are written beside the bundles for debugging; the package leaves them out.
 */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { filesBelow, nodeBundle, webviewBundle } from './bundles.mjs';
import { writeCodeCacheSample } from './codeCacheSample.mjs';
import { inRoot } from './paths.mjs';

/** Each command is a bundle of its own, so that `inspect` does not pay for loading `analyze`. */
const commands = ['inspect', 'scan', 'analyze', 'check', 'diff'];

const assets = [
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm'],
  ['node_modules/tree-sitter-python/tree-sitter-python.wasm', 'dist/tree-sitter-python.wasm'],
];

/** Builds everything; throws when a bundle cannot be made. With `watch`, stays and rebuilds. */
export async function build({ watch = false } = {}) {
  const written = writeAssets();
  const bundles = [...nodeBundles(), ...webviewBundles()];
  if (watch) {
    const contexts = await Promise.all(
      bundles.map((options) => esbuild.context({ ...options, logLevel: 'info' })),
    );
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  const results = await Promise.allSettled(bundles.map((options) => esbuild.build(options)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) throw new Error(failures.map(describeFailure).join('\n'));
  removeLeftovers(new Set([...written, ...bundles.flatMap(({ outfile }) => [outfile, `${outfile}.map`])]));
  const cli = inRoot('dist', 'cli.js');
  if (existsSync(cli)) {
    chmodSync(cli, 0o755);
    await writeCodeCaches(cli);
  }
}

/** Lets each command run once on a sample and keep what the engine compiled (see src/cli.ts). */
async function writeCodeCaches(cli) {
  const folder = mkdtempSync(join(tmpdir(), 'graftlens-build-'));
  const many = join(folder, 'many.pth');
  const model = 'test/samples/detector.py:Detector';
  const weights = 'test/samples/detector.pth';
  const samples = {
    inspect: [many],
    scan: [many],
    analyze: [model],
    check: ['--model', model, '--weights', weights],
    diff: [model, weights],
  };
  try {
    await writeCodeCacheSample(many, sampleTensors);
    await Promise.all(
      Object.entries(samples).map(([name, args]) =>
        run(process.execPath, [cli, name, ...args, '--json'], {
          cwd: inRoot(),
          env: { ...process.env, GRAFTLENS_WRITE_CACHE: '1' },
        }),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The process to its end, whatever its answer. */
function run(program, args, options) {
  return new Promise((resolve, reject) => {
    spawn(program, args, { ...options, stdio: 'ignore' })
      .on('error', reject)
      .on('exit', resolve);
  });
}

/** Enough for the engine to optimize all that reads them. */
const sampleTensors = 10_000;

/** What esbuild found wrong, as a compiler would print it. */
export function describeFailure(failure) {
  if (!failure.errors) return String(failure.message ?? failure);
  return failure.errors
    .map(({ location, text }) =>
      location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join('\n');
}

function nodeBundles() {
  const shared = {
    ...nodeBundle,
    plugins: [...nodeBundle.plugins, ...apart.map(([pattern, file]) => leftApart(pattern, file))],
    // Makes `require` of it: a script that is run from its code cache cannot import.
    supported: { 'dynamic-import': false },
    minify: true,
    keepNames: false,
    sourcemap: 'linked',
    legalComments: 'none',
  };
  const entries = [
    ['src/extension.ts', 'dist/extension.js', {}],
    ['src/worker/main.ts', 'dist/worker.js', {}],
    ['src/archive/decoders.ts', 'dist/decoders.js', {}],
    ['src/files/zipStream.ts', 'dist/zipStream.js', {}],
    ['src/worker/sourceMain.ts', 'dist/sourceWorker.js', {}],
    ['src/worker/checkMain.ts', 'dist/checkWorker.js', {}],
    // The dispatcher requires its commands at run time, from the folder that it lies in.
    ['src/cli.ts', 'dist/cli.js', { external: ['./cli-*'], banner: { js: '#!/usr/bin/env node' } }],
    ...commands.map((name) => [`src/cli/${name}.ts`, `dist/cli-${name}.js`, {}]),
  ];
  return entries
    .filter(([entry]) => isThere(entry))
    .map(([entry, outfile, own]) => ({ ...shared, entryPoints: [entry], outfile, ...own }));
}

/** What is imported at run time from a bundle of its own: few files need it, and every start would pay. */
const apart = [
  [/\/archive\/decoders$/, './decoders.js'],
  [/\/zipStream$/, './zipStream.js'],
];

function leftApart(filter, path) {
  return {
    name: `apart ${path}`,
    setup(build) {
      build.onResolve({ filter }, ({ kind }) =>
        kind === 'dynamic-import' ? { path, external: true } : undefined,
      );
    },
  };
}

/** Each script and style sheet directly in `media/` is one of a webview; what they import lies deeper. */
function webviewBundles() {
  const files = existsSync(inRoot('media')) ? readdirSync(inRoot('media')) : [];
  const scripts = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const styles = files.filter((file) => file.endsWith('.css'));
  if (scripts.length === 0) console.warn('build: media/*.ts is not there yet');
  return [...scripts, ...styles].map((file) => ({
    ...webviewBundle,
    entryPoints: [`media/${file}`],
    outfile: `dist/media/${file.replace(/\.ts$/, '.js')}`,
    minify: true,
    sourcemap: 'linked',
    legalComments: 'none',
    tsconfig: inRoot('tsconfig.media.json'),
  }));
}

function writeAssets() {
  const images = new Set(['.svg', '.png', '.ttf']);
  const icons = filesBelow(inRoot('media'), (name) => images.has(extname(name)))
    .map((file) => relative(inRoot(), file).split(sep).join('/'))
    .filter((file) => !file.startsWith('media/screenshots/'))
    .map((file) => [file, `dist/${file}`]);
  const present = [...assets, ...icons].filter(([from]) => isThere(from));
  for (const [from, to] of present) {
    mkdirSync(dirname(inRoot(to)), { recursive: true });
    copyFileSync(inRoot(from), inRoot(to));
  }
  writeFileSync(inRoot(modulesAre), `${JSON.stringify({ type: 'commonjs' })}\n`);
  return [modulesAre, ...present.map(([, to]) => to)];
}

/** Says that the bundles are CommonJS; without it Node reads the whole manifest at every start to learn that. */
const modulesAre = 'dist/package.json';

/** Removes what an earlier build left in `dist/` and this one did not make. */
function removeLeftovers(made) {
  for (const file of filesBelow(inRoot('dist'), () => true)) {
    if (!made.has(relative(inRoot(), file).split(sep).join('/'))) rmSync(file);
  }
}

function isThere(path) {
  if (existsSync(inRoot(path)) && statSync(inRoot(path)).isFile()) return true;
  console.warn(`build: ${path} is not there yet`);
  return false;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = Date.now();
  try {
    await build({ watch: process.argv.includes('--watch') });
    console.log(`Built dist/ in ${Date.now() - started} ms.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
