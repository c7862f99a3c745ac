import { moduleTree } from './moduleTree';
import { pathExpression } from './pathExpression';
import { formatBytes, formatCount, formatInteger } from '../../protocol/numbers';
import { visibleText } from '../../protocol/visibleText';
import { text, type Texts } from '../../protocol/texts/text';
import { tensorBytes } from '../../stateDict/tensorSize';
import type { ListedTensor, ListedValue } from '../../checkpoint/listing';
import { wrap } from '../wrap';
import type { InspectReport } from './report';

/** Values shown to a person; `--json` has all. */
const shownValues = 20;

/** What a person reads in a terminal: a header, a line a tensor, what else the file holds, warnings. */
export function humanReport(report: InspectReport, texts: Texts, columns: number): string {
  const width = Math.max(60, Math.min(columns, 120));
  const lines = [...header(report, texts), ''];
  const modules = moduleTree(report.root);
  if (modules !== null) lines.push(...modules, '');
  lines.push(...tensorTable(report.tensors, width, texts));
  if (report.values.length > 0) lines.push('', ...values(report.values, width, texts));
  if (report.sources.length > 0) {
    lines.push('', text(texts, { code: 'cli.sources', args: [] }));
    for (const { name } of report.sources.slice(0, shownValues))
      lines.push(`  ${visibleText(name, 200).text}`);
  }
  for (const warning of report.warnings) {
    const place = warning.path === null ? '' : `${pathExpression(warning.path)}: `;
    lines.push('', ...wrap(`! ${place}${text(texts, warning)}`, width));
  }
  return `${lines.join('\n')}\n`;
}

function header(report: InspectReport, texts: Texts): readonly string[] {
  const { totals } = report;
  const say = (code: string, ...args: (string | number)[]): string => text(texts, { code, args });
  const size = say('cli.fileSize', formatBytes(report.fileSize));
  const facts = report.facts.map((fact) => text(texts, fact));
  const counts = [
    say('cli.tensors', formatInteger(totals.tensors), totals.tensors),
    say('cli.elements', formatCount(totals.elements)),
    say('cli.inTensors', formatBytes(totals.bytes)),
  ];
  const unused = Number(totals.unusedStorageBytes);
  if (unused > 0) counts.push(say('cli.unused', formatBytes(unused)));
  return [
    `${visibleText(report.file, 200).text}: ${say(`format.${report.format}`)}, ${size}`,
    facts.join(' · '),
    counts.join(' · '),
  ].filter((line) => line !== '');
}

function tensorTable(tensors: readonly ListedTensor[], width: number, texts: Texts): readonly string[] {
  if (tensors.length === 0) return [text(texts, { code: 'cli.noTensors', args: [] })];
  const rows = tensors.map(({ path, tensor }) => ({
    name: pathExpression(path),
    shape: tensor.shape === null ? '?' : `[${tensor.shape.join(', ')}]`,
    dtype: tensor.layout === 'strided' ? tensor.dtype : `${tensor.dtype} ${tensor.layout}`,
    bytes: bytesText(tensor),
  }));
  const longest = (column: 'shape' | 'dtype' | 'bytes'): number =>
    rows.reduce((most, row) => Math.max(most, row[column].length), 0);
  const shapes = Math.min(longest('shape'), 24);
  const dtypes = Math.min(longest('dtype'), 16);
  const bytes = longest('bytes');
  const names = Math.max(16, width - shapes - dtypes - bytes - 6);
  return rows.map((row) => {
    const rest = `${row.shape.padEnd(shapes)}  ${row.dtype.padEnd(dtypes)}  ${row.bytes.padStart(bytes)}`;
    // A long name gets a line of its own rather than losing its end.
    return row.name.length > names
      ? `${row.name}\n${' '.repeat(names)}  ${rest}`
      : `${row.name.padEnd(names)}  ${rest}`;
  });
}

function bytesText(tensor: ListedTensor['tensor']): string {
  const bytes = tensorBytes(tensor);
  return bytes === null ? '?' : formatBytes(bytes);
}

function values(listed: readonly ListedValue[], width: number, texts: Texts): readonly string[] {
  const lines = [text(texts, { code: 'cli.values', args: [] })];
  for (const { path, type, text: shown } of listed.slice(0, shownValues)) {
    const line = `  ${pathExpression(path)} (${type}): ${visibleText(shown, 1000).text}`;
    lines.push(line.length > width ? `${line.slice(0, width - 1)}…` : line);
  }
  const more = listed.length - shownValues;
  if (more > 0) lines.push(`  ${text(texts, { code: 'cli.moreValues', args: [more] })}`);
  return lines;
}
