import { Analyzer, type ArchitectureAnalysis } from '../../../src/architecture/analysis';
import { Sources } from '../../../src/architecture/sources';
import { PROGRAM } from '../../support/programs';
import { MemoryTree, pythonParser } from '../../unit/architecture/memoryTree';
import type { Target } from '../engine/target';
import { mutatePython } from '../mutation/pythonText';
import { promise, promiseSame } from '../oracles/promises';

/** Classes that are analysed of one program. */
const CLASSES = 6;

/** What a construction may take is a minute of a person's patience; here it takes a fraction of it. */
const CLOCK_SPEED = 40;

/** Shared by all runs. */
const CATALOGUE = new Map();

const encoder = new TextEncoder();

/** Syntax and analysis of one file: an answer, the same one twice, and never an exact one with odd figures. */
export const python: Target = {
  name: 'python',
  longest: 12 << 10,
  mutate: mutatePython,
  seeds: () => Object.values(PROGRAM).map((text) => encoder.encode(text)),
  async run(input) {
    const text = new TextDecoder().decode(input);
    const first = await described(text);
    const second = await described(text);
    // An analysis that ran out of time may have come further the second time.
    if (!first.includes('budgetTime') && !second.includes('budgetTime')) {
      promiseSame('the same program is understood alike', first, second);
    }
  },
};

async function described(text: string): Promise<string> {
  const sources = new Sources(await pythonParser(), new MemoryTree({ 'model.py': text }));
  // The syntax of torch's own files, which takes much longer to read than that of an input.
  Object.assign(sources, { internal: CATALOGUE });
  const clock = { now: () => performance.now() * CLOCK_SPEED };
  const analyzer = new Analyzer(sources, { roots: [''], complete: false }, clock);
  const lines: string[] = [];
  for (const { name, line } of analyzer.moduleClasses('model').slice(0, CLASSES)) {
    promise(line >= 1, 'a class stands in a line', name, line);
    for (const args of [null, '4', 'n=2, *x']) {
      const analysis = analyzer.analyze('model', name, args, args === null ? 'open' : 'never');
      if (analysis === null) continue;
      check(analysis);
      lines.push(JSON.stringify(shown(analysis), wireless));
    }
    const analysis = analyzer.analyze('model', name, '', 'never');
    const prediction = analyzer.predict('model', name, null);
    promise((analysis === null) === (prediction === null), 'predicted where analysed', name);
    if (analysis === null || prediction === null) continue;
    const { construction } = prediction;
    if (!JSON.stringify([analysis.unknowns, construction.unknowns]).includes('budget')) {
      promise(
        construction.parameters === analysis.parameters && construction.exact === analysis.exact,
        'a prediction has the parameters of the analysis',
        name,
        construction.parameters,
        analysis.parameters,
      );
    }
  }
  return lines.join('\n');
}

function check(analysis: ArchitectureAnalysis): void {
  const { name, args, exact, parameters, buffers, atLeast, stateDict, unknowns } = analysis;
  const which = `${name}(${args})`;
  if (!exact) {
    promise(parameters === null && buffers === null, 'figures are exact or not given', which, parameters);
    promise(atLeast === null || atLeast >= 0n, 'a lower bound is a count', which, atLeast);
    return;
  }
  promise(unknowns.length === 0, 'what is exact has nothing unknown', which, JSON.stringify(unknowns));
  promise(parameters !== null && parameters >= 0n, 'parameters are a count', which, parameters);
  promise(buffers !== null && buffers >= 0n, 'buffers are a count', which, buffers);
  let counted = 0n;
  const tensors = new Set<number>();
  for (const { key, kind, shape, tensor } of stateDict) {
    if (kind === 'extraState') continue;
    promise(shape !== null && shape.every((size) => size >= 0n), 'shapes are known', which, key, shape);
    if (kind !== 'parameter' || (tensor !== null && tensors.has(tensor))) continue;
    if (tensor !== null) tensors.add(tensor);
    counted += shape.reduce((product, size) => product * size, 1n);
  }
  promise(counted === parameters, 'the entries have the parameters of the whole', which, counted, parameters);
}

/** Not the formula, which is looked for as long as there is time. */
function shown(analysis: ArchitectureAnalysis): unknown {
  return { ...analysis, formula: null };
}

function wireless(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
