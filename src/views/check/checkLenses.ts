import * as vscode from 'vscode';
import { say, sayMessage } from '../hostTexts';
import { classLine } from '../source/codeLenses';
import { isTorchSource, type SourceReports } from '../source/sourceReports';
import type { TableReports } from '../source/tableReports';
import { firstLine } from '../source/tableViews';
import { checkLine } from './checkLine';
import { checkSettings } from './checkSettings';
import { type Link, type Links, nameOf } from './links';
import type { LiveChecks } from './liveChecks';

/** Above each class: what of each linked checkpoint it loads, or the way to link one. */
export class CheckLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly reports: SourceReports,
    private readonly tables: TableReports,
    private readonly links: Links,
    private readonly live: LiveChecks,
  ) {}

  register(): vscode.Disposable {
    const fire = (): void => this.changed.fire();
    return vscode.Disposable.from(
      this.changed,
      this.reports.onDidChange(fire),
      this.tables.onDidChange(fire),
      this.links.onDidChange(fire),
      this.live.onDidChange(fire),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('graftlens.check')) fire();
      }),
      vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, this),
      vscode.languages.registerCodeLensProvider(
        { language: 'yaml', scheme: 'file' },
        {
          onDidChangeCodeLenses: this.onDidChangeCodeLenses,
          provideCodeLenses: (document, token) => this.tableLenses(document, token),
        },
      ),
    );
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if (!checkSettings(document.uri).codeLens || !isTorchSource(document)) return [];
    const report = await this.reports.report(document);
    if (report === null || token.isCancellationRequested) return [];
    const links = this.links.ofFile(document.uri);
    return report.classes.flatMap((cls) => {
      const line = classLine(cls, report, document);
      if (line === null) return [];
      const range = new vscode.Range(line, 0, line, 0);
      const own = links.filter(({ name }) => name === cls.name);
      if (own.length > 0) return own.map((link) => this.linkLens(link, range));
      // A class that another one of the file uses is part of a model, not one.
      const isPart = new RegExp(`(?<!class\\s)\\b${cls.name}\\b\\s*[(,)]`).test(document.getText());
      return isPart || cls.attention !== null ? [] : [newLens(document.uri, cls.name, range)];
    });
  }

  /** The same above a table of layers, for the class that builds it with this table. */
  private async tableLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    if (!checkSettings(document.uri).codeLens) return [];
    const report = await this.tables.report(document);
    if (report === null || token.isCancellationRequested) return [];
    const line = firstLine(report, document);
    const range = new vscode.Range(line, 0, line, 0);
    const file = vscode.Uri.file(report.model.file);
    const { name, args } = report.model;
    const own = this.links.ofFile(file).filter((link) => link.name === name && (link.args ?? '') === args);
    if (own.length > 0) return own.map((link) => this.linkLens(link, range));
    return [newLens(file, name, range, args === '' ? {} : { args })];
  }

  private linkLens(link: Link, range: vscode.Range): vscode.CodeLens {
    const live = this.live.latest(link);
    const weights = nameOf(link.weights);
    const check = say('report.lens.check', weights);
    const known = live === null ? null : checkLine(live);
    const title =
      known === null || known.parts.length === 0
        ? check
        : `${known.mark} ${weights}: ${known.parts.map(sayMessage).join(' · ')}`;
    return new vscode.CodeLens(range, {
      title,
      tooltip: check,
      command: 'graftlens.check.run',
      arguments: [{ link: link.id }],
    });
  }
}

function newLens(
  file: vscode.Uri,
  name: string,
  range: vscode.Range,
  given: { readonly args?: string } = {},
): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title: say('report.lens.link'),
    tooltip: say('report.lens.linkHint', name),
    command: 'graftlens.check.run',
    arguments: [{ file, name, ...given }],
  });
}
