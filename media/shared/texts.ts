import type { Message } from '../../src/protocol/messages';
import { argumentText, fillText } from '../../src/protocol/texts/fill';

let table: Readonly<Record<string, string>> = {};
let replaced: Readonly<Record<string, string>> = {};

/** Sets the texts that the host gave with the page, and the codes that this page says in other words. */
export function setTexts(
  texts: Readonly<Record<string, string>>,
  ownCodes: Readonly<Record<string, string>> = {},
): void {
  table = texts;
  replaced = ownCodes;
}

/** The text of a code; a code that the table lacks is shown as it is, with its arguments. */
export function text(general: string, ...args: readonly (string | number)[]): string {
  const code = replaced[general] ?? general;
  const template = Object.hasOwn(table, code) ? table[code] : undefined;
  return template === undefined ? [code, ...args.map(argumentText)].join(' ') : fillText(template, args);
}

/** The text of a message whose arguments have their visible escapes already. */
export function visibleMessage({ code, args }: Message): string {
  const template = Object.hasOwn(table, code) ? table[code] : undefined;
  if (template === undefined) return text(code, ...args);
  return fillText(template, args, (value) => (typeof value === 'number' ? argumentText(value) : value));
}

/** A name of a file or of a program with visible escapes, cut where nobody would read on. */
export function nameText(name: string): string {
  return argumentText(name);
}

export function messageText(message: Message): string {
  return text(message.code, ...message.args);
}
