import * as vscode from 'vscode';
import { say, sayMessage } from '../hostTexts';
import { classLine } from '../source/codeLenses';
import { isTorchSource, type SourceReports } from '../source/sourceReports';
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
    private readonly links: Links,
    private readonly live: LiveChecks,
  ) {}

  register(): vscode.Disposable {
    const fire = (): void => this.changed.fire();
    return vscode.Disposable.from(
      this.changed,
      this.reports.onDidChange(fire),
      this.links.onDidChange(fire),
      this.live.onDidChange(fire),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('graftlens.check')) fire();
      }),
      vscode.languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, this),
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

function newLens(file: vscode.Uri, name: string, range: vscode.Range): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title: say('report.lens.link'),
    tooltip: say('report.lens.linkHint', name),
    command: 'graftlens.check.run',
    arguments: [{ file, name }],
  });
}
