import * as vscode from 'vscode';

export const disassemblyScheme = 'graftlens-disassembly';
/** Ends the name of each document, and says its language. */
const extension = '.pickle-disassembly';

/** What a document of the scheme shows: a part of a pickle's disassembly. */
export interface DisassemblyAddress {
  /** The checkpoint. */
  readonly file: vscode.Uri;
  /** Archive record, null for the file itself. */
  readonly record: string | null;
  /** Offset of the pickle's first opcode. */
  readonly start: number;
  /** From 0. */
  readonly part: number;
}

export function disassemblyUri({ file, record, start, part }: DisassemblyAddress): vscode.Uri {
  const names = [fileName(file), ...(record === null ? [] : [record.split('/').pop() ?? ''])];
  const place = start === 0 ? '' : `@${start}`;
  const number = part === 0 ? '' : ` (${part + 1})`;
  // The name is what a tab shows: nothing of the file may reorder it or make it long.
  const name = names.map((one) => one.replace(/[^\w.-]/g, '_').slice(-60)).join(' ') + place + number;
  return vscode.Uri.from({
    scheme: disassemblyScheme,
    path: `/${name}${extension}`,
    query: JSON.stringify([file.toString(), record, start, part]),
  });
}

/** Null for an address that none of ours is. */
export function parseDisassemblyUri(uri: vscode.Uri): DisassemblyAddress | null {
  if (uri.scheme !== disassemblyScheme) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(uri.query);
  } catch {
    return null;
  }
  if (!Array.isArray(parts)) return null;
  const [file, record, start, part] = parts as unknown[];
  if (typeof file !== 'string' || (record !== null && typeof record !== 'string')) return null;
  if (!isIndex(start) || !isIndex(part)) return null;
  return { file: vscode.Uri.parse(file), record, start, part };
}

export function fileName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
