import type { DocumentSummary, Message, Warning } from './messages';

/**
 * Why a checkpoint is not complete, once: the warning that says so, and the others. `reason` is null for a
 * complete checkpoint, and for a partial one whose warnings name no reason.
 */
export function splitIncompleteness({ partial, warnings }: Pick<DocumentSummary, 'partial' | 'warnings'>): {
  readonly reason: Message | null;
  readonly others: readonly Warning[];
} {
  if (!partial) return { reason: null, others: warnings };
  const at = warnings.findIndex(saysWhatIsMissing);
  const found = warnings[at];
  if (found === undefined) return { reason: null, others: warnings };
  return { reason: found, others: warnings.filter((_, index) => index !== at) };
}

function saysWhatIsMissing({ code, path }: Warning): boolean {
  return path === null && (/\.truncated/.test(code) || /^sharded\.shard/.test(code));
}
