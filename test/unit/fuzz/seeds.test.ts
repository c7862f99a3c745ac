import { join } from 'node:path';
import { lowerLimits } from '../../fuzz/engine/lowerLimits';
import { seedsOf } from '../../fuzz/engine/storedSeeds';
import { targets } from '../../fuzz/targets';

const seedFolder = join(__dirname, '..', '..', 'fuzz', 'seeds');

describe('Stored inputs of the fuzzer', function () {
  this.timeout(60_000);
  before(lowerLimits);
  for (const target of targets) {
    it(`keep what ${target.name} promises`, async () => {
      for (const input of seedsOf(target, seedFolder)) await target.run(input);
    });
  }
});
