import type { ArchitectureAnalysis } from '../../architecture/analysis';
import type { PredictedEntry } from '../../architecture/construct';
import { isData } from '../../architecture/tableRows';
import type { TableRow } from '../../architecture/values';
import { assumptionMessage, reasonMessage } from '../../protocol/architectureReasons';
import { text, type TextCode, type Texts } from '../../protocol/texts/text';

/** Counts as JSON has them: numbers while they are safe, else decimal strings. */
function count(value: bigint | null): number | string | null {
  if (value === null) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** The document of `analyze --json`. */
export function analysisJson(analysis: ArchitectureAnalysis, texts: Texts): unknown {
  return {
    name: analysis.name,
    file: analysis.file,
    line: analysis.line,
    args: analysis.args,
    exact: analysis.exact,
    parameters: count(analysis.parameters),
    buffers: count(analysis.buffers),
    atLeast: count(analysis.atLeast),
    formula: analysis.formula,
    stateDict: analysis.stateDict.map((entry) => ({
      key: entry.key,
      shape: entry.shape?.map(count) ?? null,
      dtype: entry.dtype,
      kind: entry.kind,
      ...lookHere(entry),
      source: place(entry.place),
      row: place(entry.row),
    })),
    attention: analysis.attention.map((block) => ({
      path: block.path,
      kind: block.kind,
      parameters: count(block.parameters),
    })),
    assumptions: analysis.assumptions.map((one) => text(texts, assumptionMessage(one))),
    unknowns: analysis.unknowns.map((reason) => ({
      file: reason.file,
      line: reason.line,
      code: reason.code,
      message: text(texts, reasonMessage(reason)),
      row: place(reason.row),
    })),
    raises:
      analysis.raises === null
        ? null
        : {
            code: analysis.raises.code,
            message: analysis.raises.message,
            file: analysis.raises.file,
            line: analysis.raises.line,
            row: place(analysis.raises.row),
          },
  };
}

/** Where a person must look: the row of the file that the model is built from, else the line of Python. */
function lookHere({ place: source, row }: PredictedEntry): { file: string | null; line: number | null } {
  const where = row !== null && isData(row) ? row : source;
  return { file: where?.file ?? null, line: where?.line ?? null };
}

function place(where: TableRow | null | undefined): { file: string; line: number } | null {
  return where === null || where === undefined ? null : { file: where.file, line: where.line };
}

/** What a person reads in a terminal. */
export function analysisText(analysis: ArchitectureAnalysis, texts: Texts): string {
  const say = (code: TextCode, ...args: string[]): string => text(texts, { code, args });
  const number = (value: bigint | null): string => (value === null ? '?' : value.toLocaleString('en-US'));
  const lines = [`${analysis.name}(${analysis.args})  ${analysis.file}:${analysis.line}`];
  if (analysis.raises !== null) {
    lines.push(`  ${say('architecture.raises', analysis.raises.code, analysis.raises.message)}`);
    lines.push(`    ${analysis.raises.file}:${analysis.raises.line}`);
    const { row } = analysis.raises;
    if (row !== undefined) lines.push(`    ${say('architecture.row', `${row.file}:${row.line}`)}`);
  } else if (analysis.exact) {
    lines.push(
      `  ${say('architecture.exact', number(analysis.parameters), String(analysis.stateDict.length))}`,
    );
  } else if (analysis.atLeast !== null)
    lines.push(`  ${say('architecture.lowerBound', number(analysis.atLeast))}`);
  else if (analysis.formula === null) lines.push(`  ${say('architecture.notKnown')}`);
  if (analysis.formula !== null) lines.push(`  = ${analysis.formula}`);
  for (const block of analysis.attention) {
    lines.push(
      `  ${say('architecture.attention', block.kind, block.path === '' ? analysis.name : block.path, number(block.parameters))}`,
    );
  }
  for (const reason of analysis.unknowns) {
    lines.push(`  ${reason.file}:${reason.line}: ${text(texts, reasonMessage(reason))}`);
    const { row } = reason;
    if (row !== undefined) lines.push(`    ${say('architecture.row', `${row.file}:${row.line}`)}`);
  }
  for (const one of analysis.assumptions) lines.push(`  ${text(texts, assumptionMessage(one))}`);
  if (analysis.exact) {
    const width = Math.max(0, ...analysis.stateDict.map((entry) => entry.key.length));
    for (const entry of analysis.stateDict) {
      lines.push(`    ${entry.key.padEnd(width)}  ${entry.dtype ?? ''} [${(entry.shape ?? []).join(', ')}]`);
    }
  }
  return `${lines.join('\n')}\n`;
}
