import { bytesRepr, floatRepr, stringRepr } from '../../checkpoint/pythonRepr';
import { decodeLong } from '../../pickle/integers';
import { pickleLimits } from '../../pickle/limits';
import { Op } from '../../pickle/opcodes';
import { decodeUtf8SurrogatePass, latin1 } from '../../pickle/text';
import { PyBytes } from '../../pickle/values';
import { formatInteger } from '../../protocol/numbers';
import { visibleRepr, visibleText } from '../../protocol/visibleText';
import type { Instruction } from './instructions';
import { disassemblyLimits } from './limits';

const limit = disassemblyLimits.argumentText;

/**
 * The argument as a person reads it: numbers as Python writes them, texts as Python literals, names as they are;
 * shortened, with visible escapes. Empty for an opcode without one.
 *
 * @param window bytes from absolute offset `base` on, which hold at least the start of the argument
 */
export function argumentText(instruction: Instruction, window: Uint8Array, base: number): string {
  const { form, argument, end } = instruction;
  const at = argument - base;
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  switch (form) {
    case 'none':
      return '';
    case 'uint1':
      return String(window[at]);
    case 'uint2':
      return String(view.getUint16(at, true));
    case 'int4':
      return String(view.getInt32(at, true));
    case 'uint4':
      return String(view.getUint32(at, true));
    case 'uint8':
      return String(view.getBigUint64(at, true));
    case 'float8':
      return floatRepr(view.getFloat64(at, false));
    case 'line':
      return visibleText(latin1(window, at, Math.min(end - 1 - base, at + 4 * limit)), limit).text;
    case 'twoLines': {
      const middle = window.indexOf(0x0a, at);
      return [namePart(window, at, middle), namePart(window, middle + 1, end - 1 - base)].join(' ');
    }
    default:
      return countedText(instruction, window.subarray(at, end - base));
  }
}

function namePart(window: Uint8Array, from: number, to: number): string {
  const bytes = window.subarray(from, Math.min(to, from + 4 * limit));
  return visibleText(new TextDecoder('utf-8').decode(bytes), limit).text;
}

/** @param bytes what the window holds of the counted ones */
function countedText({ op, argument, end }: Instruction, bytes: Uint8Array): string {
  const length = end - argument;
  switch (op) {
    case Op.LONG1:
    case Op.LONG4:
      if (length > pickleLimits.integerBytes || bytes.length < length) break;
      return visibleText(String(decodeLong(bytes, 0, length)), limit).text;
    case Op.SHORT_BINUNICODE:
    case Op.BINUNICODE:
    case Op.BINUNICODE8: {
      const text = startOfText(bytes);
      if (text === null) break;
      return shortened(
        stringRepr(text.slice(0, limit)),
        text.length > limit || bytes.length < length,
        length,
      );
    }
    default:
      break;
  }
  const shown = bytes.subarray(0, limit);
  const literal = bytesRepr(new PyBytes('bytes', shown, shown.length, argument), limit);
  return shortened(literal, shown.length < length, length);
}

function shortened(literal: string, cut: boolean, length: number): string {
  const text = visibleRepr(literal, literal.length).text;
  return cut ? `${text}… (${formatInteger(length)})` : text;
}

/** The first characters of UTF-8 with lone surrogates allowed; null where it is none. */
function startOfText(bytes: Uint8Array): string | null {
  if (bytes.length <= 4 * limit) return decodeUtf8SurrogatePass(bytes);
  let to = 4 * limit;
  // Not within a character, whose further bytes are 10xxxxxx.
  while (to > 4 * limit - 4 && ((bytes[to] as number) & 0xc0) === 0x80) to--;
  return decodeUtf8SurrogatePass(bytes.subarray(0, to));
}
