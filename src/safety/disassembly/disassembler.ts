import type { ByteSource } from '../../archive/byteSource';
import type { Note } from '../../checkpoint/checkpoint';
import { joblibData } from '../../checkpoint/joblibArrays';
import { CheckpointError } from '../../checkpointError';
import { pickleLimits } from '../../pickle/limits';
import { Op, opcodeName } from '../../pickle/opcodes';
import { type RunResult, Unpickler } from '../../pickle/unpickler';
import { argumentText } from './argumentText';
import { beforeStep, effectOf } from './effects';
import { type Instruction, instructionAt } from './instructions';
import { disassemblyLimits } from './limits';

/** A pickle in a file: where its bytes are. */
export interface PickleBytes {
  /** The record's bytes after inflating, or the file. */
  readonly source: ByteSource;
  /** Offset of the first opcode. */
  readonly start: number;
  /** Offset after the last byte that the stream can have. */
  readonly end: number;
}

export interface DisassemblyLine {
  /** In the record's bytes. */
  readonly offset: number;
  /** `BINPUT`; null for a line that is no opcode: data between opcodes, an error, a limit. */
  readonly opcode: string | null;
  readonly argument: string;
  /** Open marks. */
  readonly depth: number;
  /** What it does; null where opcode and argument say all of it, and for what is never reached. */
  readonly effect: Note | null;
}

/** A part of a disassembly. */
export interface DisassemblyPart {
  /** From 0. */
  readonly part: number;
  /** Lines of the parts before. */
  readonly linesBefore: number;
  readonly lines: readonly DisassemblyLine[];
  /** Whether there is another part. */
  readonly more: boolean;
}

/**
 * Lines [part · linesPerPart, …) of a pickle up to its STOP, or to what can not be decoded. Each opcode is
 * executed by the machine that reads checkpoints, so that what a line says is what a reader makes of it. From
 * an error of the machine on, opcodes are listed without effects: no unpickler comes there.
 *
 * @throws CheckpointError of reading the file
 */
export async function disassemble(pickle: PickleBytes, part: number): Promise<DisassemblyPart> {
  const linesBefore = part * disassemblyLimits.linesPerPart;
  const to = linesBefore + disassemblyLimits.linesPerPart;
  const lines: DisassemblyLine[] = [];
  let count = 0;
  let more = false;
  await new Follower(pickle).follow((line) => {
    if (count >= to) {
      more = true;
      return false;
    }
    if (count++ >= linesBefore) lines.push(line());
    return true;
  });
  return { part, linesBefore, lines, more };
}

/** Where the line of an offset is, or that of the opcode around it: the last line for what is beyond. */
export async function lineOfOffset(
  pickle: PickleBytes,
  offset: number,
): Promise<{ readonly part: number; readonly line: number }> {
  let count = 0;
  await new Follower(pickle).follow((_line, at) => {
    if (at > offset) return false;
    count++;
    return true;
  });
  const line = Math.max(0, count - 1);
  const part = Math.floor(line / disassemblyLimits.linesPerPart);
  return { part, line: line - part * disassemblyLimits.linesPerPart };
}

/** Told of a line; `line` makes it, at once or never. False ends the walk. */
type Visit = (line: () => DisassemblyLine, offset: number) => boolean;

/** Walks the opcodes of a pickle, and executes each on its own. */
class Follower {
  private readonly machine: Unpickler;
  private window: Uint8Array = new Uint8Array(0);
  private base: number;

  constructor(private readonly pickle: PickleBytes) {
    this.base = pickle.start;
    this.machine = new Unpickler(pickle.start, pickle.end, { inlineData: joblibData });
  }

