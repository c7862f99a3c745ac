/** What the corpus demands of one answer; `limits` are `{ seconds, mebibytes }`, either may be absent. */
export function faults(line, result, limits = {}) {
  const found = [];
  if (result.timedOut) found.push('hangs');
  else if (![0, 1, 2].includes(result.status)) found.push(`ends with ${result.status}`);
  if (/internal error|\.js:\d+:\d+\)/.test(result.stderr)) found.push('unhandled error');
  if (limits.seconds !== undefined && result.wall > limits.seconds)
    found.push(`takes ${result.wall.toFixed(1)} s`);
  if (limits.mebibytes !== undefined && result.peak > limits.mebibytes)
    found.push(`takes ${result.peak.toFixed(0)} MiB`);
  if (found.length > 0) return found;
  if (result.command === 'inspect') {
    if (result.status === 1) found.push('inspect ends with 1');
    if (result.status === 2 && !/^[^\n]+\n$/.test(result.stderr)) found.push('no line that says why');
    if (result.status === 0 && typeof result.stdout === 'string' && parsed(result.stdout) === null)
      found.push('no JSON');
    return found;
  }
  const document = scanDocument(result);
  if (document === null) return ['no JSON'];
  if (!line.expected.includes(document.verdict)) found.push(`called ${document.verdict}`);
  const missing = missingGlobals(line, document);
  if (missing.length > 0) found.push(`not listed: ${missing.slice(0, 3).join(', ')}`);
  return found;
}

/** The document of `scan --json` for one file, null if there is none. */
export function scanDocument(result) {
  const document = typeof result.stdout === 'string' ? parsed(result.stdout) : null;
  const one = Array.isArray(document) ? document[0] : document;
  return one !== null && typeof one?.verdict === 'string' ? one : null;
}

/** Globals that a file imports and the scan does not list; compared as dotted names, as long as shown ones are. */
export function missingGlobals(line, document) {
  if (line.globals === null) return [];
  const listed = new Set(document.globals.map(({ module, name }) => `${module}.${name}`));
  return line.globals.map(([module, name]) => `${module}.${name}`).filter((name) => !listed.has(name));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** How the answers to one class of files share out over the verdicts. */
export function verdictCounts(lines, results) {
  const counts = new Map();
  const byFile = new Map(results.filter((r) => r.command === 'scan').map((r) => [r.file, r]));
  for (const line of lines) {
    const result = byFile.get(line.file);
    const verdict = (result && scanDocument(result)?.verdict) ?? 'no answer';
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return counts;
}
