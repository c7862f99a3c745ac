import type { Message } from '../protocol/messages';
import type {
  SafetyAnswer,
  SafetyCall,
  SafetyGlobal,
  SafetyNote,
  SafetyPage,
  SafetyPlace,
  SafetyTier,
} from '../protocol/safetyPage';
import { safetyTiers } from '../protocol/safetyPage';
import { visibleText } from '../protocol/visibleText';
import type { CallFinding, GlobalFinding, Place, ScanReport, WeightsOnlyAnswer } from '../safety/report';

/** Most that a page lists: more than a person reads, and little enough to be drawn at once. */
export const safetyPageLimits = {
  calls: 500,
  globals: 2_000,
  /** Places of one global that are shown. */
  places: 5,
  notes: 500,
  /** Characters of a name, and of a call. */
  name: 200,
  call: 300,
} as const;

/** What the safety view shows of a scan. */
export function safetyPage(report: ScanReport): SafetyPage {
  const calls = byTier(report.calls);
  const globals = byTier(report.globals);
  return {
    verdict: report.verdict,
    headline: headline(report),
    weightsOnly: report.weightsOnly === null ? null : weightsOnlySentence(report.weightsOnly),
    pickles: report.streams.length,
    calls: calls.slice(0, safetyPageLimits.calls).map(shownCall),
    globals: globals.slice(0, safetyPageLimits.globals).map(shownGlobal),
    hidden: {
      calls: Math.max(0, calls.length - safetyPageLimits.calls) + report.omitted,
      globals: Math.max(0, globals.length - safetyPageLimits.globals),
    },
    answers: answersOf(report.weightsOnlyVersions),
    disagreements: report.disagreements.slice(0, safetyPageLimits.notes).map(shownNote),
    notScanned: report.notScanned.slice(0, safetyPageLimits.notes).map(shownNote),
    errors: report.errors.slice(0, safetyPageLimits.notes).map(shownNote),
  };
}

/** One sentence: the worst that was seen, never that a file is harmless. */
export function headline(report: ScanReport): Message {
  const { verdict, calls, globals, streams } = report;
  switch (verdict) {
    case 'dangerous': {
      const call = calls.find(({ tier }) => tier === 'dangerous');
      if (call !== undefined) return callSentence(call);
      const imported = globals.find(({ tier }) => tier === 'dangerous');
      return message('safetyView.dangerousImport', imported === undefined ? '?' : globalName(imported));
    }
    case 'suspicious': {
      const call = calls.find(({ tier }) => tier === 'suspicious');
      return call === undefined
        ? message('safetyView.suspiciousReaders')
        : message('safetyView.suspicious', callText(call));
    }
    case 'unreadable':
      return message('safetyView.unreadable');
    case 'unknown': {
      const unknown = [...new Set(globals.filter(({ tier }) => tier === 'unknown').map(globalName))];
      const [first] = unknown;
      if (first === undefined) return message('safetyView.unknownOnly');
      return unknown.length === 1
        ? message('safetyView.unknown', first)
        : message('safetyView.unknownMany', first, unknown.length);
    }
    case 'clean':
      if (streams.length === 0) return message('safetyView.noPickle');
      return message(
        globals.some(({ tier }) => tier === 'library') ? 'safetyView.cleanLibrary' : 'safetyView.clean',
      );
  }
}

/** What a finding says where it stands, above a line of the disassembly. */
export function findingText(finding: CallFinding | GlobalFinding): Message {
  return 'callee' in finding
    ? callSentence(finding)
    : message('safetyView.dangerousImport', globalName(finding));
}

function callSentence(call: CallFinding): Message {
  const changes = call.opcode === 'BUILD' || /ITEM|APPEND/.test(call.opcode);
  return changes
    ? message('safetyView.dangerousState', cut(call.callee))
    : message('safetyView.dangerous', callText(call));
}

function weightsOnlySentence({ accepted, torch }: WeightsOnlyAnswer): Message | null {
  if (accepted === null) return null;
  return message(accepted ? 'safetyView.weightsOnlyAccepts' : 'safetyView.weightsOnlyRefuses', torch);
}

function answersOf(versions: readonly WeightsOnlyAnswer[]): SafetyAnswer[] {
  const groups: WeightsOnlyAnswer[][] = [];
  for (const answer of [...versions].reverse()) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && sameAnswer(last[0], answer)) last.push(answer);
    else groups.push([answer]);
  }
  return groups.map((group) => {
    const [newest] = group as [WeightsOnlyAnswer, ...WeightsOnlyAnswer[]];
    const oldest = group.at(-1)?.torch ?? newest.torch;
    return {
      versions: oldest === newest.torch ? newest.torch : `${oldest}–${newest.torch}`,
      accepted: newest.accepted,
      reason: newest.reason,
      place: newest.place === null ? null : placeOf(newest.place),
    };
  });
}

function sameAnswer(a: WeightsOnlyAnswer, b: WeightsOnlyAnswer): boolean {
  const told = ({ accepted, reason, place }: WeightsOnlyAnswer): string =>
    JSON.stringify([accepted, reason?.code, reason?.args, place?.record, place?.offset]);
  return told(a) === told(b);
}

function byTier<F extends { readonly tier: SafetyTier }>(findings: readonly F[]): F[] {
  const byItself = new Map<SafetyTier, F[]>(safetyTiers.map((tier) => [tier, []]));
  for (const finding of findings) byItself.get(finding.tier)?.push(finding);
  return [...byItself.values()].flat();
}

function shownCall(call: CallFinding): SafetyCall {
  const { opcode, tier, reason, times } = call;
  return { ...placeOf(call), call: callText(call), opcode, tier, reason, times };
}

function shownGlobal(global: GlobalFinding): SafetyGlobal {
  const { tier, reason, calledAt } = global;
  const places = calledAt.slice(0, safetyPageLimits.places).map(placeOf);
  return {
    ...placeOf(global),
    name: globalName(global),
    tier,
    reason,
    calledAt: places,
    calledMore: calledAt.length > places.length,
  };
}

function shownNote({ code, args, record }: Message & { readonly record: string | null }): SafetyNote {
  return {
    message: { code, args },
    record: record === null ? null : visibleText(record, safetyPageLimits.name).text,
  };
}

function placeOf({ record, offset }: Place): SafetyPlace {
  return { record, offset };
}

function globalName({ module, name }: GlobalFinding): string {
  return visibleText(`${module}.${name}`, safetyPageLimits.name).text;
}

function callText({ callee, args }: CallFinding): string {
  const text = `${callee}(${args})`;
  return text.length > safetyPageLimits.call ? `${text.slice(0, safetyPageLimits.call)}…` : text;
}

function cut(text: string): string {
  return text.length > safetyPageLimits.call ? `${text.slice(0, safetyPageLimits.call)}…` : text;
}

function message(code: string, ...args: (string | number)[]): Message {
  return { code, args };
}
