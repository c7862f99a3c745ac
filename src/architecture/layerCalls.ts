import type { ConcreteNode } from '../python/concreteTree';

/** A call as it is written. */
export interface LayerCall {
  /** The dotted name that is called: `nn.Conv2d`. */
  readonly callee: string;
  readonly line: number;
  /** The last part of the name, in UTF-16 units from 0. */
  readonly column: number;
  readonly endColumn: number;
  readonly positional: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

/** More than any real file has. */
const MAX_CALLS = 20_000;
/** Characters of an argument: layers have numbers and short formulas. */
const MAX_ARGUMENT = 200;

const DOTTED = /^[A-Za-z_][\w.]*$/;

/** The calls of dotted names below a node that could construct a layer: their arguments are written out, and short. */
export function layerCalls(root: ConcreteNode, text: string): LayerCall[] {
  const calls: LayerCall[] = [];
  const stack: ConcreteNode[] = [root];
  while (stack.length > 0 && calls.length < MAX_CALLS) {
    const node = stack.pop();
    if (node === undefined) break;
    stack.push(...node.children);
    if (node.type !== 'call') continue;
    const callee = node.children.find(({ field }) => field === 'function');
    const list = node.children.find(({ field }) => field === 'arguments');
    if (callee === undefined || list?.type !== 'argument_list') continue;
    const name = text.slice(callee.start, callee.end);
    const given = DOTTED.test(name) ? argumentTexts(list, text) : null;
    if (given === null) continue;
    const last = callee.children.find(({ field }) => field === 'attribute') ?? callee;
    const column = last.start - (text.lastIndexOf('\n', last.start) + 1);
    const endColumn = column + last.end - last.start;
    calls.push({ callee: name, line: last.line, column, endColumn, ...given });
  }
  return calls.sort((a, b) => a.line - b.line || a.column - b.column);
}

function argumentTexts(list: ConcreteNode, text: string): Pick<LayerCall, 'positional' | 'named'> | null {
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const argument of list.children) {
    if (!argument.named || argument.type === 'comment') continue;
    if (argument.type === 'list_splat' || argument.type === 'dictionary_splat') return null;
    if (argument.end - argument.start > MAX_ARGUMENT) return null;
    const written = text.slice(argument.start, argument.end).replace(/\s+/g, ' ');
    if (argument.type === 'keyword_argument') {
      const [name = '', ...rest] = written.split('=');
      named.set(name.trim(), rest.join('=').trim());
    } else positional.push(written);
  }
  return { positional, named };
}
