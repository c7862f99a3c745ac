import type { Message } from '../../protocol/messages';
import type { CheckedLink } from './checks';
import type { LiveCheck } from './liveChecks';
import { toneOf } from './reportPage';

/** What is known of a link, in one line: a mark, then what becomes of the keys. */
export function checkLine({ checked, error }: Pick<LiveCheck, 'checked' | 'error'>): {
  readonly mark: '✓' | '✗' | '?';
  readonly parts: readonly Message[];
} {
  if (error !== null) return { mark: '?', parts: [{ code: error.code, args: error.args }] };
  if (checked === null) return { mark: '?', parts: [] };
  const { report } = checked;
  if (report.error !== null) {
    return { mark: '✗', parts: [message('report.line.raises', report.error.code, report.error.message)] };
  }
  if (!report.exact) {
    const lines = new Set(checked.obstacles.map(({ file, line }) => `${file}:${line}`)).size;
    return { mark: '?', parts: [message('report.line.notKnown', lines)] };
  }
  const mark = { good: '✓', bad: '✗', unknown: '?' } as const;
  const tone = toneOf(report);
  return { mark: mark[tone], parts: tone === 'good' ? goodParts(checked) : badParts(checked) };
}

function goodParts({ report }: CheckedLink): Message[] {
  const loaded = count(report.fileKeys, 'loads');
  return [
    message('report.line.allLoad', loaded, report.fileKeys.length),
    ...some('report.line.headSwap', count(report.fileKeys, 'headSwap')),
    ...some('report.line.new', count(report.keys, 'new')),
  ];
}

function badParts({ report }: CheckedLink): Message[] {
  const dropped = count(report.fileKeys, 'unexpected') + count(report.fileKeys, 'mismatched');
  const unclear = report.wrongLayer.filter(({ certainty }) => certainty === 'ambiguous').length;
  return [
    message('report.line.load', count(report.fileKeys, 'loads') - unclear),
    ...some('report.line.wrongLayer', count(report.fileKeys, 'wrongLayer')),
    ...some('report.line.unclear', unclear),
    ...some('report.line.dropped', dropped),
    ...some('report.line.headSwap', count(report.fileKeys, 'headSwap')),
    ...some('report.line.refused', report.refused.length),
  ];
}

function count(keys: readonly { readonly state: string }[], state: string): number {
  return keys.filter((key) => key.state === state).length;
}

function some(code: string, number: number): Message[] {
  return number === 0 ? [] : [message(code, number)];
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
