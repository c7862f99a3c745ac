import type { PythonParser } from './concreteTree';
import { convertModule } from './convert';
import type { Module } from './syntax';

/** Parses Python text into abstract syntax. Never throws on text that is no Python: see `Module.errors`. */
export function parseModule(parser: PythonParser, text: string): Module {
  return convertModule(parser.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
}
