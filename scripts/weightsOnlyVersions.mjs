/**
 * `npm run weights-only`: what `torch.load(weights_only=True)` of each torch version allows, taken from torch
 * itself. Each version is installed from PyPI below .cache/weights-only, described by
 * scripts/weightsOnly/describe.py, and removed again (a version with the libraries it needs takes 3 to 7 GB).
 * Descriptions are kept there, so that a second run installs what is new only.
 *
 *   --only=2.12.0        describe this version anew
 *   --keep               leave the installations, for `npm run weights-only:compare`
 *   --python=EXE         a Python for which all the versions have wheels (3.11); the tests' own unless told
 *
 * Writes src/safety/weightsOnly/torchVersions.json and the table in WEIGHTS_ONLY.md.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot } from './paths.mjs';
import { run } from './processes.mjs';
import { torchPython } from './torchEnv.mjs';
import { differencesTable } from './weightsOnly/differencesTable.mjs';
import { mergeDescriptions } from './weightsOnly/mergeDescriptions.mjs';

/** The last release of each minor version since weights_only came (1.13). */
const releases = [
  '1.13.1',
  '2.0.1',
  '2.1.2',
  '2.2.2',
  '2.3.1',
  '2.4.1',
  '2.5.1',
  '2.6.0',
  '2.7.1',
  '2.8.0',
  '2.9.1',
  '2.10.0',
  '2.11.0',
  '2.12.0',
  '2.13.0',
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    python: { type: 'string' },
  },
});
const python = values.python ?? torchPython();
const cache = inRoot('.cache', 'weights-only');
mkdirSync(cache, { recursive: true });

const descriptions = [];
for (const release of releases) descriptions.push(await described(release));
const merged = mergeDescriptions(descriptions);
const data = inRoot('src', 'safety', 'weightsOnly', 'torchVersions.json');
const document = inRoot('WEIGHTS_ONLY.md');
writeFileSync(data, JSON.stringify(merged));
writeFileSync(document, differencesTable(merged));
await run('npx', ['prettier', '--write', data, document], {});
console.log(`${descriptions.length} versions of torch, ${merged.globals.length} globals`);

/** The description of one release: the kept one, or one made now. */
async function described(release) {
  const kept = join(cache, `${release}.json`);
  if (existsSync(kept) && values.only !== release) return JSON.parse(readFileSync(kept, 'utf8'));
  const site = join(cache, release, 'site');
  const isInstalled = (await ownRelease()) === release;
  if (!isInstalled && !existsSync(join(site, 'torch'))) await install(release, site);
  const options = isInstalled ? {} : { env: { ...process.env, PYTHONPATH: site } };
  const alone = isInstalled ? [] : ['-S'];
  await run(python, [...alone, inRoot('scripts', 'weightsOnly', 'describe.py'), kept], {
    ...options,
    timeout: 300_000,
  });
  const description = {
    ...JSON.parse(readFileSync(kept, 'utf8')),
    wheel: `torch ${release}`,
    taken: today(),
  };
  writeFileSync(kept, JSON.stringify(description));
  if (!values.keep && !isInstalled) rmSync(join(cache, release), { recursive: true, force: true });
  console.log(`Described torch ${release}`);
  return description;
}

/** The release of torch that the Python has itself. */
async function ownRelease() {
  return (await run(python, ['-c', 'import torch; print(torch.__version__.split("+")[0])']))
    .trim()
    .split('\n')
    .at(-1);
}

async function install(release, site) {
  // torch before 2.3 was built for numpy 1.
  const isOld = /^(1\.|2\.[0-2]\.)/.test(release);
  const packages = [`torch==${release}`, isOld ? 'numpy<2' : 'numpy'];
  console.log(`Installing ${packages.join(' ')} …`);
  const options = ['--quiet', '--disable-pip-version-check', '--no-cache-dir', '--no-compile'];
  await run(python, ['-m', 'pip', 'install', ...options, '--target', site, ...packages], {
    timeout: 1_800_000,
  });
}

function today() {
  return new Date().toISOString().slice(0, 10);
}
