import type { ComparedKey, KeyForm } from '../../compatibility/compareStateDicts';
import { jsonShape, totalElements } from '../../compatibility/integers';
import type {
  ComparisonPage,
  ComparisonSide,
  ComparisonSideName,
  ComparisonState,
} from '../../protocol/comparisonPage';
import type { Message } from '../../protocol/messages';
import { formatInteger } from '../../protocol/numbers';
import type { ComparisonAnswer, SideSummary } from '../../worker/checkMessages';
import { keyTree, type TreeKey } from '../check/keyTree';
import { partLabel, shapeText } from '../check/reportPage';
import { shares } from '../check/shares';
import type { Side, Sides } from './sides';

export type Compared = Extract<ComparisonAnswer, { kind: 'compared' }>;

/** In the order in which bars and counts show them. */
const states: readonly ComparisonState[] = [
  'same',
  'reshaped',
  'reshapedRetyped',
  'retyped',
  'onlyA',
  'onlyB',
];

/** What of the page is known of a comparison that was made. */
export function comparedPage(
  compared: Compared,
  sides: Sides,
  names: { readonly a: string; readonly b: string },
): Pick<ComparisonPage, 'a' | 'b' | 'verdict' | 'tone' | 'bars' | 'tree'> {
  const { keys, differences, a, b } = compared;
  return {
    a: sideOf(names.a, sides.a, a),
    b: sideOf(names.b, sides.b, b),
    verdict: verdictOf(keys),
    tone: differences.same ? 'same' : 'differs',
    bars: [barOf('a', keys), barOf('b', keys)],
    tree: treeOf(compared),
  };
}

function sideOf(name: string, side: Side, { part, parts, keys, elements }: SideSummary): ComparisonSide {
  const facts: Message[] = [];
  if (side.kind === 'model') facts.push(message('comparison.source'));
  else if (part.length > 0) facts.push(message('comparison.part', partLabel(part)));
  facts.push(message('comparison.keys', keys));
  if (elements !== null) facts.push(message('comparison.elements', formatInteger(BigInt(elements))));
  const used = JSON.stringify(part);
  return {
    name,
    facts,
    parts: parts.map(({ path, common }) => ({
      path,
      label: partLabel(path),
      matched: common,
      used: JSON.stringify(path) === used,
    })),
  };
}

/** How many keys differ in what, with their elements; what no key differs in is left out. */
function verdictOf(keys: readonly ComparedKey[]): Message[] {
  const of = (...wanted: readonly ComparisonState[]): ComparedKey[] =>
    keys.filter(({ relation }) => wanted.includes(relation));
  const same = of('same').length;
  if (same === keys.length) return [message('comparison.verdict.same', same)];
  const parts: Message[] = [];
  const onlyA = of('onlyA');
  const onlyB = of('onlyB');
  const reshaped = of('reshaped', 'reshapedRetyped');
  const retyped = of('retyped', 'reshapedRetyped');
  if (onlyA.length > 0) parts.push(counted('comparison.verdict.onlyA', onlyA, ['a']));
  if (onlyB.length > 0) parts.push(counted('comparison.verdict.onlyB', onlyB, ['b']));
  if (reshaped.length > 0) parts.push(counted('comparison.verdict.reshaped', reshaped, ['a', 'b']));
  if (retyped.length > 0) parts.push(message('comparison.verdict.retyped', retyped.length));
  if (same > 0) parts.push(message('comparison.verdict.alike', same));
  return parts;
}

/** With the elements of each side, where all of them are known. */
function counted(code: string, keys: readonly ComparedKey[], sides: readonly ComparisonSideName[]): Message {
  const elements = sides.map((side) => elementsOf(keys.map((key) => key[side])));
  if (elements.some((one) => one === null)) return message(code, keys.length);
  return message(`${code}Elements`, keys.length, ...elements.flatMap((one) => (one === null ? [] : [one])));
}

/** Null where the shape of one is not known. */
function elementsOf(forms: readonly (KeyForm | null)[]): string | null {
  const shapes = forms.map((form) => form?.shape ?? null);
  return shapes.includes(null) ? null : formatInteger(BigInt(totalElements(shapes)));
}

function barOf(side: ComparisonSideName, keys: readonly ComparedKey[]): ComparisonPage['bars'][number] {
  const own = keys.flatMap((key) => {
    const form = key[side];
    return form === null ? [] : [{ state: key.relation, shape: jsonShape(form.shape) }];
  });
  return { label: `comparison.side.${side}`, parts: shares<ComparisonState>(own, states) };
}

function treeOf({ keys, a, b }: Compared): ComparisonPage['tree'] {
  const leaves = keys.map(({ key, relation, a: one, b: other }): TreeKey<ComparisonState> => ({
    key,
    state: relation,
    shape: change(shapeOf(one), shapeOf(other)),
    dtype: change(one === null ? null : one.dtype, other === null ? null : other.dtype),
    fileKey: key,
    place: null,
    why: null,
  }));
  return keyTree(
    leaves,
    (path) => {
      const type = change(a.classes.get(path) ?? null, b.classes.get(path) ?? null);
      return type === null ? null : { type, place: null };
    },
    () => null,
  );
}

function shapeOf(form: KeyForm | null): string | null {
  return form === null ? null : shapeText(jsonShape(form.shape));
}

/** `[64] → [128]` where both sides say something else, else what is said. */
function change(a: string | null, b: string | null): string | null {
  if (a === null || b === null || a === b) return a ?? b;
  return `${a} → ${b}`;
}

function message(code: string, ...args: readonly (string | number)[]): Message {
  return { code, args };
}
