import assert from 'node:assert/strict';
import { type Case, linesOf, predictor, type Verdict } from './support/prediction';
import { seedOfTests } from '../support/seed';

const PRELUDE = `import copy
import math
from collections import OrderedDict
from functools import partial
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrize, parametrizations
`;

/** The static analysis over programs and files that torch has really built. Nothing may be wrong. */
describe('The analysis predicts what torch builds', () => {
  const seed = String(seedOfTests());
  let predict: (test: Case) => Verdict;
  before(async () => {
    predict = await predictor();
  });

  it(`layers, containers, parametrisations of torch.nn, seed ${seed}`, () => {
    const rows = linesOf<Program>('catalogue/cases.py', [seed, '10']);
    const known = rows.filter(({ program }) => !program.includes('nn.Lazy'));
    judgeAll(known.map(caseOfProgram), 0.99);
    // What a lazy layer registers is only known after its first forward.
    judgeAll(rows.filter((row) => !known.includes(row)).map(caseOfProgram), 0);
  });

  it(`layers of torchvision.ops, seed ${seed}`, () => {
    judgeAll(linesOf<Program>('catalogue/cases_torchvision.py', [seed]).map(caseOfProgram), 0.95);
  });

  it(`functions and methods of tensors, seed ${seed}`, () => {
    judgeAll(linesOf<Program>('catalogue/cases_tensors.py', [seed, '2000']).map(caseOfProgram), 0.4);
  });

  it(`random model files, seed ${seed}`, () => {
    judgeAll(linesOf<ModelFile>('property/generate.py', [seed, '2500']).map(caseOfFile), 0.9);
  });

  function judgeAll(tests: readonly Case[], exactShare: number): void {
    assert.ok(tests.length > 500, `only ${tests.length} cases`);
    const reasons = new Map<string, number>();
    const differences: string[] = [];
    let exact = 0;
    for (const test of tests) {
      const verdict = predict(test);
      if (verdict.kind === 'wrong') differences.push(`${test.name}\n    ${verdict.difference}`);
      else if (verdict.kind === 'unknown') {
        reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
      } else exact += 1;
    }
    const shown = differences.slice(0, 10).join('\n');
    assert.equal(differences.length, 0, `${differences.length} of ${tests.length} are wrong\n${shown}`);
    const common = [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 10);
    const stops = common.map(([reason, count]) => `${count} × ${reason}`).join('\n');
    assert.ok(exact >= exactShare * tests.length, `${exact} of ${tests.length} are exact\n${stops}`);
  }
});

interface Program {
  readonly program: string;
  readonly truth: Case['truth'];
}

interface ModelFile {
  readonly seed: string;
  readonly source: string;
  readonly expression: string;
  readonly truth: Case['truth'];
}

function caseOfProgram({ program, truth }: Program): Case {
  const body = program
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return { name: program, source: `${PRELUDE}\n\ndef build():\n${body}    return model\n`, truth };
}

function caseOfFile({ seed, source, expression, truth }: ModelFile): Case {
  return {
    name: `generate.py, case ${seed}`,
    source: `${source}\n\ndef build():\n    return ${expression}\n`,
    truth,
  };
}
