/** What listing a checkpoint's records costs with jszip, which needs the archive in memory. */
const { readFileSync } = require('node:fs');
const JSZip = require('jszip');

JSZip.loadAsync(readFileSync(process.argv[2])).then(
  (zip) => console.log(Object.keys(zip.files).length),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
