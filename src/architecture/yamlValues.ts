import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import { PyRaise, UnknownOperand } from './errors';
import { hashKey } from './hashing';
import type { Interpreter } from './machine';
import { PyDict, PyList, type TableRow, type Value } from './values';

/** Deeper texts are not followed. */
const MAX_DEPTH = 100;
const MAX_LENGTH = 1 << 20;

/**
 * What `yaml.safe_load` makes of a text. Plain scalars follow PyYAML's rules (YAML 1.1: `on` is true,
 * `1e-3` a string), not those of YAML 1.2. What PyYAML may read otherwise, or refuse, is unknown.
 */
export function yamlValue(vm: Interpreter, text: string): Value {
  const giveUp = (): never => {
    throw new UnknownOperand(vm.reason('unsupported', 'yaml'));
  };
  if (text.length > MAX_LENGTH || UNUSUAL.test(text) || AMBIGUOUS.test(withoutComments(text)))
    return giveUp();
  const lineCounter = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { schema: 'failsafe', version: '1.1', uniqueKeys: false, lineCounter });
  } catch {
    return giveUp();
  }
  if (document.errors.length > 0 || document.warnings.length > 0) return giveUp();
  const { contents } = document;
  if (
    (contents === null || (isScalar(contents) && contents.source === '')) &&
    withoutComments(text).trim() !== ''
  )
    return giveUp();
  return new Builder(vm, document, lineCounter, text, giveUp).value();
}

/** Line breaks of one reader alone, and characters that PyYAML refuses. */
const UNUSUAL = /\r(?!\n)|[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]|.\ufeff/s;

/** PyYAML takes no tab between tokens; tags and anchors may end where another reader goes on. */
const AMBIGUOUS = /\t|(?:^|[\s[{,:])(?:!|[&*](?![\w-]+(?:[\s,\]}]|$)))/m;

