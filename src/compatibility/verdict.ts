import type { Loading } from './loading';
import type { ModelDescription } from './model';
import type { CompatibilityReport, ReportMessage } from './report';

type Unjudged = Omit<CompatibilityReport, 'verdict' | 'notes'>;

/** The answer in one sentence. */
export function verdictOf(report: Unjudged): ReportMessage {
  const { model, error } = report;
  if (error !== null) return { code: 'check.verdict.raises', args: [model.name, error.code, error.message] };
  if (!report.exact && report.answeredBy === 'source')
    return { code: 'check.verdict.notKnown', args: [model.name] };
  const wrong = report.wrongLayer.filter(({ certainty }) => certainty !== 'ambiguous');
  const dropped = report.fileKeys.filter(
    ({ state }) => state === 'unexpected' || state === 'mismatched',
  ).length;
  const fresh = report.keys.filter(({ state }) => state === 'new').length;
  const loaded = report.keys.filter(({ state }) => state === 'loads').length;
  if (loaded === 0 && wrong.length === 0)
    return { code: 'check.verdict.nothing', args: [report.weights.keys] };
  if (dropped > 0 && wrong.length > 0)
    return { code: 'check.verdict.droppedAndWrong', args: [dropped, wrong.length] };
  if (wrong.length > 0) return { code: 'check.verdict.wrong', args: [wrong.length] };
  if (dropped > 0) return { code: 'check.verdict.dropped', args: [dropped, report.weights.keys] };
  if (report.headSwap.length > 0)
    return { code: 'check.verdict.headSwap', args: [loaded, report.headSwap.length, fresh] };
  if (report.refused.length > 0) return { code: 'check.verdict.refused', args: [report.refused.length] };
  if (fresh > 0) return { code: 'check.verdict.newKeys', args: [loaded, fresh] };
  if (report.missing.length > 0) return { code: 'check.verdict.missing', args: [report.missing.length] };
  return { code: 'check.verdict.loads', args: [loaded] };
}

/** What a person should know besides. */
export function notesOf(report: Unjudged, loading: Loading, model: ModelDescription): ReportMessage[] {
  const notes: ReportMessage[] = [];
  const unclear = report.fileKeys.filter(({ certainty }) => certainty === 'ambiguous').length;
  if (unclear > 0) notes.push({ code: 'check.note.ambiguous', args: [unclear] });
  if (report.baseline !== null && !report.baseline.equals)
    notes.push({ code: 'check.note.baselineDiffers', args: [report.baseline.name, report.weights.file] });
  if (loading.unknownModules.length > 0 && model.modules !== null) {
    const paths = loading.unknownModules.map((path) => (path === '' ? model.name : path));
    notes.push({ code: 'check.note.ownLoading', args: [paths.slice(0, 3).join(', '), paths.length] });
  }
  if (report.retyped.length > 0) notes.push({ code: 'check.note.retyped', args: [report.retyped.length] });
  const everything =
    report.exact && report.fileKeys.length > 0 && report.fileKeys.every(({ state }) => state === 'loads');
  if (everything && report.wrongLayer.length === 0)
    notes.push({ code: 'check.note.notTheWeights', args: [] });
  return notes;
}
