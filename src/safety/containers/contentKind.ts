import { sniff, type FileKind } from '../../checkpoint/sniff';

/** What the first bytes of a record say that it is, with what no checkpoint is and a scan must know. */
export type ContentKind = FileKind | 'numpy' | 'oldJoblib' | 'nativeCode' | 'zstd' | 'rar';

const signatures: readonly (readonly [ContentKind, string])[] = [
  ['numpy', '\x93NUMPY'],
  ['oldJoblib', 'ZF0x'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['rar', 'Rar!\x1a\x07'],
  ['nativeCode', '\x7fELF'],
  ['nativeCode', '\xcf\xfa\xed\xfe'],
];

/** @param size of the whole record */
export function contentKind(head: Uint8Array, size: number): ContentKind {
  const known = signatures.find(([, text]) => startsWith(head, text));
  if (known !== undefined) return known[0];
  return isWindowsProgram(head) ? 'nativeCode' : sniff(head, size);
}

/** `MZ`, and `PE` where the header says. */
function isWindowsProgram(head: Uint8Array): boolean {
  if (!startsWith(head, 'MZ') || head.length < 64) return false;
  const at = new DataView(head.buffer, head.byteOffset).getUint32(60, true);
  return startsWith(head.subarray(at), 'PE\0\0');
}

export function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}
