import type { ConcreteNode } from './concreteTree';
import { Conversion } from './conversion/conversion';
import { statements } from './conversion/statements';
import type { LiveTree } from './liveTree';
import { mergeStatement, Queues } from './mergeSyntax';
import { moveBy } from './sameSyntax';
import type { FunctionDefinition, Module, Statement } from './syntax';

/** Something that stands at a place of the text. Lines from 1, columns in UTF-16 units from 0. */
export interface Found {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** Looks for something in a top-level node of a text. */
export type Finder = (node: ConcreteNode, text: string) => readonly Found[];

/** What one top-level node became. */
interface Part {
  readonly start: number;
  /** Characters of its first line before it. */
  readonly column: number;
  /** What was found in it, with lines and columns as they were then. */
  readonly found: readonly Found[];
  readonly line: number;
  readonly lastLine: number;
  body: readonly Statement[];
  readonly errors: readonly number[];
  readonly isSound: boolean;
  /** Converted after the last change. */
  readonly isNew: boolean;
}

/**
 * The syntax of a text that changes. What a change does not touch keeps its objects, moved to their new lines: what
 * was learnt of them holds as long as they are there.
 */
export class LiveModule {
  private parts: Part[] = [];
  /** The syntax of the text that was given last. */
  module: Module = { body: [], errors: [], lines: 1 };
  private moved = new LineMap(0);
  private named: ReadonlyMap<string, FunctionDefinition> | null = null;
  private names: ReadonlyMap<FunctionDefinition, string> | null = null;
  /** Grows when anything stands or means otherwise than before. */
  revision = 0;

  /** @param find what is looked for in what is new */
  constructor(
    private readonly tree: LiveTree,
    private readonly find: Finder = () => [],
  ) {}

  /** The syntax of the text as it is now. Never throws on text that is no Python: see `Module.errors`. */
  update(given: string): Module {
    const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given;
    if (this.revision > 0 && this.tree.text === text) return this.module;
    // A node without errors is the only one at its start.
    const before = new Map<number, Part>();
    for (const part of this.parts) if (part.isSound) before.set(part.start, part);
    const kept = new Set<Part>();
    const lines = new LineMap(this.module.lines);
    const parts: Part[] = [];
    this.tree.update(text, (node) => {
      const { start, line, isSound } = node;
      const part = node.before === null ? undefined : before.get(node.before);
      if (part === undefined) {
        const conversion = new Conversion(text);
        const concrete = node.read();
        const found = this.find(concrete, text);
        const body = statements(conversion, [concrete]);
        const lastLine = line + lineBreaks(text, start, node.end);
        const { errors } = conversion;
        const column = columnOf(text, start);
        parts.push({ start, column, found, line, lastLine, body, errors, isSound, isNew: true });
        return;
      }
      kept.add(part);
      const by = line - part.line;
      lines.addRange(part.line, part.lastLine, by);
      parts.push(movedPart(part, start, columnOf(text, start), by));
    });
    // What the change touched may mean the same as before, or in part.
    const replaced = new Queues(this.parts.filter((part) => !kept.has(part)).flatMap(({ body }) => body));
    for (const part of parts) {
      if (!part.isNew) continue;
      part.body = part.body.map((statement) => {
        const other = replaced.next(statement);
        return other === undefined ? statement : mergeStatement(other, statement, lines.add);
      });
    }
    this.parts = parts;
    return this.replace(parts, text, lines);
  }

  /** The line on which something stands that stood on a line of the revision before; null when it is gone. */
  lineNow(line: number): number | null {
    return this.moved.get(line);
  }

  /** What the finder found, in the order of the text. */
  get found(): Found[] {
    return this.parts.flatMap(({ found }) => found);
  }

  /** Functions at the top level and methods of classes there, by a name that is theirs alone. */
  get functions(): ReadonlyMap<string, FunctionDefinition> {
    this.named ??= functionsOf(this.module);
    return this.named;
  }

  /** The name in `functions`; undefined for a function inside of another one. */
  nameOf(definition: FunctionDefinition): string | undefined {
    this.names ??= new Map([...this.functions].map(([name, one]) => [one, name]));
    return this.names.get(definition);
  }

  /** Frees what the parser holds outside of JavaScript's heap; the next change is parsed from its beginning. */
  rest(): void {
    this.tree.close();
  }

  private replace(parts: readonly Part[], text: string, lines: LineMap): Module {
    const last = this.module;
    const body: Statement[] = [];
    const errors: number[] = [];
    for (const part of parts) {
      for (const statement of part.body) body.push(statement);
      for (const line of part.errors) errors.push(line);
    }
    const isSame =
      this.revision > 0 && lines.isStill && sameItems(body, last.body) && sameItems(errors, last.errors);
    if (isSame) {
      // Blank lines and comments only.
      const count = lineBreaks(text, 0, text.length) + 1;
      if (count !== last.lines) this.module = { ...last, lines: count };
      return this.module;
    }
    this.moved = lines;
    this.named = null;
    this.names = null;
    this.revision++;
    this.module = { body, errors, lines: lineBreaks(text, 0, text.length) + 1 };
    return this.module;
  }
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function movedPart(part: Part, start: number, column: number, by: number): Part {
  const aside = column - part.column;
  const found =
    by === 0 && aside === 0
      ? part.found
      : part.found.map((one) => {
          const shift = one.line === part.line ? aside : 0;
          return {
            ...one,
            line: one.line + by,
            column: one.column + shift,
            endColumn: one.endColumn + shift,
          };
        });
  if (by === 0) return { ...part, start, column, found, isNew: false };
  moveBy(part.body, by);
  return {
    ...part,
    start,
    column,
    found,
    line: part.line + by,
    lastLine: part.lastLine + by,
    errors: part.errors.map((line) => line + by),
    isNew: false,
  };
}

function sameItems(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, i) => item === right[i]);
}

function lineBreaks(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = text.indexOf('\n', start); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

function functionsOf(module: Module): ReadonlyMap<string, FunctionDefinition> {
  const functions = new Map<string, FunctionDefinition>();
  const counts = new Map<string, number>();
  const add = (definition: Statement, prefix: string): void => {
    if (definition.kind !== 'function' && definition.kind !== 'class') return;
    const name = `${prefix}${definition.name}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const key = `${name}#${count}`;
    if (definition.kind === 'function') functions.set(key, definition);
    else if (prefix === '') for (const part of definition.body) add(part, `${key}.`);
  };
  for (const statement of module.body) add(statement, '');
  return functions;
}

/** A line of which two different places have come. */
const AMBIGUOUS = -1;

/** From the lines of one text to those of the next; 0 for what is not known. */
class LineMap {
  private readonly lines: Int32Array;
  /** Nothing moved. */
  isStill = true;

  constructor(count: number) {
    this.lines = new Int32Array(count + 2);
  }

  readonly add = (from: number, to: number): void => {
    if (from !== to) this.isStill = false;
    const known = this.lines[from];
    this.lines[from] = known === 0 || known === to ? to : AMBIGUOUS;
  };

  addRange(first: number, last: number, by: number): void {
    for (let line = first; line <= last; line++) this.add(line, line + by);
  }

  get(line: number): number | null {
    if (line === 0) return 0;
    const now = this.lines[line] ?? 0;
    return now > 0 ? now : null;
  }
}
