import type { CompatibilityReport, ForwardReport, ModuleOutput, SignalRow } from '../../compatibility/report';
import { text, type Texts } from '../../protocol/texts/text';
import { visibleText } from '../../protocol/visibleText';

/** What the user's torch added: who answered, each module's output, what new blocks do. */
export function proofLines(report: CompatibilityReport, texts: Texts): string[] {
  const { proof, forward, signal } = report;
  return [
    ...(proof === null ? [] : ['', text(texts, { code: 'check.proof', args: [proof.torch, proof.python] })]),
    ...(forward === null ? [] : forwardLines(forward, texts)),
    ...(signal === null || signal.length === 0 ? [] : signalLines(signal, texts)),
  ];
}

function forwardLines({ modules, error }: ForwardReport, texts: Texts): string[] {
  const rows = modules
    .filter(({ output }) => output !== null)
    .map(({ path, type, output }) => [path === '' ? '.' : path, type, outputText(output)] as const);
  const table = ['', text(texts, { code: 'check.forward.title', args: [] }), ...columns(rows)];
  const lines = rows.length === 0 ? [''] : table;
  if (error === null) return lines;
  const said = text(texts, error);
  const { module } = error;
  const message =
    module === null
      ? { code: 'check.forward.failedOutside', args: [said] }
      : {
          code: 'check.forward.failed',
          args: [
            module.path === '' ? '.' : module.path,
            module.type,
            module.inputs.map(({ shape, dtype }) => `${dtype} ${shapeText(shape)}`).join(', '),
            said,
          ],
        };
  const place = error.file === null ? '' : ` (${error.file}:${error.line ?? '?'})`;
  return [...lines, `! ${text(texts, message)}${place}`];
}

function signalLines(signal: readonly SignalRow[], texts: Texts): string[] {
  const rows = signal.map((row) => [row.path, row.type, factorText(row), outputText(row.output)] as const);
  return ['', text(texts, { code: 'check.signal.title', args: [] }), ...columns(rows)];
}

/** The mean of the initialisations, with their range where it is wide. */
function factorText({ ratio, least, most }: SignalRow): string {
  if (ratio === null || least === null || most === null) return '?';
  const range = most - least < 0.02 ? '' : ` (${least.toFixed(2)} – ${most.toFixed(2)})`;
  return `${ratio.toFixed(2)} ×${range}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map((cell) => visibleText(cell, 120).text));
  const widths = (shown[0] ?? []).map((_, i) => Math.max(...shown.map((row) => row[i]?.length ?? 0)));
  return shown.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

function outputText(output: ModuleOutput): string {
  if (output === null) return '–';
  return isShape(output) ? shapeText(output) : output.map(shapeText).join(' ');
}

function isShape(output: NonNullable<ModuleOutput>): output is readonly number[] {
  return output.every((size) => typeof size === 'number');
}

function shapeText(shape: readonly number[] | null): string {
  return shape === null ? '?' : `[${shape.join(', ')}]`;
}
