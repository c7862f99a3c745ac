import { Unpickler, type UnpickledStream, type UnpicklerOptions } from '../../../src/pickle/unpickler';

/** A stream from text pieces (latin-1) and byte values. */
export function stream(...pieces: (string | number | readonly number[])[]): Uint8Array {
  const bytes: number[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'number') bytes.push(piece);
    else if (typeof piece === 'string') for (const character of piece) bytes.push(character.charCodeAt(0));
    else bytes.push(...piece);
  }
  return Uint8Array.from(bytes);
}

export function unpickle(bytes: Uint8Array, options: UnpicklerOptions = {}): UnpickledStream {
  const machine = new Unpickler(0, bytes.length, options);
  let result = machine.run(bytes, 0);
  while (!result.done) result = machine.run(bytes.subarray(result.offset), result.offset);
  return machine.finish();
}

/** The same stream through windows of `size` bytes, each starting where the machine asks for it. */
export function unpickleInWindows(bytes: Uint8Array, size: number): UnpickledStream {
  const machine = new Unpickler(0, bytes.length);
  let result = machine.run(bytes.subarray(0, size), 0);
  while (!result.done) {
    const end = Math.min(bytes.length, result.offset + Math.max(size, result.length));
    result = machine.run(bytes.subarray(result.offset, end), result.offset);
  }
  return machine.finish();
}
