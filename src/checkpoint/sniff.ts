import { looksLikeTar } from '../archive/tarDirectory';

/** What the first bytes of a file say that it is. */
export type FileKind =
  | 'zip'
  | 'tar'
  | 'pickle'
  | 'safetensors'
  | 'shardIndex'
  | 'gzip'
  | 'zlib'
  | 'bzip2'
  | 'xz'
  | 'lzma'
  | 'lz4'
  | 'hdf5'
  | 'sevenZip'
  | 'gitLfsPointer'
  | 'html'
  | 'json'
  | 'text'
  | 'propertyList'
  | 'empty'
  | 'zeros'
  | 'unknown';

/** Bytes that `sniff` looks at. */
export const sniffLength = 1024;

/** Names the content by its first bytes (up to `sniffLength`); extensions say nothing. */
export function sniff(head: Uint8Array, fileSize: number): FileKind {
  if (fileSize === 0) return 'empty';
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return 'zip';
  if (looksLikeTar(head)) return 'tar';
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x42, 0x5a, 0x68])) return 'bzip2';
  if (startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a])) return 'xz';
  if (startsWith(head, [0x5d, 0x00, 0x00])) return 'lzma';
  if (startsWith(head, [0x04, 0x22, 0x4d, 0x18])) return 'lz4';
  if (startsWith(head, [0x89, 0x48, 0x44, 0x46])) return 'hdf5';
  if (startsWith(head, [0x37, 0x7a, 0xbc, 0xaf])) return 'sevenZip';
  if (ascii(head, 0, 8) === 'bplist00') return 'propertyList';
  if (isSafetensors(head, fileSize)) return 'safetensors';
  if (isBinaryPickle(head)) return 'pickle';
  // zlib's two-byte header: method 8, a window of 32 K, a check that makes it a multiple of 31.
  if (head[0] === 0x78 && head.length > 2 && ((0x78 << 8) | (head[1] as number)) % 31 === 0) return 'zlib';
  if (head.every((byte) => byte === 0)) return 'zeros';
  return isText(head) ? textKind(head, fileSize) : isEarlyPickle(head) ? 'pickle' : 'unknown';
}

/** Eight bytes of header length, then a JSON object of at most that length. */
function isSafetensors(head: Uint8Array, fileSize: number): boolean {
  if (head.length < 10) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = view.getBigUint64(0, true);
  return length >= 2n && length <= BigInt(fileSize) - 8n && head[8] === 0x7b;
}

/** PROTO and a version; or torch 0.1–1.5's magic number in protocol 2 (which starts with PROTO too). */
function isBinaryPickle(head: Uint8Array): boolean {
  return head[0] === 0x80 && head.length >= 2 && (head[1] as number) <= 5;
}

/**
 * Protocols 0 and 1 have no header. Their first opcode is one of few, and what follows is no prose: the stream
 * is tried when it is neither text nor anything else.
 */
const earlyFirstOpcodes = new Set([...'(]}cIFLSUXVNKMJGi)'].map((character) => character.charCodeAt(0)));

function isEarlyPickle(head: Uint8Array): boolean {
  return earlyFirstOpcodes.has(head[0] as number);
}

function isText(head: Uint8Array): boolean {
  for (const byte of head) if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) return false;
  return true;
}

function textKind(head: Uint8Array, fileSize: number): FileKind {
  const text = ascii(head, 0, head.length);
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start.startsWith('version https://git-lfs.github.com/spec/')) return 'gitLfsPointer';
  if (/^(<!doctype html|<html|<head|<body)/i.test(start)) return 'html';
  if (/^<\?xml[\s\S]*<!DOCTYPE plist|^<plist/i.test(start)) return 'propertyList';
  if (start.startsWith('{') && text.includes('"weight_map"')) return 'shardIndex';
  if (looksLikeProtocol0(text, fileSize, head.length)) return 'pickle';
  if (/^<\?xml|^<\w+[\s>]/.test(start)) return 'text';
  return start.startsWith('{') || start.startsWith('[') ? 'json' : 'text';
}

/**
 * A text file is a protocol-0 pickle when its lines are opcodes and it ends with STOP. Prose, `.pth` path lines
 * and templates fail at the first lines.
 */
function looksLikeProtocol0(text: string, fileSize: number, seen: number): boolean {
  if (seen >= fileSize && !/\.\s*$/.test(text)) return false;
  return (
    /^\(?(lp|dp|tp|l|d|t|i|c|I|L|F|S['"]|V|N|K|M|J|G|\()/.test(text) &&
    /^(\((lp|dp)\d+\n|\((i|c)[\w.]+\n[\w.]+\n|c[\w.]+\n[\w.]+\n|[ILF]-?[\d.eEL]+\n[.pasq(]|S(['"]).*\4\n|S'|V.*\np\d+\n|N\.|[(\]}])/.test(
      text,
    )
  );
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < Math.min(end, bytes.length); i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
