import type { CompatibilityReport, ForwardReport, ReportMessage } from './report';

/**
 * The report as `check --json` prints it and the editor exports it: with its sentences, without the lists of
 * all keys. `say` gives the sentence of a message in the reader's language.
 */
export function reportDocument(report: CompatibilityReport, say: (message: ReportMessage) => string): object {
  const { keys, fileKeys, ...rest } = report;
  const said = (message: ReportMessage): ReportMessage & { readonly message: string } => ({
    ...message,
    message: say(message),
  });
  void keys;
  void fileKeys;
  return {
    ...rest,
    verdict: said(report.verdict),
    notes: report.notes.map(said),
    differences: report.differences.map(said),
    forward: report.forward === null ? null : forwardDocument(report.forward, say),
    refused: report.refused.map((refusal) => ({ ...refusal, message: say(refusal) })),
    repairs: report.repairs.map(({ message, ...repair }) => ({ ...repair, title: say(message) })),
  };
}

function forwardDocument(
  { error, ...rest }: ForwardReport,
  say: (message: ReportMessage) => string,
): ForwardReport {
  return { ...rest, error: error === null ? null : { ...error, message: say(error) } };
}
