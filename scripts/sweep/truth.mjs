import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { inRoot } from '../paths.mjs';
import { torchPython } from '../torchEnv.mjs';

const cache = inRoot('.cache', 'sweep');
const requirements = inRoot('test', 'sweep', 'requirements.txt');
const script = inRoot('test', 'sweep', 'truth.py');

/** Arguments that every entry point of a library is called with: what people change of a model. */
const calls = {
  torchvision: ['', 'num_classes=10', "weights='DEFAULT'"],
  timm: ['', 'num_classes=0', 'num_classes=10, in_chans=1', 'features_only=True', 'drop_path_rate=0.1'],
};

/**
 * The calls of entry points that a pattern accepts (all when null), each with what torch makes of it:
 * `{ versions, sites, rows: [{ entry, truth }] }`; `sites` are the libraries' folder and torch's. What is not in the
 * cache is built first.
 */
export async function truthOfEntries(pattern) {
  const python = torchPython();
  const site = installedSite(python);
  const [torchVersion = '', torchFile = ''] = printed(python, [
    '-c',
    'import torch; print(torch.__version__, torch.__file__, sep="\\n")',
  ])
    .trim()
    .split(/\r?\n/);
  const key = digest(torchVersion, readFileSync(requirements), readFileSync(script)).slice(0, 12);
  const entries = listedEntries(python, site, join(cache, `entries-${key}.jsonl`));
  const chosen = entries
    .flatMap((entry) => calls[entry.library].map((args) => ({ ...entry, args })))
    .filter((entry) => pattern === null || pattern.test(nameOf(entry)));
  const built = await builtEntries(python, site, chosen, join(cache, `truth-${key}.jsonl`));
  const pins = readFileSync(requirements, 'utf8');
  const pin = (name) => new RegExp(`^${name}==(.*)$`, 'm').exec(pins)?.[1] ?? '';
  return {
    versions: {
      torch: torchVersion.replace(/\+.*/, ''),
      torchvision: pin('torchvision'),
      timm: pin('timm'),
    },
    sites: [site, dirname(dirname(torchFile))],
    rows: chosen.map((entry) => ({
      entry,
      // Parsed when it is asked for: all of them at once take gigabytes.
      get truth() {
        return JSON.parse(built.get(nameOf(entry)));
      },
    })),
  };
}

/** The folder with the libraries of the requirements, installed again when these change. */
function installedSite(python) {
  const site = join(cache, 'site');
  const stamp = join(cache, 'site.stamp');
  const wanted = digest(readFileSync(requirements));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return site;
  rmSync(site, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--no-deps'];
  execFileSync(python, [...pip, '--target', site, '--requirement', requirements], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  writeFileSync(stamp, wanted);
  return site;
}

function listedEntries(python, site, file) {
  if (!existsSync(file)) {
    const text = printed(python, [script, site, 'list']);
    writeFileSync(`${file}.part`, text);
    renameSync(`${file}.part`, file);
  }
  return textLines(file).map((line) => JSON.parse(line));
}

/**
 * Builds what the file does not have yet, and adds it there at once: an interrupted run goes on. Gives the lines of
 * the file by name.
 */
async function builtEntries(python, site, entries, file) {
  const built = new Map();
  for (const line of existsSync(file) ? textLines(file) : []) built.set(nameOf(JSON.parse(line)), line);
  let missing = entries.filter((entry) => !built.has(nameOf(entry)));
  if (missing.length > 0) console.log(`Building ${missing.length} models with torch …`);
  while (missing.length > 0) {
    await buildUntilItEnds(python, site, missing, (line) => {
      built.set(nameOf(JSON.parse(line)), line);
      appendFileSync(file, `${line}\n`);
    });
    const [culprit, ...rest] = missing.filter((entry) => !built.has(nameOf(entry)));
    // The process ended before its last answer: the entry that it was at is to blame. Not kept.
    if (culprit !== undefined) {
      const truth = { raises: 'Crash', message: 'Python ended while it built this model' };
      built.set(nameOf(culprit), JSON.stringify(truth));
    }
    missing = rest;
  }
  return built;
}

function buildUntilItEnds(python, site, entries, answer) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script, site, 'build'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.once('error', reject);
    child.stdin.on('error', () => undefined);
    child.stdin.end(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    const reader = createInterface({ input: child.stdout });
    reader.on('line', answer);
    reader.once('close', resolve);
  });
}

function printed(command, args) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function textLines(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** `timm resnet18(num_classes=0)` */
function nameOf({ library, name, args }) {
  return `${library} ${name}(${args})`;
}

function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
