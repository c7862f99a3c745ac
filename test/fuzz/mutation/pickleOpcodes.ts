import { Op } from '../../../src/pickle/opcodes';
import type { Random } from '../engine/random';
import { edgeNumber, mutateBytes } from './bytes';

/** What follows an opcode: bytes, a text line or two, or a count of so many bytes and what it counts. */
type Argument = number | 'line' | 'twoLines' | 'counted1' | 'counted4' | 'counted8';

const ARGUMENTS = new Map<number, Argument>([
  ...[Op.BININT1, Op.BINGET, Op.BINPUT, Op.PROTO, Op.EXT1].map((op) => [op, 1] as const),
  ...[Op.BININT2, Op.EXT2].map((op) => [op, 2] as const),
  ...[Op.BININT, Op.LONG_BINGET, Op.LONG_BINPUT, Op.EXT4].map((op) => [op, 4] as const),
  ...[Op.BINFLOAT, Op.FRAME].map((op) => [op, 8] as const),
  ...[Op.FLOAT, Op.INT, Op.LONG, Op.PERSID, Op.STRING, Op.UNICODE, Op.GET, Op.PUT].map(
    (op) => [op, 'line'] as const,
  ),
  ...[Op.GLOBAL, Op.INST].map((op) => [op, 'twoLines'] as const),
  ...[Op.LONG1, Op.SHORT_BINSTRING, Op.SHORT_BINBYTES, Op.SHORT_BINUNICODE].map(
    (op) => [op, 'counted1'] as const,
  ),
  ...[Op.LONG4, Op.BINSTRING, Op.BINBYTES, Op.BINUNICODE].map((op) => [op, 'counted4'] as const),
  ...[Op.BINUNICODE8, Op.BINBYTES8, Op.BYTEARRAY8].map((op) => [op, 'counted8'] as const),
]);

const OPCODES = Object.values(Op).filter((op) => typeof op === 'number');

/** Names that the readers give a meaning, and some that they must not be fooled by. */
const GLOBALS = [
  'torch._utils _rebuild_tensor_v2', 'torch._utils _rebuild_parameter', 'torch._utils _rebuild_qtensor',
  'torch._utils _rebuild_sparse_tensor', 'torch._utils _rebuild_meta_tensor_no_storage',
  'torch._utils _rebuild_device_tensor_from_numpy', 'torch._utils _rebuild_wrapper_subclass',
  'torch._utils _rebuild_nested_tensor', 'torch._tensor _rebuild_from_type_v2', 'torch FloatStorage',
  'torch BFloat16Storage', 'torch.storage UntypedStorage', 'torch.storage TypedStorage', 'torch Size', 'torch device',
  'torch.nn.modules.linear Linear', 'torch.nn.modules.conv Conv2d', 'torch.nn.modules.container Sequential',
  'torch.nn.parameter Parameter', 'collections OrderedDict', 'collections defaultdict', 'collections deque',
  'builtins set', 'builtins getattr', 'builtins eval', 'builtins.eval __call__', 'os system', '__builtin__ set',
  'numpy.core.multiarray _reconstruct', 'numpy ndarray', 'numpy dtype', 'numpy.core.multiarray scalar',
  'joblib.numpy_pickle NumpyArrayWrapper', 'copyreg _reconstructor', 'builtins object', '_codecs encode',
  'functools partial', 'datetime datetime', 'enum Enum', '__main__ Net', 'torch.jit._pickle build_intlist',
  'torch.distributed._tensor.api DTensor', 'torch.serialization _get_layout', 'types SimpleNamespace',
]; // prettier-ignore

const TEXTS = ['storage', 'cpu', 'cuda:0', '0', '1', 'state_dict', 'weight', 'bias', '_parameters', '_modules', '_buffers',
  'training', '__proto__', 'constructor', 'a.b.c', '.', '..', '', '_metadata', 'little_endian', 'torch_', 'dtype', 'f4',
  '\u202e', '\ud800', 'x'.repeat(300)]; // prettier-ignore

