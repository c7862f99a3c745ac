import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import { UnknownOperand } from './errors';
import { hashKey } from './hashing';
import type { Interpreter } from './machine';
import { PyDict, PyList, type TableRow, type Value } from './values';

/** Deeper texts are not followed. */
const MAX_DEPTH = 100;
const MAX_LENGTH = 1 << 20;

/**
 * What `yaml.safe_load` makes of a text. Plain scalars follow PyYAML's rules (YAML 1.1: `on` is true,
 * `1e-3` a string), not those of YAML 1.2. What PyYAML may read otherwise is unknown.
 */
export function yamlValue(vm: Interpreter, text: string): Value {
  const giveUp = (): never => {
    throw new UnknownOperand(vm.reason('unsupported', 'yaml'));
  };
  if (text.length > MAX_LENGTH) return giveUp();
  let document: Document.Parsed;
  const lineCounter = new LineCounter();
  try {
    document = parseDocument(text, { schema: 'failsafe', version: '1.1', uniqueKeys: false, lineCounter });
  } catch {
    return giveUp();
  }
  if (document.errors.length > 0 || document.warnings.length > 0) return giveUp();
  const file = vm.dataFiles.get(text);
  const rowOf = (node: Node): TableRow | null =>
    file === undefined || !node.range ? null : { file, line: lineCounter.linePos(node.range[0]).line };
  const anchors = new Map<Node, Value>();
  const build = (node: unknown, depth: number): Value => {
    vm.step();
    if (depth > MAX_DEPTH) return giveUp();
    if (node === null) return null;
    if (isAlias(node)) {
      const target = node.resolve(document);
      const known = target === undefined ? undefined : anchors.get(target);
      return known === undefined ? giveUp() : known;
    }
    if (isScalar(node)) {
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:str') return giveUp();
      if (node.tag !== undefined && node.type === 'PLAIN') return giveUp();
      const written = node.value;
      const value =
        typeof written !== 'string'
          ? null
          : node.type === 'PLAIN'
            ? (plainScalar(written) ?? giveUp())
            : written;
      const made = value instanceof Plain ? value.value : value;
      anchors.set(node, made);
      return made;
    }
    if (isSeq(node)) {
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:seq') return giveUp();
      const list = new PyList([]);
      list.row = rowOf(node);
      anchors.set(node, list);
      list.items = node.items.map((item) => build(item, depth + 1));
      return list;
    }
    if (isMap(node)) {
      if (node.tag !== undefined && node.tag !== 'tag:yaml.org,2002:map') return giveUp();
      const dict = new PyDict();
      dict.row = rowOf(node);
      anchors.set(node, dict);
      for (const pair of node.items) {
        if (!isPair(pair)) return giveUp();
        if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<') return giveUp();
        const key = build(pair.key, depth + 1);
        const hash = hashKey(vm, key);
        const value = build(pair.value, depth + 1);
        const entry = dict.map.get(hash);
        if (entry === undefined) dict.map.set(hash, { key, value });
        else entry.value = value;
      }
      return dict;
    }
    return giveUp();
  };
  try {
    return build(document.contents, 0);
  } catch (error) {
    if (error instanceof RangeError) return giveUp();
    throw error;
  }
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
const BASE_SIXTY = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
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
  if (BASE_SIXTY.test(text) || DATE.test(text) || text === '=') return null;
  return new Plain(text);
}

function integerOf(sign: string, digits: string): Plain | null {
  const octal = digits.length > 1 && /^0[0-7]*$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return new Plain(sign === '-' ? -value : value);
}
