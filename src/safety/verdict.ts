import type { CallFinding, GlobalFinding, ScanReport, Verdict } from './report';

/** From what was found to one word. What was seen before an error decides if it is worse than the error. */
export function verdictOf(
  report: Pick<ScanReport, 'globals' | 'calls' | 'disagreements' | 'errors'>,
): Verdict {
  const tiers = new Set<GlobalFinding['tier'] | CallFinding['tier']>();
  for (const { tier } of report.globals) tiers.add(tier);
  for (const { tier } of report.calls) tiers.add(tier);
  if (tiers.has('dangerous')) return 'dangerous';
  if (tiers.has('suspicious') || report.disagreements.length > 0) return 'suspicious';
  if (report.errors.length > 0) return 'unreadable';
  return tiers.has('unknown') ? 'unknown' : 'clean';
}

const order: readonly Verdict[] = ['clean', 'unknown', 'unreadable', 'suspicious', 'dangerous'];

/** The worst of several files' verdicts; `clean` of none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>(
    (worst, verdict) => (order.indexOf(verdict) > order.indexOf(worst) ? verdict : worst),
    'clean',
  );
}