function withoutComments(text: string): string {
  return text.replace(/(^|\s)#.*$/gm, '$1');
}

/** A key of a mapping with its value, before merging. */
interface Entry {
  readonly key: Value;
  readonly value: Value;
}

class Builder {
  private readonly made = new Map<Node, Value>();
  /** The entries of each mapping as PyYAML keeps them: merged ones first, repeated ones too. */
  private readonly entries = new Map<PyDict, readonly Entry[]>();
  /** Lists that are not complete yet. */
  private readonly open = new Set<Value>();
  private readonly anchors = new Set<string>();
  /** Where the text was read. */
  private readonly file: string | undefined;

  constructor(
    private readonly vm: Interpreter,
    private readonly document: Document.Parsed,
    private readonly lineCounter: LineCounter,
    private readonly text: string,
    private readonly giveUp: () => never,
  ) {
    this.file = vm.dataFiles.get(text);
  }

  value(): Value {
    try {
      return this.build(this.document.contents, false, 0);
    } catch (error) {
      // A key that cannot be hashed is an error of PyYAML's own.
      if (error instanceof RangeError || error instanceof PyRaise) return this.giveUp();
      throw error;
    }
  }

  private build(node: unknown, inFlow: boolean, depth: number): Value {
    this.vm.step();
    if (depth > MAX_DEPTH) return this.giveUp();
    if (node === null) return null;
    if (isAlias(node)) return this.alias(node);
    if (!isNode(node)) return this.giveUp();
    if (isScalar(node)) {
      // Where the lines of a text begin that is the whole document is read in two ways.
      return depth === 0 && node.type?.startsWith('BLOCK') === true
        ? this.giveUp()
        : this.scalar(node, inFlow);
    }
    this.declare(node.anchor);
    const flow = inFlow || (isCollection(node) && node.flow === true);
    if (isSeq(node)) {
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:seq') return this.giveUp();
      const list = new PyList([]);
      list.row = this.rowOf(node);
      this.made.set(node, list);
      this.open.add(list);
      list.items = node.items.map((item) => this.build(item, flow, depth + 1));
      this.open.delete(list);
      return list;
    }
    if (!isMap(node) || (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:map')) {
      return this.giveUp();
    }
    const dict = new PyDict();
    dict.row = this.rowOf(node);
    this.made.set(node, dict);
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const pair of node.items) {
      if (!isPair(pair) || !isNode(pair.key)) return this.giveUp();
      if (isScalar(pair.key) && isMergeKey(pair.key)) {
        merged.push(...this.merged(this.build(pair.value, flow, depth + 1)));
        continue;
      }
      // `: value` is one reader's empty key and another's error.
      if (isScalar(pair.key) && pair.key.source === '') return this.giveUp();
      if (!this.isSimple(pair.key, pair.value === null)) return this.giveUp();
      const key = this.build(pair.key, flow, depth + 1);
      own.push({ key, value: this.build(pair.value, flow, depth + 1) });
    }
    const all = [...merged, ...own];
    this.vm.checkSize(all.length);
    this.entries.set(dict, all);
    for (const { key, value } of all) {
      const hash = hashKey(this.vm, key);
      const entry = dict.map.get(hash);
      if (entry === undefined) dict.map.set(hash, { key, value });
      else entry.value = value;
    }
    return dict;
  }

  private scalar(node: Scalar, inFlow: boolean): Value {
    this.declare(node.anchor);
    if (node.tag !== undefined && (node.tag !== 'tag:yaml.org,2002:str' || node.type === 'PLAIN')) {
      return this.giveUp();
    }
    const made = this.scalarValue(node, inFlow);
    this.made.set(node, made);
    return made;
  }

  private scalarValue({ value, type, source = '', range }: Scalar, inFlow: boolean): Value {
    if (typeof value !== 'string') return null;
    if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') {
      // Given depths, blank ends of lines, and what could be comments are read in two ways.
      const header = this.text.slice(range?.[0], (range?.[0] ?? 0) + 3);
      return /[0-9]/.test(header) || /^ *#| $/m.test(value) || !this.text.endsWith('\n')
        ? this.giveUp()
        : value;
    }
    if (type === 'QUOTE_SINGLE') {
      const written = this.text.slice(range?.[0], range?.[1]);
      return /^'(?:[^']|'')*'$/.test(written) ? value : this.giveUp();
    }
    if (type !== 'PLAIN') return value;
    if (source.includes('\t')) return this.giveUp();
    if (inFlow && (source.startsWith(':') || source.includes('?'))) return this.giveUp();
    const plain = plainScalar(value) ?? this.giveUp();
    return plain.value;
  }

  private alias(node: Alias): Value {
    const target = node.resolve(this.document);
    const known = target === undefined ? undefined : this.made.get(target);
    return known === undefined ? this.giveUp() : known;
  }

  /** PyYAML refuses an anchor that is there already. */
  private declare(anchor: string | undefined): void {
    if (anchor === undefined) return;
    if (this.anchors.has(anchor)) this.giveUp();
    this.anchors.add(anchor);
  }

  /** The entries that `<<: *base` or `<<: [*a, *b]` brings: of several, the first wins. */
  private merged(value: Value): Entry[] {
    const bases = value instanceof PyList ? [...value.items].reverse() : [value];
    if (this.open.has(value)) return this.giveUp();
    return bases.flatMap((base) => {
      const entries = base instanceof PyDict ? this.entries.get(base) : undefined;
      return entries === undefined ? this.giveUp() : [...entries];
    });
  }

  /** A key of two lines, or a long one, is an error of PyYAML; so is a colon on the next line. */
  private isSimple({ range }: Node, alone: boolean): boolean {
    if (!range || range[1] - range[0] > 1000 || this.text.slice(range[0], range[1]).includes('\n'))
      return false;
    return alone || /^ *:/.test(this.text.slice(range[1], range[1] + 100));
  }

  private rowOf({ range }: Node): TableRow | null {
    if (this.file === undefined || !range) return null;
    return { file: this.file, line: this.lineCounter.linePos(range[0]).line };
  }
}

function isMergeKey({ type, value, tag }: Scalar): boolean {
  return type === 'PLAIN' && value === '<<' && tag === undefined;
}

/** A resolved scalar, so that null is told apart from "not known". */
class Plain {
  constructor(readonly value: Value) {}
}

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const FLOAT = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const INTEGER = /^([-+]?)(0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$/;
const BASE_SIXTY_INTEGER = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;
const BASE_SIXTY_FLOAT = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/;
const DATE = /^[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?/;

/** PyYAML's implicit types of plain scalars; null for those that are not followed. */
function plainScalar(text: string): Plain | null {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return new Plain(null);
  if (TRUE.test(text)) return new Plain(true);
  if (FALSE.test(text)) return new Plain(false);
  if (FLOAT.test(text)) return new Plain(Number(text.replaceAll('_', '')));
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return new Plain(infinite[1] === '-' ? -Infinity : Infinity);
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return new Plain(NaN);
  const integer = INTEGER.exec(text);
  if (integer !== null) return integerOf(integer[1] ?? '', (integer[2] ?? '').replaceAll('_', ''));
  if (BASE_SIXTY_INTEGER.test(text)) return new Plain(baseSixty(text));
  // A merge key as a value, and `=`, have no constructor.
  if (BASE_SIXTY_FLOAT.test(text) || DATE.test(text) || text === '=' || text === '<<') return null;
  return new Plain(text);
}

/** `1:30` is ninety. */
function baseSixty(text: string): bigint {
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const value = digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  return text.startsWith('-') ? -value : value;
}

function integerOf(sign: string, digits: string): Plain | null {
  // PyYAML raises ValueError for a prefix without digits.
  if (digits === '0b' || digits === '0x') return null;
  const octal = digits.length > 1 && /^0[0-7]*$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return new Plain(sign === '-' ? -value : value);
}
