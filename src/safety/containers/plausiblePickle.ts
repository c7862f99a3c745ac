import { Unpickler } from '../../pickle/unpickler';

/**
 * Whether bytes may be a pickle to some reader: the machine reads the first of them, and they name something,
 * come to their STOP, or need bytes that follow. Text, images and nearly all tensor data break off at once.
 *
 * @param head the first bytes
 * @param size of all of them
 * @param strict for tensor data: bytes that only build numbers and texts are none
 */
export function plausiblePickle(head: Uint8Array, size: number, strict = false): boolean {
  // As the scan reads: on where Python would.
  const machine = new Unpickler(0, size, { scanning: true });
  const { done } = machine.run(head, 0);
  const { error, imports } = machine.finish();
  if (imports.some(({ global }) => isName(global.module) && isName(global.name))) return true;
  if (error !== null || (!done && isEndlessLine(head))) return false;
  return !strict || (!done && head[0] === 0x80);
}

/** Prose that begins with the letter of an opcode has names that no module can have. */
function isName(text: string): boolean {
  return text !== '' && !/\s/.test(text);
}

/** Opcodes that take a line of a name or a number: GLOBAL, INST, PERSID, INT, LONG, FLOAT, GET, PUT. */
const shortLines = new Set([...'ciPILFgp'].map((character) => character.charCodeAt(0)));

/** A zip record begins like PERSID, and much else like one of the others: their lines have an end. */
function isEndlessLine(head: Uint8Array): boolean {
  return shortLines.has(head[0] as number) && !head.includes(0x0a);
}
