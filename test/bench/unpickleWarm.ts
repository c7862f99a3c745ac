import { readFileSync } from 'node:fs';
import { nodePlatform } from '../../src/files/nodePlatform';
import { Unpickler } from '../../src/pickle/unpickler';

/** Our unpickler on a `data.pkl`, warm: the median of many runs, in milliseconds. */
const bytes = new Uint8Array(readFileSync(process.argv[2] ?? ''));
const times: number[] = [];
for (let i = 0; i < 40; i++) {
  const start = performance.now();
  const machine = new Unpickler(0, bytes.length, { toLatin1: nodePlatform.latin1 });
  machine.run(bytes, 0);
  const { error } = machine.finish();
  if (error !== null) throw error;
  times.push(performance.now() - start);
}
const warm = times.slice(10).sort((a, b) => a - b);
process.stdout.write(String(warm[warm.length >> 1]));
