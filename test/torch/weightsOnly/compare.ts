import { readFileSync } from 'node:fs';
import { NodeFileSource } from '../../../src/files/nodeFileSource';
import { nodePlatform } from '../../../src/files/nodePlatform';
import { weightsOnlyAnswer } from '../../../src/safety/weightsOnly/torchLoad';
import { findTorchVersion } from '../../../src/safety/weightsOnly/torchVersions';

/** What `ask.py` writes. */
export interface Truth {
  readonly torch: string;
  readonly answers: Readonly<Record<string, { readonly accepted: boolean; readonly error: string }>>;
}

/** How the model's answers compare with torch's; a sentence for each file where they are not the same. */
export interface Comparison {
  readonly same: number;
  readonly unsure: readonly string[];
  readonly wrong: readonly string[];
}

/** @throws Error where the model does not know the version */
export async function compareWithTorch(truth: Truth): Promise<Comparison> {
  const version = findTorchVersion(truth.torch);
  if (version === undefined) throw new Error(`torch ${truth.torch} is not described: npm run weights-only`);
  const unsure: string[] = [];
  const wrong: string[] = [];
  let same = 0;
  for (const [file, { accepted, error }] of Object.entries(truth.answers)) {
    const source = await NodeFileSource.open(file);
    const answer = await weightsOnlyAnswer(source, nodePlatform, version);
    await source.close();
    if (answer === null) continue;
    const said = `${file}: torch says ${error.slice(0, 200)}; we say ${JSON.stringify(answer.reason)}`;
    if (answer.accepted === null) unsure.push(said);
    else if (answer.accepted === accepted) same++;
    else wrong.push(said);
  }
  return { same, unsure, wrong };
}

/** Run by scripts/weightsOnlyCompare.mjs with a file of `ask.py`. */
async function main(file: string): Promise<void> {
  const truth = JSON.parse(readFileSync(file, 'utf8')) as Truth;
  const { same, unsure, wrong } = await compareWithTorch(truth);
  for (const one of wrong) console.log(`wrong: ${one}`);
  console.log(`torch ${truth.torch}: ${same} agree, ${unsure.length} not known, ${wrong.length} wrong`);
}

if (require.main === module && process.argv[2] !== undefined) void main(process.argv[2]);
