import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import { formatInteger } from '../../protocol/numbers';
import { say } from '../hostTexts';
import {
  OutlineEditor,
  type OutlineEditorKind,
  type OutlineEditorServices,
  type OwnRequest,
} from '../outlineEditor';
import { breakdownViewType } from '../viewTypes';
import { BreakdownModel, type ChosenArguments, type StartOutline } from './breakdownModel';
import { goToLine } from './goToLine';
import type { SourceReports } from './sourceReports';

/** What a panel is about, as it is kept over a reload of the window. */
interface Origin {
  readonly uri: string;
  readonly name: string;
  readonly chosen: ChosenArguments;
}

interface OpenPanel {
  readonly key: string;
  readonly panel: vscode.WebviewPanel;
  readonly model: BreakdownModel;
}

/** The panels that show a predicted state_dict: one for each class. */
export class Breakdowns {
  private readonly open = new Set<OpenPanel>();

  constructor(
    private readonly reports: SourceReports,
    private readonly start: StartOutline,
    private readonly services: OutlineEditorServices,
    private readonly askArguments: (uri: vscode.Uri, name: string) => Promise<void>,
  ) {}

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(breakdownViewType, {
        deserializeWebviewPanel: (panel, state) => Promise.resolve(this.restore(panel, state)),
      }),
      new vscode.Disposable(() => {
        for (const { model } of this.open) model.dispose();
      }),
    );
  }

  /** @param chosen arguments to show it with; null: those of the class, or those that it is shown with already */
  show(uri: vscode.Uri, name: string, chosen: ChosenArguments): void {
    const key = keyOf(uri, name);
    const known = [...this.open].find((one) => one.key === key);
    if (known !== undefined) {
      if (chosen !== null && chosen.args !== known.model.choice?.args) known.model.choose(chosen);
      known.panel.reveal(known.panel.viewColumn);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      breakdownViewType,
      say('prediction.title', name),
      vscode.ViewColumn.Beside,
    );
    this.fill(panel, { uri: uri.toString(), name, chosen });
  }

  private restore(panel: vscode.WebviewPanel, state: unknown): void {
    const origin = originOf(state);
    if (origin === null) panel.dispose();
    else this.fill(panel, origin);
  }

  private fill(panel: vscode.WebviewPanel, origin: Origin): void {
    const uri = vscode.Uri.parse(origin.uri);
    const model = new BreakdownModel(uri, origin.name, origin.chosen, this.reports, this.start);
    const open = { key: keyOf(uri, origin.name), panel, model };
    this.open.add(open);
    panel.onDidDispose(() => {
      this.open.delete(open);
      model.dispose();
    });
    const kind = new BreakdownKind(model, panel, JSON.stringify(origin), this.askArguments);
    new OutlineEditor(model, panel, kind, this.services);
  }
}

class BreakdownKind implements OutlineEditorKind {
  readonly subject = 'prediction';

  constructor(
    private readonly model: BreakdownModel,
    private readonly panel: vscode.WebviewPanel,
    readonly origin: string,
    private readonly askArguments: (uri: vscode.Uri, name: string) => Promise<void>,
  ) {}

  get exportName(): vscode.Uri {
    return vscode.Uri.joinPath(this.model.uri, '..', this.model.name);
  }

  async answer({ kind, body }: OwnRequest): Promise<Record<string, never> | { readonly found: boolean }> {
    switch (kind) {
      case 'openPlace':
        if (!this.model.mentions(body.file)) throw new CheckpointError('host.badRequest');
        await goToLine(body, this.panel);
        return {};
      case 'goToSource':
        return { found: await this.goToSource(body.key) };
      case 'chooseArguments':
        await this.chooseArguments();
        return {};
      default:
        throw new CheckpointError('host.badRequest');
    }
  }

  onOpenFailed(): Promise<boolean> {
    return Promise.resolve(false);
  }

  private async goToSource(key: string): Promise<boolean> {
    const details = await this.model.request('details', { view: '', key });
    const place = details?.fields.find((field) => field.place !== undefined)?.place;
    if (place === undefined) return false;
    await goToLine(place, this.panel);
    return true;
  }

  /** The class's own arguments, those of its calls, or what a person writes. */
  private async chooseArguments(): Promise<void> {
    const cls = await this.model.sourceClass();
    const choices: (vscode.QuickPickItem & { readonly chosen: ChosenArguments | 'other' })[] = [];
    if (cls.built !== null) {
      choices.push({
        label: `${cls.name}(${cls.built.args})`,
        description: say(cls.argumentsSet ? 'prediction.from.user' : 'prediction.from.defaults'),
        chosen: null,
      });
    }
    for (const { args, file, line, parameters } of cls.callSites) {
      const place = `${vscode.workspace.asRelativePath(file)}:${line}`;
      const count = parameters === null ? '' : say('source.hover.parameters', formatInteger(parameters));
      choices.push({
        label: `${cls.name}(${args})`,
        description: [place, count].filter((part) => part !== '').join(' · '),
        chosen: { args, at: { file, line } },
      });
    }
    choices.push({ label: say('prediction.otherArguments'), chosen: 'other' });
    const picked =
      choices.length === 1
        ? choices[0]
        : await vscode.window.showQuickPick(choices, {
            placeHolder: say('prediction.whichArguments', cls.name),
          });
    if (picked === undefined) return;
    if (picked.chosen !== 'other') this.model.choose(picked.chosen);
    else {
      await this.askArguments(this.model.uri, cls.name);
      this.model.choose(null);
    }
  }
}

function keyOf(uri: vscode.Uri, name: string): string {
  return `${uri.toString()} ${name}`;
}

/** What the webview kept, null when it is not ours. */
function originOf(state: unknown): Origin | null {
  if (typeof state !== 'object' || state === null || !('origin' in state)) return null;
  if (typeof state.origin !== 'string') return null;
  try {
    const { uri, name, chosen } = JSON.parse(state.origin) as Partial<Origin>;
    return typeof uri === 'string' && typeof name === 'string' ? { uri, name, chosen: chosen ?? null } : null;
  } catch {
    return null;
  }
}
