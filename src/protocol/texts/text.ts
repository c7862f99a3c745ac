import type { Message } from '../messages';
import { en } from './en';
import { argumentText, fillText } from './fill';
import { zhCn } from './zhCn';

/** A text for every code. The English table says which codes there are; the others must have the same. */
export type TextCode = keyof ReturnType<typeof en>;
export type Texts = Readonly<Record<string, string>>;

const tables = new Map<() => Texts, Texts>();

/** The table for a BCP 47 language tag: Chinese (Simplified) for `zh`, `zh-cn`, `zh-Hans…`, else English. */
export function textsFor(locale: string): Texts {
  const tag = locale.toLowerCase().replaceAll('_', '-');
  const traditional = /^zh-(?:tw|hk|mo|hant)/.test(tag);
  const language = (tag === 'zh' || tag.startsWith('zh-')) && !traditional ? zhCn : en;
  let table = tables.get(language);
  if (table === undefined) tables.set(language, (table = language()));
  return table;
}

/**
 * The sentence of a message (see `fillText`). A code that no table knows is shown as it is, with its
 * arguments, so that nothing is lost.
 */
export function text(texts: Texts, message: Message): string {
  const template = Object.hasOwn(texts, message.code) ? texts[message.code] : undefined;
  if (template === undefined) return [message.code, ...message.args.map(argumentText)].join(' ');
  return fillText(template, message.args);
}
