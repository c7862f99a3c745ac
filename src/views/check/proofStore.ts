import * as vscode from 'vscode';
import type { Proof } from './proofs';

/** Changes with the form of what is stored: another one is not read. */
const VERSION = 3;

/** An answer of torch, and for which source it holds. */
export interface StoredProof {
  readonly proof: Extract<Proof, { kind: 'proven' }>;
  readonly source: string;
}

/** The last answer of torch for each link, so that a reload of the window does not cost it. */
export class ProofStore {
  /** @param folder VS Code's own folder of the workspace */
  constructor(private readonly folder: vscode.Uri) {}

  async read(link: string): Promise<StoredProof | null> {
    try {
      const bytes = await vscode.workspace.fs.readFile(this.file(link));
      const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredProof & {
        readonly version: number;
      };
      return stored.version === VERSION ? stored : null;
    } catch {
      // There is none, or what another version wrote.
      return null;
    }
  }

  async write(link: string, proof: StoredProof): Promise<void> {
    const text = JSON.stringify({ version: VERSION, ...proof });
    await vscode.workspace.fs.createDirectory(this.folder);
    await vscode.workspace.fs.writeFile(this.file(link), new TextEncoder().encode(text));
  }

  /** Removes the answers of links that are gone. */
  async keepOnly(links: ReadonlySet<string>): Promise<void> {
    try {
      for (const [name] of await vscode.workspace.fs.readDirectory(this.folder)) {
        if (!links.has(name.replace(/\.json$/, ''))) {
          await vscode.workspace.fs.delete(vscode.Uri.joinPath(this.folder, name));
        }
      }
    } catch {
      // Nothing was stored yet.
    }
  }

  private file(link: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, `${link}.json`);
  }
}
