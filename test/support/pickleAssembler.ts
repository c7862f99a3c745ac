/** Assembles pickles for tests: opcodes as pieces, put together by `pickle`. Nothing here is ever unpickled. */

export type Piece = string | Uint8Array | readonly number[];

/** A stream of pieces, with STOP at its end. Strings are latin-1: opcodes and lines as they are. */
export function pickle(...pieces: Piece[]): Uint8Array {
  return bytes(...pieces, '.');
}

/** The same without STOP. */
export function bytes(...pieces: Piece[]): Uint8Array {
  const parts = pieces.map((piece) =>
    typeof piece === 'string'
      ? Uint8Array.from(piece, (character) => character.charCodeAt(0))
      : Uint8Array.from(piece),
  );
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** GLOBAL. */
export function global(path: string): string {
  const [module, name] = split(path);
  return `c${module}\n${name}\n`;
}

/** Two texts and STACK_GLOBAL, as protocol 4 writes a name. */
export function stackGlobal(path: string): Uint8Array {
  const [module, name] = split(path);
  return bytes(text(module), text(name), '\x93');
}

/** SHORT_BINUNICODE. */
export function text(value: string): Uint8Array {
  const encoded = new TextEncoder().encode(value);
  return bytes([0x8c, encoded.length], encoded);
}

/** BINBYTES. */
export function data(value: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, value.length, true);
  return bytes('B', length, value);
}

/** A name, an argument tuple of texts, REDUCE. */
export function call(path: string, ...args: string[]): Uint8Array {
  return bytes(global(path), '(', ...args.map(text), 'tR');
}

/** `module:dotted.name`, or split at the last dot. */
function split(path: string): [string, string] {
  const at = path.includes(':') ? path.indexOf(':') : path.lastIndexOf('.');
  return [path.slice(0, at), path.slice(at + 1)];
}
