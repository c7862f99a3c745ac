import * as vscode from 'vscode';
import type { LayerUse } from '../../architecture/layerUses';
import { formatInteger } from '../../protocol/numbers';
import type { BuiltClass, SourceClass, SourceEntry, SourceReport } from '../../worker/sourceMessages';
import { say, windowTexts } from '../hostTexts';
import { lensText } from './lensText';
import type { SourceReports } from './sourceReports';
import { sourceSettings } from './sourceSettings';

/** Tensors that one hover lists. */
const MAX_TENSORS = 6;

/** Standard deviation after/before the fresh block, measured on a small calibrated network. */
const FRESH_GATES: Readonly<Record<string, string>> = { SE: '0.50', CBAM: '0.26', ECA: '0.505' };

/** What is known of the layer, attribute or class under the pointer; nothing where nothing is. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly reports: SourceReports) {}

  register(): vscode.Disposable {
    return vscode.languages.registerHoverProvider({ language: 'python' }, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!sourceSettings(document.uri).hover) return undefined;
    const report = this.reports.latest(document);
    // Lines of an older text would speak of another layer.
    if (report?.version !== document.version) return undefined;
    const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
    if (range === undefined) return undefined;
    const word = document.getText(range);
    const line = position.line + 1;
    const layer = report.layers.find(
      (use) => use.line === line && use.column <= position.character && position.character <= use.endColumn,
    );
    const before = document.lineAt(position.line).text.slice(0, range.start.character);
    const paragraphs =
      layer !== undefined
        ? layerText(layer, report)
        : /\bself\.$/.test(before)
          ? attributeText(word, line, report)
          : classText(
              report.classes.find(({ name }) => name === word),
              report,
              document,
            );
    if (paragraphs.length === 0) return undefined;
    return new vscode.Hover(new vscode.MarkdownString(paragraphs.join('\n\n')), range);
  }
}

function layerText(use: LayerUse, report: SourceReport): string[] {
  const tensors = [`\`weight [${use.weight.join(', ')}]\``];
  if (use.bias !== null) {
    const bias = `\`bias [${use.bias.join(', ')}]\``;
    tensors.push(use.biasIf === null ? bias : `${bias} ${escaped(say('source.hover.if', use.biasIf))}`);
  }
  const isFeatures = /^(Linear|Embedding|LayerNorm)$/.test(use.layer);
  const output = say(isFeatures ? 'source.hover.features' : 'source.hover.output', use.output);
  const formula = /^\d+$/.test(use.formula) ? formatInteger(BigInt(use.formula)) : use.formula;
  const whole = use.biasIf === null ? formula : `${formula} (+ ${use.output})`;
  const paragraphs = [
    `**${use.layer}** ${tensors.join(' ')} · ${code(say('source.hover.parameters', whole))}`,
    escaped(output),
  ];
  if (use.oneNumber !== null) paragraphs.push(escaped(say('source.hover.oneNumber', use.oneNumber)));
  if (use.spatial !== null && /^Conv[123]d$/.test(use.layer)) {
    const { kernel, stride, padding } = use.spatial;
    paragraphs.push(escaped(say('source.hover.spatial', kernel, stride, padding)));
  }
  const values = valuesAt(use, report);
  if (values.length > 0) paragraphs.push(code(values.join(' · ')));
  return paragraphs;
}

/** What the line comes to in each known construction of its class: `(256): 4,096`. */
function valuesAt({ line, formula, biasIf }: LayerUse, report: SourceReport): string[] {
  const cls = enclosingClass(line, report);
  if (cls === undefined || (/^\d+$/.test(formula) && biasIf === null)) return [];
  const made = cls.built === null ? cls.callSites : [cls.built, ...cls.callSites];
  return made.flatMap(({ args, entries }) => {
    const total = elements(entries.filter((entry) => isAt(entry, line, report.path)));
    return total === null ? [] : [`(${args}): ${formatInteger(total)}`];
  });
}

/** Tensors below `self.name`, with the arguments that they rest on. */
function attributeText(name: string, line: number, report: SourceReport): string[] {
  const cls = enclosingClass(line, report);
  const built = cls === undefined ? null : bestBuilt(cls);
  if (cls === undefined || built === null) return [];
  const entries = built.entries.filter(({ key }) => key === name || key.startsWith(`${name}.`));
  if (entries.length === 0) return [];
  const total = elements(entries);
  const parameters = total === null ? '' : ` · ${say('source.hover.parameters', formatInteger(total))}`;
  const shown = entries
    .slice(0, MAX_TENSORS)
    .map(({ key, shape, dtype }) => `- ${code(`${key} ${dtype ?? ''} [${shape?.join(', ') ?? '?'}]`)}`);
  if (entries.length > MAX_TENSORS) shown.push(`- … ${entries.length}`);
  const from = say('source.hover.inClass', `${cls.name}(${built.args})`);
  return [`${code(`self.${name}`)}${escaped(parameters)} ${escaped(from)}`, shown.join('\n')];
}

function classText(
  cls: SourceClass | undefined,
  report: SourceReport,
  document: vscode.TextDocument,
): string[] {
  if (cls === undefined) return [];
  const line = lensText(cls, { attention: true, callSites: true }, windowTexts());
  const paragraphs = [`**${cls.name}** · ${code(line)}`];
  if (cls.costs.length > 0) {
    const channels = cls.costs.map((cost) => String(cost.channels)).join(' / ');
    const counts = cls.costs.map(({ parameters }) => formatInteger(parameters)).join(' / ');
    paragraphs.push(escaped(say('source.hover.costs', channels, counts)));
  }
  const gate = freshGate(cls, report, document);
  if (gate !== undefined) {
    paragraphs.push(escaped(say('source.hover.freshGate', gate)), escaped(say('source.hover.identity')));
  }
  return paragraphs;
}

/** The measured figure, unless the class initialises or scales its gate itself: that was not measured. */
function freshGate(
  cls: SourceClass,
  report: SourceReport,
  document: vscode.TextDocument,
): string | undefined {
  if (cls.attention === null) return undefined;
  const text = document.getText(new vscode.Range(cls.line - 1, 0, cls.endLine, 0));
  if (
    /\binit\b|zeros_|fill_|constant_|Parameter|\+\s*x\b|\bx\s*\+|\b[2-9][.\d]*\s*\*|\*\s*[2-9]/.test(text)
  ) {
    return undefined;
  }
  const isTwice = report.problems.some(
    ({ kind, line }) => kind === 'gateTwice' && cls.line <= line && line <= cls.endLine,
  );
  if (isTwice) return cls.attention === 'ECA' ? '0.25' : undefined;
  return FRESH_GATES[cls.attention];
}

export function enclosingClass(line: number, report: SourceReport): SourceClass | undefined {
  return report.classes.find((cls) => cls.line <= line && line <= cls.endLine);
}

/** The construction to speak of: with the class's own arguments, else that of its first call site. */
export function bestBuilt(cls: SourceClass): BuiltClass | null {
  return cls.built ?? cls.callSites.find(({ parameters }) => parameters !== null) ?? null;
}

function isAt(entry: SourceEntry, line: number, path: string): boolean {
  return entry.line === line && entry.file === path;
}

/** Elements of parameters; null where one is not known, or there is none. */
function elements(entries: readonly SourceEntry[]): bigint | null {
  let total: bigint | null = null;
  for (const { kind, shape } of entries) {
    if (kind !== 'parameter') continue;
    if (shape === null) return null;
    total = (total ?? 0n) + shape.reduce((all, one) => all * one, 1n);
  }
  return total;
}

/** Text of the source may not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+!|~-]/g, '\\$&');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