  async follow(visit: Visit): Promise<void> {
    let at = this.pickle.start;
    let failed = false;
    for (let opcodes = 0; ; opcodes++) {
      if (opcodes >= disassemblyLimits.opcodes) {
        visit(() => noteLine(at, { code: 'disassembly.limit', args: [opcodes] }), at);
        return;
      }
      const next = this.instruction(at);
      const instruction = next instanceof Promise ? await next : next;
      if (instruction instanceof CheckpointError) {
        visit(() => noteLine(at, instruction), at);
        return;
      }
      if (failed) {
        if (!visit(() => this.unreached(instruction), at) || instruction.op === Op.STOP) return;
        at = instruction.end;
        continue;
      }
      const { innermost } = this.machine;
      const before = beforeStep(innermost);
      const depth = innermost.markDepth;
      let result = this.machine.run(this.bytesOf(instruction), instruction.offset);
      const failure = this.failureOf(result, instruction);
      // A STOP leaves what it ended; everything else is seen where the machine is now.
      const machine = instruction.op === Op.STOP ? innermost : this.machine.innermost;
      const effect = (argument: string): Note | null =>
        failure === null ? effectOf(instruction, argument, before, machine.peek()) : null;
      if (!visit(() => this.line(instruction, depth, effect), at)) return;
      at = instruction.end;
      if (!result.done && this.machine.expectsData) result = await this.passData(at);
      const error = this.failureOf(result, instruction);
      if (error !== null) {
        failed = true;
        if (!visit(() => noteLine(instruction.offset, error), instruction.offset)) return;
      } else if (result.done) {
        if (instruction.op === Op.STOP) return;
      } else if (result.offset > at) {
        const data: Note = { code: 'disassembly.data', args: [result.offset - at] };
        const start = at;
        if (!visit(() => noteLine(start, data), start)) return;
        at = result.offset;
      }
    }
  }

  /** Why the machine cannot execute an instruction. That there is no further one is said of that one. */
  private failureOf({ done }: RunResult, { end }: Instruction): CheckpointError | null {
    if (!done) return null;
    const { error } = this.machine.finish();
    return error !== null && error.offset === end && end === this.pickle.end ? null : error;
  }

  /** Lets the machine pass an array's bytes, which begin with a count of padding. */
  private async passData(at: number): Promise<RunResult> {
    const count = await this.pickle.source.read(at, Math.min(1, this.pickle.end - at));
    return this.machine.run(count, at);
  }

  /** The instruction at an offset, or why there is none. A promise only where bytes have to be read. */
  private instruction(at: number): Instruction | CheckpointError | Promise<Instruction | CheckpointError> {
    try {
      const found = instructionAt(this.window, this.base, at, this.pickle.end);
      if (typeof found !== 'number' && this.held(found) <= this.base + this.window.length) return found;
      return this.readOn(at, typeof found === 'number' ? found : this.held(found) - at);
    } catch (error) {
      return asCheckpointError(error);
    }
  }

  /** Reads bytes from `at` on until they hold the instruction. */
  private async readOn(at: number, needed: number): Promise<Instruction | CheckpointError> {
    try {
      for (let length = needed; ;) {
        const asked = Math.min(Math.max(length, disassemblyLimits.window), this.pickle.end - at);
        this.window = await this.pickle.source.read(at, asked);
        this.base = at;
        if (this.window.length < Math.min(length, asked)) throw new CheckpointError('file.changed', [], at);
        const found = instructionAt(this.window, at, at, this.pickle.end);
        if (typeof found !== 'number' && this.held(found) - at <= this.window.length) return found;
        // A line is searched in windows that double.
        const more = typeof found === 'number' ? found : this.held(found) - at;
        length = Math.max(more, Math.min(2 * length, this.pickle.end - at));
      }
    } catch (error) {
      return asCheckpointError(error);
    }
  }

  /** Up to where the machine needs the bytes of an instruction: of data, the first ones. */
  private held({ op, form, argument, end }: Instruction): number {
    const isText = op === Op.BINUNICODE || op === Op.BINUNICODE8;
    const most = isText ? pickleLimits.textBytes : pickleLimits.inlineBytes;
    return form.startsWith('counted') && end - argument > most ? argument + 512 : end;
  }

  private bytesOf({ offset, end }: Instruction): Uint8Array {
    return this.window.subarray(offset - this.base, end - this.base);
  }

  private line(
    instruction: Instruction,
    depth: number,
    effect: (argument: string) => Note | null,
  ): DisassemblyLine {
    const line = this.unreached(instruction);
    return { ...line, depth, effect: effect(line.argument) };
  }

  private unreached(instruction: Instruction): DisassemblyLine {
    return {
      offset: instruction.offset,
      opcode: opcodeName(instruction.op),
      argument: argumentText(instruction, this.window, this.base),
      depth: 0,
      effect: null,
    };
  }
}

function noteLine(offset: number, { code, args }: Note): DisassemblyLine {
  return { offset, opcode: null, argument: '', depth: 0, effect: { code, args } };
}

function asCheckpointError(error: unknown): CheckpointError {
  if (error instanceof CheckpointError) return error;
  throw error;
}
