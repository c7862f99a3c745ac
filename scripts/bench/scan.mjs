import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packagesFolder } from '../corpus/environment.mjs';
import { generateCorpus } from '../corpus/generate.mjs';
import { faults, missingGlobals, scanDocument } from '../corpus/judge.mjs';
import { runCorpus } from '../corpus/run.mjs';
import { inRoot } from '../paths.mjs';
import { torchPython } from '../torchEnv.mjs';

const seconds = 5;
const limits = { seconds: 2, mebibytes: 512 };

/**
 * `graftlens scan` beside picklescan and fickling on every file of the corpus, in one run. Hostile files get a process
 * each; the peers are forked for each file after they were loaded, so that starting Python does not count against them.
 */
export async function measureScan() {
  const { folder, lines: all } = generateCorpus();
  // Of costly files that are the same in two containers, one is enough.
  const lines = all.filter(({ alone, file }) => !alone || !file.endsWith('-in-a-checkpoint.pt'));
  const hostile = lines.filter((line) => line.class === 'hostile');
  const others = lines.filter((line) => line.class !== 'hostile');
  const ours = [
    ...(await runCorpus(folder, others, { commands: ['scan'], jobs: 1, seconds: 120 })),
    ...(await runCorpus(folder, hostile, { commands: ['scan'], jobs: 2, seconds, whole: true })),
  ];
  const byFile = new Map(lines.map((line) => [line.file, line]));
  const answers = new Map(
    ours.map((result) => {
      const verdict = result.timedOut ? 'hangs' : (scanDocument(result)?.verdict ?? 'crashes');
      return [result.file, { verdict, wall: result.wall, peak: result.peak ?? 0 }];
    }),
  );
  const imported = lines.filter((line) => line.globals !== null && line.class !== 'hostile');
  const listed = imported.filter((line) => {
    const document = scanDocument(ours.find((result) => result.file === line.file) ?? {});
    return document !== null && missingGlobals(line, document).length === 0;
  });
  const packages = packagesFolder('corpus-peers', inRoot('test', 'corpus', 'peers.txt'));
  const names = ['picklescan', 'fickling'];
  const verdicts = await Promise.all(names.map((name) => peerVerdicts(name, packages, folder, lines)));
  const peers = Object.fromEntries(
    names.map((name, i) => [name, summary(lines, verdicts[i], ['dangerous'], ['dangerous', 'suspicious'])]),
  );
  return {
    files: counts(lines),
    graftlens: summary(lines, answers, ['dangerous'], ['dangerous', 'suspicious']),
    globals: { files: imported.length, complete: listed.length },
    faults: ours.filter((result) => faults(byFile.get(result.file), result).length > 0).length,
    peers,
  };
}

async function peerVerdicts(name, packages, folder, lines) {
  const child = spawn(torchPython(), [inRoot('test', 'corpus', 'peers.py'), name, String(seconds)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONPATH: packages },
  });
  child.stdin.end(lines.map((line) => join(folder, line.file)).join('\n'));
  const verdicts = new Map();
  for await (const text of createInterface({ input: child.stdout })) {
    const { file, ...answer } = JSON.parse(text);
    verdicts.set(file.slice(folder.length + 1), answer);
  }
  return verdicts;
}

function counts(lines) {
  const of = (kind) => lines.filter((line) => line.class === kind).length;
  return { dangerous: of('dangerous'), benign: of('benign'), hostile: of('hostile') };
}

/** Shares of files by verdict, and what hostile files cost. */
function summary(lines, answers, strict, loose) {
  const share = (kind, verdicts) => {
    const of = lines.filter((line) => line.class === kind);
    return of.filter((line) => verdicts.includes(answers.get(line.file)?.verdict)).length / of.length;
  };
  const hostile = lines
    .filter((line) => line.class === 'hostile')
    .map((line) => answers.get(line.file) ?? { verdict: 'crashes', wall: 0, peak: 0 });
  return {
    dangerous: share('dangerous', strict),
    dangerousOrSuspicious: share('dangerous', loose),
    falseAlarms: share('benign', loose),
    hangs: hostile.filter(({ verdict }) => verdict === 'hangs').length,
    crashes: hostile.filter(({ verdict }) => verdict === 'crashes').length,
    slow: hostile.filter(({ wall }) => wall > limits.seconds).length,
    large: hostile.filter(({ peak }) => peak > limits.mebibytes).length,
    slowest: Math.max(...hostile.map(({ wall }) => wall)),
    largest: Math.max(...hostile.map(({ peak }) => peak)),
  };
}

/** The section of BENCHMARKS.md. */
export function scanSection({ files, graftlens, globals, peers }) {
  const percent = (share) => `${(share * 100).toFixed(1)} %`;
  const row = (name, of) =>
    `| ${name} | ${percent(of.dangerous)} | ${percent(of.dangerousOrSuspicious)} | ${percent(of.falseAlarms)} | ${of.hangs} | ${of.crashes} | ${of.slow} | ${of.large} | ${of.slowest.toFixed(1)} s | ${of.largest.toFixed(0)} MiB |`;
  return [
    '## Scanning',
    '',
    `The corpus of \`npm run corpus\`: ${files.dangerous} dangerous files (gadgets × techniques × containers), ${files.benign} benign ones by real writers, ${files.hostile} broken or hostile; one run. A false alarm is a benign file called dangerous or suspicious. Hostile files: no answer in ${seconds} s, a crash, more than ${limits.seconds} s, more than ${limits.mebibytes} MiB, the slowest, the largest. Each has a process of its own for graftlens, Node's start included, and one forked from a loaded scanner for the others. picklescan's suspicious tier is every global that it does not know.`,
    '',
    '| scanner | dangerous called dangerous | or suspicious | false alarms | hangs | crashes | slow | large | slowest | largest |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    row('graftlens scan', graftlens),
    ...Object.entries(peers).map(([name, of]) => row(name, of)),
    '',
    `graftlens lists every global that the file imports for ${globals.complete} of ${globals.files} dangerous and benign files.`,
    '',
  ];
}
