import type { CompatibilityReport, ForwardReport, ReportMessage } from '../../compatibility/report';
import { text, type Texts } from '../../protocol/texts/text';

/** The document of `check --json`: the report with its sentences, without the lists of all keys. */
export function checkJson(report: CompatibilityReport, texts: Texts): string {
  const { keys, fileKeys, ...rest } = report;
  const said = (message: ReportMessage): ReportMessage & { readonly message: string } => ({
    ...message,
    message: text(texts, message),
  });
  void keys;
  void fileKeys;
  const document = {
    ...rest,
    verdict: said(report.verdict),
    notes: report.notes.map(said),
    differences: report.differences.map(said),
    forward: report.forward === null ? null : forwardJson(report.forward, texts),
    refused: report.refused.map((refusal) => ({ ...refusal, message: text(texts, refusal) })),
    repairs: report.repairs.map(({ message, ...repair }) => ({
      ...repair,
      title: text(texts, message),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function forwardJson({ error, ...rest }: ForwardReport, texts: Texts): ForwardReport {
  return { ...rest, error: error === null ? null : { ...error, message: text(texts, error) } };
}
