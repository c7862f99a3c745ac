import { pathToFileURL } from 'node:url';
import { text, type Texts } from '../../protocol/texts/text';
import type { CallFinding, GlobalFinding, Place, ScanReport } from '../../safety/report';
import type { Note } from '../../checkpoint/checkpoint';

/** Results of one file; a code-scanning service takes a few thousand of a run. */
const mostResults = 500;

interface Result {
  readonly ruleId: RuleId;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly place: { readonly record: string | null; readonly offset: number | null };
}

const rules = {
  'dangerous-call': 'A call that would run code, touch files or use the network when the file is unpickled.',
  'dangerous-import': 'An import of what can run code, touch files or use the network.',
  'suspicious-call': 'A call of what no list knows.',
  'readers-disagree': 'Two readers of the file would see different contents.',
  unreadable: 'The file, or a part of it, could not be read to its end.',
} as const;
type RuleId = keyof typeof rules;

/** A SARIF 2.1.0 log of one run over all files. */
export function sarifLog(reports: readonly ScanReport[], texts: Texts): object {
  const ids = Object.keys(rules) as RuleId[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Graftlens',
            informationUri: 'https://github.com/graftlens/graftlens',
            rules: ids.map((id) => ({ id, shortDescription: { text: rules[id] } })),
          },
        },
        results: reports.flatMap((report) =>
          resultsOf(report, texts).map((result) => ({
            ruleId: result.ruleId,
            ruleIndex: ids.indexOf(result.ruleId),
            level: result.level,
            message: { text: result.text },
            locations: [location(report.file, result.place)],
          })),
        ),
      },
    ],
  };
}

function resultsOf(report: ScanReport, texts: Texts): readonly Result[] {
  const say = (note: Note | null): string => (note === null ? '' : ` ${text(texts, note)}`);
  const results: Result[] = [];
  const add = (ruleId: RuleId, level: Result['level'], said: string, place: Result['place']): void => {
    if (results.length < mostResults) results.push({ ruleId, level, text: said.trim(), place });
  };
  const called = (tier: CallFinding['tier']): readonly CallFinding[] =>
    report.calls.filter((call) => call.tier === tier);
  for (const call of called('dangerous')) {
    add('dangerous-call', 'error', `${call.callee}(${call.args}) [${call.opcode}]${say(call.reason)}`, call);
  }
  for (const found of report.globals.filter(({ tier }) => tier === 'dangerous')) {
    add('dangerous-import', 'error', `${nameOf(found)}${say(found.reason)}`, found);
  }
  for (const call of called('suspicious')) {
    add(
      'suspicious-call',
      'warning',
      `${call.callee}(${call.args}) [${call.opcode}]${say(call.reason)}`,
      call,
    );
  }
  for (const found of report.disagreements) {
    add('readers-disagree', 'warning', text(texts, found), { record: found.record, offset: null });
  }
  for (const error of report.errors) add('unreadable', 'warning', text(texts, error), error);
  return results;
}

function nameOf({ module, name }: GlobalFinding): string {
  return `${module}.${name}`;
}

/** A binary file has no lines: the byte offset is that of the file, or of the record that is named. */
function location(file: string, { record, offset }: Place | Result['place']): object {
  const region = record === null && offset !== null ? { region: { byteOffset: offset, byteLength: 1 } } : {};
  const logical =
    record === null
      ? {}
      : { logicalLocations: [{ name: record, kind: 'member', fullyQualifiedName: record }] };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region }, ...logical };
}

/** Relative to the folder of the run where it is below it, as code scanning wants it. */
function uriOf(file: string): string {
  const isAbsolute = /^(?:[\\/]|[A-Za-z]:)/.test(file);
  if (isAbsolute) return pathToFileURL(file).href;
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
