/** What a command of the command line gets to work with. */
export interface CommandIo {
  out(text: string): void;
  /** Lets what was written go on its way; to be awaited now and then in a long output. */
  turn(): Promise<void>;
  error(text: string): void;
  /** Width of the terminal. */
  readonly columns: number;
  /** Locale, `zh_CN.UTF-8`. */
  readonly language: string;
}

/** Exit statuses: the answer is good, the answer is no, there is no answer. */
export const exit = { good: 0, no: 1, noAnswer: 2 } as const;
