import type { Note } from '../../checkpoint/checkpoint';
import { formatInteger } from '../../protocol/numbers';
import { text, type Texts } from '../../protocol/texts/text';
import { visibleText } from '../../protocol/visibleText';
import type { CallFinding, GlobalFinding, Place, ScanReport, Tier } from '../../safety/report';
import { wrap } from '../wrap';

/** Findings of a kind shown to a person; `--json` has all. */
const shownFindings = 12;
/** Imports of known lists say little: their names, in a line or two. */
const shownNames = 24;

/**
 * What a person reads in a terminal: the verdict and what it rests on, worst first. Every string of the file
 * has visible escapes.
 */
export function humanReport(report: ScanReport, texts: Texts, columns: number): string {
  const width = Math.max(60, Math.min(columns, 120));
  const say = (code: string, ...args: (string | number)[]): string => text(texts, { code, args });
  const file = visibleText(report.file, 400).text;
  const lines = [`${file}: ${say(`safety.verdict.${report.verdict}`)}`];
  const isPickle = report.streams.length > 0 || report.errors.length > 0;
  lines.push(
    ...wrap(`  ${isPickle ? say(`safety.seen.${report.verdict}`) : say('safety.tensorsOnly')}`, width),
  );
  lines.push(...calls(report, texts, width), ...imports(report, texts, width));
  const { weightsOnly } = report;
  if (weightsOnly !== null) {
    const { torch, reason, accepted } = weightsOnly;
    const code = accepted === null ? 'safety.weightsOnlyUnknown' : 'safety.weightsOnlyRefuses';
    const sentence =
      reason === null ? say('safety.weightsOnlyAccepts', torch) : say(code, torch, text(texts, reason));
    lines.push(...wrap(`  ${sentence}`, width));
  }
  lines.push(...notes('safety.disagreements', report.disagreements, texts, width));
  lines.push(...notes('safety.notScanned', report.notScanned, texts, width));
  for (const error of report.errors.slice(0, shownFindings)) {
    lines.push(...wrap(`  ! ${placed(error, text(texts, error))}`, width, '    '));
  }
  if (report.errors.length > shownFindings) {
    lines.push(`  ${say('safety.more', formatInteger(report.errors.length - shownFindings))}`);
  }
  if (report.omitted > 0) lines.push(...wrap(`  ${say('safety.omitted', report.omitted)}`, width));
  return `${lines.join('\n')}\n`;
}

/** Calls that the verdict rests on. */
function calls(report: ScanReport, texts: Texts, width: number): readonly string[] {
  const say = (code: string, ...args: (string | number)[]): string => text(texts, { code, args });
  const bad = (['dangerous', 'suspicious'] as const).flatMap((tier) =>
    report.calls.filter((call) => call.tier === tier),
  );
  const lines = bad
    .slice(0, shownFindings)
    .flatMap((call) => [
      ...wrap(`  ${say('safety.wouldCall', call.callee, '\0').replace('\\x00', call.args)}`, width, '    '),
      ...wrap(`    ${details(call, texts)}`, width, '  '),
    ]);
  if (bad.length > shownFindings) {
    lines.push(`  ${say('safety.more', formatInteger(bad.length - shownFindings))}`);
  }
  return lines;
}

function details(call: CallFinding, texts: Texts): string {
  const reason = call.reason === null ? '' : `${text(texts, call.reason)} `;
  return `${reason}(${call.opcode}, ${placeText(call)})`;
}

/** Dangerous and unknown names one a line, names of known lists together. */
function imports(report: ScanReport, texts: Texts, width: number): readonly string[] {
  if (report.globals.length === 0) return [];
  const lines = [`  ${text(texts, { code: 'safety.globals', args: [] })}`];
  for (const tier of ['dangerous', 'unknown', 'library', 'torch'] as const) {
    const found = report.globals.filter((global) => global.tier === tier);
    if (found.length === 0) continue;
    const label = text(texts, { code: `safety.tier.${tier}`, args: [] });
    const rest = (shown: number): readonly string[] =>
      found.length > shown
        ? [`    ${text(texts, { code: 'safety.more', args: [formatInteger(found.length - shown)] })}`]
        : [];
    if (isListedOneByOne(tier)) {
      lines.push(
        ...found
          .slice(0, shownFindings)
          .flatMap((global) => wrap(`    ${label}: ${nameText(global)} (${placeText(global)})`, width)),
        ...rest(shownFindings),
      );
    } else {
      const names = found.slice(0, shownNames).map(nameText).join(', ');
      lines.push(...wrap(`    ${label}: ${names}`, width), ...rest(shownNames));
    }
  }
  return lines;
}

function isListedOneByOne(tier: Tier): boolean {
  return tier === 'dangerous' || tier === 'unknown';
}

function nameText({ module, name }: GlobalFinding): string {
  return visibleText(`${module}.${name}`, 200).text;
}

function notes(
  heading: string,
  found: readonly (Note & { readonly record: string | null })[],
  texts: Texts,
  width: number,
): readonly string[] {
  if (found.length === 0) return [];
  const lines = [`  ${text(texts, { code: heading, args: [] })}`];
  for (const note of found.slice(0, shownFindings)) {
    lines.push(...wrap(`    ${placed({ ...note, offset: null }, text(texts, note))}`, width));
  }
  if (found.length > shownFindings) {
    lines.push(
      `    ${text(texts, { code: 'safety.more', args: [formatInteger(found.length - shownFindings)] })}`,
    );
  }
  return lines;
}

function placed(
  place: { readonly record: string | null; readonly offset: number | null },
  said: string,
): string {
  const record = place.record === null ? '' : visibleText(place.record, 200).text;
  const offset = place.offset === null ? '' : `@${place.offset}`;
  const where = [record, offset].filter((part) => part !== '').join(' ');
  return where === '' ? said : `${where}: ${said}`;
}

function placeText({ record, offset }: Place): string {
  return record === null ? `@${offset}` : `${visibleText(record, 200).text} @${offset}`;
}
