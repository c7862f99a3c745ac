import type { Module } from '../../python/syntax';

/** What torch accepts and a person regrets. */
export type ProblemKind =
  | 'plainList'
  | 'sharedDefault'
  | 'returnsNothing'
  | 'gateTwice'
  | 'zeroChannels'
  | 'superMissing'
  | 'superLate';

/** Replaces text of one place. Lines from 1, columns in UTF-16 units from 0. */
export interface TextChange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

export interface Problem {
  readonly kind: ProblemKind;
  readonly line: number;
  /** For the sentence: names. */
  readonly args: readonly string[];
  /** A repair that is certain; null where there is none. */
  readonly fix: readonly TextChange[] | null;
}

/** A file under examination. */
export interface Examined {
  readonly module: Module;
  readonly lines: readonly string[];
  /** Names of the file's `nn.Module` classes. */
  readonly moduleClasses: ReadonlySet<string>;
}

/** The whitespace that a line (from 1) starts with. */
export function indentOf(file: Examined, line: number): string {
  return /^\s*/.exec(file.lines[line - 1] ?? '')?.[0] ?? '';
}

/** Puts a line of text before a line (from 1). */
export function insertedLine(line: number, text: string): TextChange {
  return { line, column: 0, endLine: line, endColumn: 0, text: `${text}\n` };
}
