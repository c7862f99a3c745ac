import type { DisassemblyLine, DisassemblyPart, Message } from '../../protocol/messages';
import { formatInteger } from '../../protocol/numbers';
import { fillText } from '../../protocol/texts/fill';
import { text, type Texts } from '../../protocol/texts/text';

/** A part of a disassembly as a text document. */
export interface DisassemblyText {
  readonly text: string;
  /** Line of the document on which the part's first opcode stands, from 0. */
  readonly firstLine: number;
  /** What a scan found, by line of the document. */
  readonly findings: readonly { readonly line: number; readonly offset: number; readonly message: Message }[];
  /** Lines that lead to the part before and the next one, null where there is none. */
  readonly previousLine: number | null;
  readonly nextLine: number | null;
}

const opcodeWidth = 18;
const argumentWidth = 34;
/** Marks can be nested as deeply as a file likes. */
const deepestIndent = 24;

/** @param title what the pickle is */
export function disassemblyText(part: DisassemblyPart, title: Message, texts: Texts): DisassemblyText {
  const say = (code: string, ...args: (string | number)[]): string => text(texts, { code, args });
  const { lines, linesBefore, more } = part;
  const width = Math.max(8, String(lines.at(-1)?.offset ?? 0).length);
  const out = [`# ${text(texts, title)}`, `# ${say('disassembly.inert')}`];
  if (more || linesBefore > 0) {
    out.push(`# ${say('disassembly.part', linesBefore + 1, linesBefore + lines.length)}`);
  }
  const previousLine = linesBefore > 0 ? out.push(`# ← ${say('disassembly.previous')}`) - 1 : null;
  const heads = ['offset', 'opcode', 'argument', 'effect'].map((name) => say(`disassembly.column.${name}`));
  out.push('', `#${columns(heads[0] ?? '', heads[1] ?? '', heads[2] ?? '', heads[3] ?? '', width).slice(1)}`);
  const firstLine = out.length;
  for (const line of lines) out.push(lineText(line, texts, width));
  const findings = part.findings.map(({ line, message }) => ({
    line: firstLine + line,
    offset: lines[line]?.offset ?? 0,
    message,
  }));
  const nextLine = more ? out.push('', `# → ${say('disassembly.next')}`) - 1 : null;
  return { text: `${out.join('\n')}\n`, firstLine, findings, previousLine, nextLine };
}

function lineText(
  { offset, opcode, argument, depth, effect }: DisassemblyLine,
  texts: Texts,
  width: number,
): string {
  const said = effect === null ? '' : effectText(effect, texts);
  if (opcode === null) return `${String(offset).padStart(width)}  # ${said}`;
  const indented = ' '.repeat(Math.min(depth, deepestIndent)) + opcode;
  return columns(String(offset), indented, argument, said, width);
}

function columns(offset: string, opcode: string, argument: string, effect: string, width: number): string {
  const left = `${offset.padStart(width)}  ${opcode.padEnd(opcodeWidth)} ${argument}`;
  return effect === ''
    ? left.trimEnd()
    : `${left.padEnd(width + 3 + opcodeWidth + argumentWidth)}  ${effect}`;
}

/** Values of a disassembly have their escapes already; an error's arguments have not. */
function effectText(effect: Message, texts: Texts): string {
  return effect.code.startsWith('disassembly.') ? visibleMessage(effect, texts) : `✗ ${text(texts, effect)}`;
}

/** The text of a message whose arguments have their visible escapes already. */
export function visibleMessage({ code, args }: Message, texts: Texts): string {
  const template = texts[code];
  if (template === undefined) return text(texts, { code, args });
  return fillText(template, args, (value) => (typeof value === 'number' ? formatInteger(value) : value));
}
