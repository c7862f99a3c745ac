import { Language, Parser, type Tree, type TreeCursor } from 'web-tree-sitter';
import { LiveTree } from './liveTree';

/** A node of tree-sitter's tree as a plain object: reading it costs no call into wasm. */
export interface ConcreteNode {
  readonly type: string;
  readonly field: string | null;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly named: boolean;
  readonly missing: boolean;
  readonly children: readonly ConcreteNode[];
}

/** The wasm files, by name; how they are found is the platform's matter. */
export interface GrammarFiles {
  /** A path or URL of `web-tree-sitter.wasm`. */
  readonly runtime: string;
  /** `tree-sitter-python.wasm`: a path, or its bytes. */
  readonly grammar: string | Uint8Array;
}

export interface ConcreteTree {
  readonly root: ConcreteNode;
  readonly text: string;
}

/** Names that the grammar gives to its numbers. */
interface GrammarNames {
  readonly types: readonly (string | null)[];
  readonly fields: readonly (string | null)[];
  readonly named: readonly boolean[];
}

/**
 * Milliseconds of one parse. Four megabytes take a few seconds; of a statement that goes on over a hundred thousand
 * lines, all that follow are looked through again at each.
 */
const MAX_PARSE_MILLISECONDS = 10_000;

/** A text took longer than a parse may. */
export class ParseTimeout extends Error {}

/** Parses Python text. One instance per process: the wasm runtime is initialised once. */
export class PythonParser {
  private constructor(
    private readonly parser: Parser,
    private readonly names: GrammarNames,
    private readonly milliseconds: number,
  ) {}

  /** @param milliseconds of one parse */
  static async load(files: GrammarFiles, milliseconds = MAX_PARSE_MILLISECONDS): Promise<PythonParser> {
    await Parser.init({ locateFile: () => files.runtime });
    const language = await Language.load(files.grammar);
    const parser = new Parser();
    parser.setLanguage(language);
    const named = language.types.map((_name, id) => language.nodeTypeIsNamed(id));
    return new PythonParser(parser, { types: language.types, fields: language.fields, named }, milliseconds);
  }

  /** @throws ParseTimeout */
  parse(text: string): ConcreteTree {
    const tree = this.tree(text, null);
    const cursor = tree.walk();
    try {
      return { root: copyOf(cursor, lineTable(text), this.names), text };
    } finally {
      cursor.delete();
      tree.delete();
    }
  }

  /** A text that will change: each change is parsed with what is known of the text before it. */
  open(): LiveTree {
    return new LiveTree(
      (text, previous) => this.tree(text, previous),
      (cursor, lines) => copyOf(cursor, lines, this.names),
    );
  }

  private tree(text: string, previous: Tree | null): Tree {
    const deadline = Date.now() + this.milliseconds;
    const tree = this.parser.parse(text, previous, { progressCallback: () => Date.now() > deadline });
    if (tree !== null) return tree;
    // It would go on where it stopped.
    this.parser.reset();
    throw new ParseTimeout('the parser did not come to the end in time');
  }
}

/** The node at the cursor with all below it. One pass without recursion: a text can nest as deep as it is long. */
function copyOf(cursor: TreeCursor, lineStarts: readonly number[], names: GrammarNames): ConcreteNode {
  interface Open {
    node: ConcreteNode;
    children: ConcreteNode[];
  }
  const stack: Open[] = [];
  let line = lineAt(lineStarts, cursor.startIndex);
  const enter = (): Open => {
    const start = cursor.startIndex;
    while (line < lineStarts.length && (lineStarts[line] ?? Infinity) <= start) line++;
    while (line > 1 && (lineStarts[line - 1] ?? 0) > start) line--;
    const children: ConcreteNode[] = [];
    const fieldId = cursor.currentFieldId;
    const typeId = cursor.nodeTypeId;
    const node: ConcreteNode = {
      type: names.types[typeId] ?? cursor.nodeType,
      field: fieldId === 0 ? null : (names.fields[fieldId] ?? null),
      start,
      end: cursor.endIndex,
      line,
      named: names.named[typeId] ?? cursor.nodeIsNamed,
      missing: false,
      children,
    };
    return { node, children };
  };
  let current = enter();
  const root = current.node;
  for (;;) {
    if (cursor.gotoFirstChild()) {
      stack.push(current);
      const child = enter();
      current.children.push(child.node);
      current = child;
      continue;
    }
    if (current.node.start === current.node.end && cursor.nodeIsMissing) {
      (current.node as { missing: boolean }).missing = true;
    }
    if (stack.length === 0) return root;
    while (!cursor.gotoNextSibling()) {
      const parent = stack.pop();
      if (parent === undefined || !cursor.gotoParent()) return root;
      current = parent;
      if (stack.length === 0) return root;
    }
    const parent = stack[stack.length - 1];
    if (parent === undefined) return root;
    const sibling = enter();
    parent.children.push(sibling.node);
    current = sibling;
  }
}

/** Offsets at which lines start; index 0 is line 1. */
export function lineTable(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

/** The line of an offset, from 1. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? Infinity) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
