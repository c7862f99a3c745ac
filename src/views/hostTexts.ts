import * as vscode from 'vscode';
import type { Message } from '../protocol/messages';
import { type Texts, text, textsFor } from '../protocol/texts/text';

/** The table in the language of the window. */
export function windowTexts(): Texts {
  return textsFor(vscode.env.language);
}

export function say(code: string, ...args: readonly (string | number)[]): string {
  return text(windowTexts(), { code, args: args.map(withoutLinks) });
}

export function sayMessage({ code, args }: Message): string {
  return say(code, ...args);
}

/** VS Code makes links of `[text](command:…)` in notifications: a name in a file could bring one. */
function withoutLinks(argument: string | number): string | number {
  return typeof argument === 'string' ? argument.replaceAll('](', '] (') : argument;
}
