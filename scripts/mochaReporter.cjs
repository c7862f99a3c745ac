/**
 * A mocha reporter for suites that are summed up: writes `{ passed, failed, skipped, text }` to the file
 * named by GRAFTLENS_RESULTS, where `text` holds the failures for a person (with GRAFTLENS_VERBOSE=1, every
 * test). It prints nothing, because in VS Code's extension host there is no output of one's own.
 */
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

/** Tests that take longer are named, to keep the whole quick. */
const slow = 5000;

module.exports = class SummaryReporter extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const verbose = process.env.GRAFTLENS_VERBOSE === '1';
    const lines = [];
    runner.on(EVENT_TEST_PASS, (test) => {
      if (verbose || test.duration > slow) lines.push(`  passed in ${test.duration} ms: ${test.fullTitle()}`);
    });
    runner.on(EVENT_TEST_PENDING, (test) => lines.push(`  skipped: ${test.fullTitle()}`));
    runner.on(EVENT_TEST_FAIL, (test, error) => lines.push(`  FAILED: ${test.fullTitle()}`, explain(error)));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const results = { passed: passes, failed: failures, skipped: pending, text: lines.join('\n') };
      writeFileSync(process.env.GRAFTLENS_RESULTS, JSON.stringify(results));
    });
  }
};

function explain(error) {
  const stack = String(error?.stack ?? error);
  const diff = reporters.Base.showDiff(error)
    ? reporters.Base.generateDiff(asText(error.actual), asText(error.expected))
    : '';
  return indent(`${stack}${diff}`);
}

const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
const indent = (text) => text.replace(/^/gm, '    ');
