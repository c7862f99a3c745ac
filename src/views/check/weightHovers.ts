import * as vscode from 'vscode';
import { say } from '../hostTexts';
import { isTorchSource, type SourceReports } from '../source/sourceReports';
import { sourceSettings } from '../source/sourceSettings';
import { keysAt } from './keysAt';
import { nameOf } from './links';
import type { LiveCheck, LiveChecks } from './liveChecks';

/** Commands that a hover's links may run. */
const COMMANDS = ['vscode.open', 'graftlens.check.run'] as const;

/**
 * What a layer gets of each linked checkpoint: that it is new, or that its weights load. What goes wrong is told by
 * the diagnostic of its line.
 */
export class WeightHovers implements vscode.HoverProvider {
  constructor(
    private readonly reports: SourceReports,
    private readonly live: LiveChecks,
  ) {}

  register(): vscode.Disposable {
    return vscode.languages.registerHoverProvider({ language: 'python', scheme: 'file' }, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!sourceSettings(document.uri).hover || !isTorchSource(document)) return undefined;
    const report = this.reports.latest(document);
    // Lines of an older text would speak of another layer.
    if (report?.version !== document.version || !this.live.isAtRest) return undefined;
    const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*/);
    if (range === undefined) return undefined;
    const before = document.lineAt(position.line).text.slice(0, range.start.character);
    const isLayer = report.layers.some(
      ({ line, column }) => line === range.start.line + 1 && column === range.start.character,
    );
    const isBlock = report.classes.some(({ name }) => name === document.getText(range));
    if (!isLayer && !isBlock && !/^\s*self\.$/.test(before)) return undefined;
    const texts = this.live.all.flatMap((live) => textsAt(live, report.path, range.start.line + 1));
    if (texts.length === 0) return undefined;
    const markdown = new vscode.MarkdownString(texts.join('\n\n'));
    markdown.isTrusted = { enabledCommands: COMMANDS };
    return new vscode.Hover(markdown, range);
  }
}

function textsAt({ link, checked }: LiveCheck, file: string, line: number): string[] {
  if (checked === null || !checked.report.exact) return [];
  const keys = keysAt(checked, file, line);
  const count = (state: string): number => keys.filter((key) => key.state === state).length;
  const added = count('new');
  const loaded = count('loads');
  const parts = [
    ...(added === 0
      ? []
      : [added === keys.length ? say('report.hover.new') : say('report.hover.newKeys', added)]),
    ...(loaded === 0 ? [] : [say('report.hover.loads', loaded)]),
  ];
  if (parts.length === 0) return [];
  const open = commandLink(say('report.hover.open'), 'vscode.open', [vscode.Uri.parse(link.weights)]);
  const check = commandLink(say('report.hover.check'), 'graftlens.check.run', [{ link: link.id }]);
  const name = nameOf(link.weights).replaceAll('`', "'");
  return [`\`${name}\`: ${parts.join(' · ')} (${open} · ${check})`];
}

function commandLink(title: string, command: (typeof COMMANDS)[number], args: readonly unknown[]): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
