import { pythonRepr } from '../checkpoint/pythonRepr';
import { isTuple, lostItems, PyGlobal, PyObject, type Value } from '../pickle/values';
import { visibleRepr, visibleText } from '../protocol/visibleText';
import { safetyLimits } from './limits';

/** Arguments as they would stand between a call's parentheses, shortened, with visible escapes. */
export function argumentsText(call: PyObject): string {
  const limit = safetyLimits.argumentText;
  if (call.args === lostItems) return '…';
  const parts = [isTuple(call.args) ? itemsText(call.args) : `*${shown(call.args)}`];
  if (call.kwargs !== undefined) parts.push(`**${shown(call.kwargs)}`);
  return visibleRepr(parts.filter((part) => part !== '').join(', '), limit).text;
}

/** The argument of BUILD. */
export function shown(value: Value): string {
  return visibleRepr(pythonRepr(value, safetyLimits.argumentText), safetyLimits.argumentText).text;
}

/** A callee as Python would write it; of a chain of calls the last few. */
export function calleeText(callee: Value): string {
  const limit = safetyLimits.argumentText;
  let suffix = '';
  let inner = callee;
  for (let i = 0; i < shownChain && inner instanceof PyObject; i++) {
    suffix = `(${argumentsText(inner)})${suffix}`;
    inner = inner.callee;
  }
  const base = inner instanceof PyObject ? '…' : inner instanceof PyGlobal ? inner.qualifiedName : null;
  return `${base === null ? shown(inner) : visibleText(base, limit).text}${suffix}`;
}

/** Calls of results of calls that are shown. */
const shownChain = 3;

function itemsText(items: readonly Value[]): string {
  let text = '';
  for (const item of items) {
    text += `${text === '' ? '' : ', '}${pythonRepr(item, safetyLimits.argumentText)}`;
    if (text.length > safetyLimits.argumentText) break;
  }
  return text;
}
