import { ParseTimeout, type PythonParser } from '../python/concreteTree';
import { LiveModule } from '../python/liveModule';
import { parseModule } from '../python/parseModule';
import type { SourceTree } from '../python/sourceTree';
import type { Module } from '../python/syntax';
import { type LayerCall, layerCalls } from './layerCalls';
import { type LayerUse, layerUses } from './layerUses';
import { MAX_FILE_LENGTH } from './limits';

/** Open documents whose trees are kept for the next keystroke: they lie outside of JavaScript's heap. */
const MAX_TREES = 6;

interface Held {
  version: string;
  readonly live: LiveModule;
}

/** Parsed files. What a change of a file does not touch keeps its objects; see `LiveModule`. */
export class Sources {
  private readonly files = new Map<string, Held>();
  /** The documents that took the place of files, the last one last. */
  private readonly documents = new Map<string, Held>();
  /** Versions of files that the parser did not get to the end of. */
  private readonly unparsed = new Map<string, string>();
  private readonly internal = new Map<string, Module>();
  /** Texts that an editor holds and that differ from the files. */
  private readonly overlays = new Map<string, { readonly version: string; readonly text: string }>();
  /** What was asked of files, with the answers. */
  private readonly notes = new Map<string, string>();
  private looks = 0;

  constructor(
    readonly parser: PythonParser,
    readonly tree: SourceTree,
  ) {}

  /** The text of an open document takes the place of the file's. */
  setOverlay(path: string, version: string, text: string): void {
    this.overlays.set(path, { version, text });
  }

  removeOverlay(path: string): void {
    this.overlays.delete(path);
  }

  isFile(path: string): boolean {
    return this.overlays.has(path) || this.noted('kind', path) === 'file';
  }

  isDirectory(path: string): boolean {
    return this.noted('kind', path) === 'folder';
  }

  /** Whether a path, without its ending, is that of a module of machine code. */
  isCompiledModule(path: string): boolean {
    return this.noted('compiled', path) !== '';
  }

  /** Names of what is in a folder, sorted. */
  names(path: string): readonly string[] {
    const names = this.noted('names', path);
    return names === '' ? [] : names.split('/');
  }

  /** A text that is no Python. */
  read(path: string): string | null {
    this.noted('version', path);
    return this.overlays.get(path)?.text ?? this.tree.read(path);
  }

  version(path: string): string | null {
    return this.overlays.get(path)?.version ?? this.tree.version(path);
  }

  /**
   * Grows when an answer that was given would be another one now: where files are, and what is in those that are no
   * Python. What is in Python files is seen by their syntax.
   */
  look(): number {
    let isSame = true;
    for (const [key, answer] of this.notes) {
      const [question, path = ''] = key.split('\0');
      const now = this.answer(question as Question, path);
      if (now === answer) continue;
      isSame = false;
      this.notes.set(key, now);
    }
    if (!isSame) this.looks++;
    return this.looks;
  }

  /** The syntax of a file; null when it cannot be read, is too long or takes the parser too long. */
  module(path: string): Module | null {
    return this.live(path)?.module ?? null;
  }

  /** Constructions of torch's layers in an open document. */
  layers(path: string): LayerUse[] {
    const live = this.live(path);
    return live === null ? [] : layerUses(live.module, live.found as LayerCall[]);
  }

  /** The syntax of a file with its history; null where there is none, as of `module`. */
  live(path: string): LiveModule | null {
    const overlay = this.overlays.get(path);
    const version = overlay?.version ?? this.tree.version(path);
    if (version === null) return null;
    const kept = overlay === undefined ? this.files : this.documents;
    const known = kept.get(path);
    if (known?.version === version) return known.live;
    const text = overlay?.text ?? this.tree.read(path);
    if (text === null || text.length > MAX_FILE_LENGTH) return null;
    if (this.unparsed.get(path) === version) return null;
    const held = known ?? { version, live: this.opened(overlay !== undefined) };
    held.version = version;
    try {
      held.live.update(text);
    } catch (error) {
      if (!(error instanceof ParseTimeout)) throw error;
      held.live.rest();
      kept.delete(path);
      this.unparsed.set(path, version);
      return null;
    }
    if (overlay === undefined) held.live.rest();
    kept.delete(path);
    kept.set(path, held);
    if (this.documents.size > MAX_TREES) this.restOldest();
    return held.live;
  }

  /** The syntax of an argument expression. */
  text(key: string, text: string): Module {
    const name = `${key}\0${text}`;
    let module = this.internal.get(name);
    if (module === undefined) {
      module = parseModule(this.parser, text);
      if (this.internal.size > 2_000) this.internal.clear();
      this.internal.set(name, module);
    }
    return module;
  }

  private opened(isDocument: boolean): LiveModule {
    return isDocument ? new LiveModule(this.parser.open(), layerCalls) : new LiveModule(this.parser.open());
  }

  private restOldest(): void {
    const oldest = [...this.documents.values()].slice(0, -MAX_TREES);
    for (const { live } of oldest) live.rest();
  }

  private noted(question: Question, path: string): string {
    const answer = this.answer(question, path);
    const key = `${question}\0${path}`;
    const before = this.notes.get(key);
    // Asked before the next look, which would find nothing new.
    if (before !== undefined && before !== answer) this.looks++;
    this.notes.set(key, answer);
    return answer;
  }

  private answer(question: Question, path: string): string {
    if (question === 'version') return this.version(path) ?? '';
    if (question === 'names') return [...this.tree.names(path)].sort().join('/');
    if (question === 'compiled') return this.tree.isCompiledModule(path) ? 'compiled' : '';
    return this.tree.isFile(path) ? 'file' : this.tree.isDirectory(path) ? 'folder' : '';
  }
}

type Question = 'kind' | 'version' | 'compiled' | 'names';
