import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

const KEY = 'graftlens.check.links';
/** Links of one workspace: more is no longer a memory. */
const MAX_LINKS = 200;

/** Where the weights came from, as far as a person knows. */
export type BaselineChoice =
  /** `args`: those that it was built with then; without them, those of today. */
  | { readonly kind: 'head'; readonly args?: string | null }
  | { readonly kind: 'revision'; readonly revision: string; readonly args?: string | null }
  | { readonly kind: 'file'; readonly file: string; readonly name: string; readonly args: string | null }
  | { readonly kind: 'none' };

/** A class, the arguments that it is built with, and a checkpoint that it should load. */
export interface Link {
  readonly id: string;
  /** Addresses of the Python file and of the checkpoint. */
  readonly file: string;
  readonly weights: string;
  readonly name: string;
  /** Python text; null stands for the defaults. */
  readonly args: string | null;
  /** Path of the part of the checkpoint; null lets the check choose. */
  readonly part: readonly (string | number)[] | null;
  readonly baseline: BaselineChoice;
  /** Input of the last signal check: `1,3,640,640`. */
  readonly input: string | null;
}

export type LinkDraft = Pick<Link, 'file' | 'weights' | 'name' | 'args'>;

/** The links of a workspace, the last used first, kept outside the workspace's files. */
export class Links {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {}

  get all(): readonly Link[] {
    return this.memory.get<readonly Link[]>(KEY) ?? [];
  }

  get(id: string): Link | undefined {
    return this.all.find((link) => link.id === id);
  }

  ofFile(file: vscode.Uri): readonly Link[] {
    const address = file.toString();
    return this.all.filter((link) => link.file === address);
  }

  ofWeights(weights: vscode.Uri): readonly Link[] {
    const address = weights.toString();
    return this.all.filter((link) => link.weights === address);
  }

  /** The link of a class and a checkpoint, made or brought to the front. */
  async use(draft: LinkDraft): Promise<Link> {
    const known = this.all.find(
      ({ file, weights, name }) => file === draft.file && weights === draft.weights && name === draft.name,
    );
    const link: Link = {
      id: known?.id ?? randomUUID(),
      part: known?.part ?? null,
      baseline: known?.baseline ?? { kind: 'head' },
      input: known?.input ?? null,
      ...draft,
    };
    await this.store([link, ...this.all.filter(({ id }) => id !== link.id)].slice(0, MAX_LINKS));
    return link;
  }

  async change(
    id: string,
    changed: Partial<Pick<Link, 'args' | 'part' | 'baseline' | 'input'>>,
  ): Promise<void> {
    await this.store(this.all.map((link) => (link.id === id ? { ...link, ...changed } : link)));
  }

  async remove(id: string): Promise<void> {
    await this.store(this.all.filter((link) => link.id !== id));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async store(links: readonly Link[]): Promise<void> {
    await this.memory.update(KEY, links);
    this.changed.fire();
  }
}

/** The file's name of an address. */
export function nameOf(address: string): string {
  const { path } = vscode.Uri.parse(address);
  return path.slice(path.lastIndexOf('/') + 1);
}
