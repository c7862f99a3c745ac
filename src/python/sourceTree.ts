/**
 * Where Python text comes from. Paths use `/`; the platform behind it decides what they mean.
 * Synchronous, because an import is met in the middle of evaluating a constructor; it is called from
 * a worker or a command line, never from a thread that has a user interface.
 */
export interface SourceTree {
  /** The text of a file, null when there is none (or it is no file, or cannot be read). */
  read(path: string): string | null;
  isFile(path: string): boolean;
  isDirectory(path: string): boolean;
  /** Names of what is in a folder, in no order; empty where there is none. */
  names(path: string): readonly string[];
  /** Whether a path, without its ending, is that of a module of machine code: `PATH.so`, `PATH.cp312-win_amd64.pyd`. */
  isCompiledModule(path: string): boolean;
  /** Changes when the file's text may have changed; null when there is no such file. */
  version(path: string): string | null;
}