/** Opcodes with their arguments; what cannot be read is the last piece. */
export function pickleOpcodes(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = endOfOpcode(bytes, at);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

function endOfOpcode(bytes: Uint8Array, at: number): number {
  const argument = ARGUMENTS.get(bytes[at] as number);
  const start = at + 1;
  if (argument === undefined) return start;
  if (typeof argument === 'number') return start + argument;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (argument) {
    case 'line':
    case 'twoLines': {
      const first = bytes.indexOf(10, start);
      const end = argument === 'line' || first < 0 ? first : bytes.indexOf(10, first + 1);
      return end < 0 ? bytes.length : end + 1;
    }
    case 'counted1':
      return start + 1 + (bytes[start] ?? 0);
    case 'counted4':
      return start + 4 + (start + 4 <= bytes.length ? view.getUint32(start, true) : 0);
    case 'counted8':
      return start + 8 + (start + 8 <= bytes.length ? Number(view.getBigUint64(start, true)) : 0);
  }
}

/** Changes whole opcodes, their arguments or, at times, any bytes. */
export function mutatePickle(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.15)) return mutateBytes(input, other, random);
  const pieces = pickleOpcodes(input);
  const at = random.below(pieces.length + 1);
  switch (random.below(9)) {
    case 0:
      pieces.splice(at, random.amount(8));
      break;
    case 1: {
      const others = pickleOpcodes(other);
      const from = random.below(others.length + 1);
      pieces.splice(at, random.below(4), ...others.slice(from, from + random.amount(60)));
      break;
    }
    case 2: {
      const from = random.below(pieces.length + 1);
      pieces.splice(at, 0, ...pieces.slice(from, from + random.amount(60)));
      break;
    }
    case 3:
      pieces.splice(
        at,
        random.below(2),
        ...Array.from({ length: random.amount(5) }, () => anyOpcode(random)),
      );
      break;
    case 4: {
      const piece = pieces[at];
      if (piece !== undefined) pieces[at] = withArgument(piece, random);
      break;
    }
    case 5: {
      const piece = pieces[at];
      const swapped = pieces[at + 1];
      if (piece !== undefined && swapped !== undefined) pieces.splice(at, 2, swapped, piece);
      break;
    }
    case 6: {
      // Depth: the same few opcodes again and again.
      const some = random.chance(0.5) ? pieces.slice(at, at + 1 + random.below(4)) : nest(random);
      const times = random.amount(2_000);
      for (let i = 0; i < times; i++) pieces.splice(at, 0, ...some);
      break;
    }
    case 7:
      pieces.splice(at, random.below(2), text(random.pick(TEXTS)));
      break;
    default:
      pieces.splice(at, random.below(2), global(random.pick(GLOBALS)));
  }
  return joined(pieces);
}

function nest(random: Random): Uint8Array[] {
  return random.pick([
    [Uint8Array.of(Op.TUPLE1)],
    [Uint8Array.of(Op.EMPTY_LIST)],
    [Uint8Array.of(Op.MARK)],
    [Uint8Array.of(Op.DUP), Uint8Array.of(Op.TUPLE2)],
    [Uint8Array.of(Op.EMPTY_TUPLE), Uint8Array.of(Op.REDUCE)],
    [Uint8Array.of(Op.BINPERSID)],
    [Uint8Array.of(Op.NONE), Uint8Array.of(Op.BUILD)],
    [Uint8Array.of(Op.MARK), Uint8Array.of(Op.POP_MARK)],
  ]);
}

function anyOpcode(random: Random): Uint8Array {
  const op = random.pick(OPCODES);
  const argument = ARGUMENTS.get(op);
  if (argument === undefined) return Uint8Array.of(op);
  if (typeof argument === 'number') {
    const value = random.chance(0.7) ? BigInt(random.below(40)) : edgeNumber(random, 8);
    return Uint8Array.of(op, ...littleEndian(value, argument));
  }
  const words = new TextEncoder().encode(random.chance(0.5) ? random.pick(TEXTS) : String(random.below(300)));
  switch (argument) {
    case 'line':
      return Uint8Array.of(op, ...words, 10);
    case 'twoLines':
      return Uint8Array.of(op, ...global(random.pick(GLOBALS)).subarray(1));
    default: {
      const width = argument === 'counted1' ? 1 : argument === 'counted4' ? 4 : 8;
      return Uint8Array.of(op, ...littleEndian(BigInt(words.length & 255), width), ...words.subarray(0, 255));
    }
  }
}

function withArgument(piece: Uint8Array, random: Random): Uint8Array {
  const argument = ARGUMENTS.get(piece[0] as number);
  const changed = piece.slice();
  if (typeof argument === 'number') {
    changed.set(littleEndian(edgeNumber(random, 8), argument).slice(0, changed.length - 1), 1);
  } else if (changed.length > 1) {
    changed[1 + random.below(changed.length - 1)] = random.below(256);
  }
  return changed;
}

function text(words: string): Uint8Array {
  const bytes = new TextEncoder().encode(words);
  return Uint8Array.of(Op.BINUNICODE, ...littleEndian(BigInt(bytes.length), 4), ...bytes);
}

function global(name: string): Uint8Array {
  return Uint8Array.of(Op.GLOBAL, ...new TextEncoder().encode(`${name.replace(' ', '\n')}\n`));
}

function littleEndian(value: bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
