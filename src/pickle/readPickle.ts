import { Unpickler, type UnpickledStream, type UnpicklerOptions } from './unpickler';

export interface PickleInput extends UnpicklerOptions {
  /** Bytes [offset, offset + length) of the record or file, fewer only at its end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Offset of the first opcode. */
  readonly start: number;
  /** Offset after the last byte that the stream can have. */
  readonly end: number;
  /** Bytes to ask for at first; later windows double up to `maximumWindow`. */
  readonly firstWindow: number;
}

/** Large enough that a window is one read of a fast disk, small enough that memory stays flat. */
const maximumWindow = 8 << 20;

/** Reads one pickle up to its STOP, window by window. Errors of the stream are in the result, not thrown. */
export async function readPickle(input: PickleInput): Promise<UnpickledStream> {
  const machine = new Unpickler(input.start, input.end, input);
  let base = input.start;
  let size = Math.min(input.firstWindow, input.end - base);
  let window = await input.read(base, size);
  for (;;) {
    const result = machine.run(window, base);
    if (result.done) return machine.finish();
    size = Math.min(size * 2, maximumWindow);
    // A line does not say how long it is: one that fills the window is looked for in twice as much.
    const least = result.offset === base ? 2 * window.length : 0;
    const wanted = Math.min(Math.max(size, least, result.length), input.end - result.offset);
    window = await input.read(result.offset, wanted);
    base = result.offset;
    if (window.length < Math.min(result.length, wanted)) {
      // The file became shorter while we read it: give the machine an end that it can report.
      return machine.cutAt(base + window.length);
    }
  }
}
