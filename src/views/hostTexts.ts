import * as vscode from 'vscode';
import type { Message } from '../protocol/messages';
import { type Texts, text, textsFor } from '../protocol/texts/text';

/** The table in the language of the window. */
export function windowTexts(): Texts {
  return textsFor(vscode.env.language);
}

export function say(code: string, ...args: readonly (string | number)[]): string {
  return text(windowTexts(), { code, args });
}

export function sayMessage(message: Message): string {
  return text(windowTexts(), message);
}
