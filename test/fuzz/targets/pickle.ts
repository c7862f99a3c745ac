import { Unpickler, type UnpickledStream } from '../../../src/pickle/unpickler';
import { nodePlatform } from '../../../src/files/nodePlatform';
import type { Target } from '../engine/target';
import { mutatePickle } from '../mutation/pickleOpcodes';
import { promiseSame } from '../oracles/promises';
import { describeStream } from '../oracles/stream';

/** Room behind the stream: whole calls of tensors are read only well before the end of a window. */
const ROOM = 2_000;

const { latin1 } = nodePlatform;

/**
 * The unpickler: opcode by opcode, with whole calls of tensors at once and through windows of any size it comes
 * to the same values, records and errors.
 */
export const pickle: Target = {
  name: 'pickle',
  longest: 64 << 10,
  mutate: mutatePickle,
  run(input) {
    const bytes = input.length % 2 === 0 ? input : padded(input);
    const plain = describeStream(inOne(bytes, {}));
    promiseSame('whole calls and single opcodes', plain, describeStream(inOne(bytes, { toLatin1: latin1 })));
    // Windows of some bytes each take long over a long stream.
    for (const size of input.length < 1_000 ? [1 + (input.length % 7), 90] : [700]) {
      const windows = describeStream(inWindows(bytes, size));
      promiseSame(`windows of ${size} bytes and the whole`, plain, windows);
    }
  },
};

function padded(input: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(input.length + ROOM);
  bytes.set(input);
  return bytes;
}

function inOne(bytes: Uint8Array, options: ConstructorParameters<typeof Unpickler>[2]): UnpickledStream {
  const machine = new Unpickler(0, bytes.length, options);
  let result = machine.run(bytes, 0);
  while (!result.done) result = machine.run(bytes.subarray(result.offset), result.offset);
  return machine.finish();
}

function inWindows(bytes: Uint8Array, size: number): UnpickledStream {
  const machine = new Unpickler(0, bytes.length, { toLatin1: latin1 });
  let result = machine.run(bytes.subarray(0, size), 0);
  while (!result.done) {
    const end = Math.min(bytes.length, result.offset + Math.max(size, result.length));
    result = machine.run(bytes.subarray(result.offset, end), result.offset);
  }
  return machine.finish();
}
