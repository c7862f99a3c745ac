// Reads many files with one command of the command line, in one process:
//   node batch.cjs DIST FOLDER COMMAND FILE…
// and prints a line of JSON for each as soon as it is answered.
const { join } = require('node:path');
const { writeSync } = require('node:fs');

const [dist, folder, command, ...files] = process.argv.slice(2);
const { run } = require(join(dist, `cli-${command}.js`));

async function main() {
  for (const file of files) {
    let stdout = '';
    let stderr = '';
    const io = {
      out: (text) => (stdout += text),
      turn: async () => {},
      error: (text) => (stderr += text),
      columns: 80,
      language: 'en',
    };
    const start = performance.now();
    let status;
    try {
      status = await run(['--json', join(folder, file)], io);
    } catch (error) {
      // What `src/cli.ts` makes of it.
      status = 2;
      stderr += `graftlens: internal error: ${error?.stack ?? error}\n`;
    }
    const wall = (performance.now() - start) / 1000;
    print(JSON.stringify({ file, status, stdout, stderr, wall, size: stdout.length }) + '\n');
  }
}

/** A pipe takes a part at a time. */
function print(text) {
  let left = Buffer.from(text);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(1, left));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

void main();
