import { text, type Texts } from '../../protocol/texts/text';
import type { CallFinding, GlobalFinding, Place, ScanReport, WeightsOnlyAnswer } from '../../safety/report';
import type { Note } from '../../checkpoint/checkpoint';

/** A report as the document that `--json` writes. */
export function reportJson(report: ScanReport, texts: Texts): object {
  const say = (note: Note | null): string | null => (note === null ? null : text(texts, note));
  const [error] = report.errors;
  return {
    file: report.file,
    verdict: report.verdict,
    globals: report.globals.map(
      ({ module, name, tier, record, offset, reason, calledAt }: GlobalFinding) => ({
        module,
        name,
        tier,
        record,
        offset,
        reason: say(reason),
        calledAt: calledAt.map((place: Place) => ({ record: place.record, offset: place.offset })),
      }),
    ),
    calls: report.calls.map(({ callee, args, opcode, record, offset, tier, reason, times }: CallFinding) => ({
      callee,
      args,
      opcode,
      record,
      offset,
      tier,
      reason: say(reason),
      times,
    })),
    omitted: report.omitted,
    weightsOnly: answerJson(report.weightsOnly, texts),
    weightsOnlyVersions: report.weightsOnlyVersions.map((answer) => answerJson(answer, texts)),
    disagreements: report.disagreements.map((found) => ({
      code: found.code,
      message: text(texts, found),
      record: found.record,
    })),
    notScanned: report.notScanned.map((found) => ({
      record: found.record,
      reason: text(texts, found),
      code: found.code,
    })),
    errors: report.errors.map((found) => ({
      code: found.code,
      message: text(texts, found),
      file: report.file,
      line: null,
      record: found.record,
      offset: found.offset,
    })),
    error:
      error === undefined
        ? null
        : { code: error.code, message: text(texts, error), file: report.file, line: null },
  };
}

function answerJson(answer: WeightsOnlyAnswer | null, texts: Texts): object {
  if (answer === null) return { accepted: null, reason: null, torch: null };
  const { accepted, reason, torch, place } = answer;
  return {
    accepted,
    reason: reason === null ? null : text(texts, reason),
    torch,
    code: reason?.code ?? null,
    record: place?.record ?? null,
    offset: place?.offset ?? null,
  };
}
