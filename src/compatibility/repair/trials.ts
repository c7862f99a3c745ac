import type { CheckReply } from '../../interpreter/reply';
import type { RepairTrial } from '../../interpreter/request';
import type { CandidateStateDict } from '../../stateDict/candidate';
import type { Rearrangement } from '../../stateDict/rearrangement';
import type { ModelDescription } from '../model';
import type { Repair, ReportMessage } from '../report';
import { rearrangementOf } from './rearrangement';

/** Repairs for torch to try. */
export function repairTrials(
  model: ModelDescription,
  part: CandidateStateDict,
  repairs: readonly Repair[],
): RepairTrial[] {
  return repairs.map((repair) => {
    const { entries, modules } = rearrangementOf(model, part, repair);
    return { id: trialId(entries), entries, modules: [...modules] };
  });
}

/** Repairs with what torch said of them, where it has tried them. */
export function provenRepairs(
  model: ModelDescription,
  part: CandidateStateDict,
  repairs: readonly Repair[],
  { repairs: tried }: CheckReply,
): Repair[] {
  return repairs.map((repair) => {
    const { entries } = rearrangementOf(model, part, repair);
    const id = trialId(entries);
    const said = tried.find((one) => one.id === id);
    if (said === undefined) return repair;
    const { strict, missing, unexpected, mismatched, errors } = said;
    // With errors nothing is said of single keys.
    const loaded = errors.length > 0 ? 0 : entries.length - unexpected.length - mismatched.length;
    const proof = {
      ...{ strict, loaded, of: entries.length },
      ...{ missing: missing.length, unexpected, mismatched: mismatched.map(({ key }) => key), errors },
    };
    return { ...repair, proof };
  });
}

/** Equal for equal repairs: FNV-1a over the entries, twice 32 bits. */
function trialId(entries: Rearrangement['entries']): string {
  const text = JSON.stringify(entries);
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x01000193);
  }
  return `${(low >>> 0).toString(16)}-${(high >>> 0).toString(16)}`;
}

/** What torch said of a repair, for a person; null where it was not asked. */
export function proofMessage({ proof }: Repair): ReportMessage | null {
  if (proof === null) return null;
  const { loaded, of, errors } = proof;
  const [error] = errors;
  if (loaded === of) return { code: 'check.repair.proven', args: [loaded, of] };
  return {
    code: 'check.repair.notProven',
    args: [loaded, of, error ?? proof.unexpected[0] ?? proof.mismatched[0] ?? ''],
  };
}
