import { Language, Parser, type Tree, type TreeCursor } from 'web-tree-sitter';

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

/** Parses Python text. One instance per process: the wasm runtime is initialised once. */
export class PythonParser {
  private constructor(
    private readonly parser: Parser,
    private readonly types: readonly (string | null)[],
    private readonly fields: readonly (string | null)[],
    private readonly named: readonly boolean[],
  ) {}

  static async load(files: GrammarFiles): Promise<PythonParser> {
    await Parser.init({ locateFile: () => files.runtime });
    const language = await Language.load(files.grammar);
    const parser = new Parser();
    parser.setLanguage(language);
    const named = language.types.map((_name, id) => language.nodeTypeIsNamed(id));
    return new PythonParser(parser, language.types, language.fields, named);
  }

  parse(text: string): ConcreteTree {
    const tree = this.parser.parse(text);
    if (tree === null) throw new Error('the parser gave no tree');
    try {
      return { root: this.copy(tree, text), text };
    } finally {
      tree.delete();
    }
  }

  /** One pass with a cursor, without recursion: a text can nest as deep as it is long. */
  private copy(tree: Tree, text: string): ConcreteNode {
    const lineStarts = lineTable(text);
    const cursor: TreeCursor = tree.walk();
    interface Open {
      node: ConcreteNode;
      children: ConcreteNode[];
    }
    const stack: Open[] = [];
    let line = 1;
    const enter = (): Open => {
      const start = cursor.startIndex;
      while (line < lineStarts.length && (lineStarts[line] ?? Infinity) <= start) line++;
      while (line > 1 && (lineStarts[line - 1] ?? 0) > start) line--;
      const children: ConcreteNode[] = [];
      const fieldId = cursor.currentFieldId;
      const typeId = cursor.nodeTypeId;
      const node: ConcreteNode = {
        type: this.types[typeId] ?? cursor.nodeType,
        field: fieldId === 0 ? null : (this.fields[fieldId] ?? null),
        start,
        end: cursor.endIndex,
        line,
        named: this.named[typeId] ?? cursor.nodeIsNamed,
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
      while (!cursor.gotoNextSibling()) {
        const parent = stack.pop();
        if (parent === undefined || !cursor.gotoParent()) {
          cursor.delete();
          return root;
        }
        current = parent;
      }
      const parent = stack[stack.length - 1];
      if (parent === undefined) {
        cursor.delete();
        return root;
      }
      const sibling = enter();
      parent.children.push(sibling.node);
      current = sibling;
    }
  }
}

/** Offsets at which lines start; index 0 is line 1. */
export function lineTable(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}
