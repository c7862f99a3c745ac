import { pythonRepr } from '../checkpoint/pythonRepr';
import { isTuple, lostItems, PyGlobal, type PyObject, type Value } from '../pickle/values';
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

/** A callee as Python would write it. */
export function calleeText(callee: Value): string {
  return callee instanceof PyGlobal
    ? visibleText(callee.qualifiedName, safetyLimits.argumentText).text
    : shown(callee);
}

function itemsText(items: readonly Value[]): string {
  let text = '';
  for (const item of items) {
    text += `${text === '' ? '' : ', '}${pythonRepr(item, safetyLimits.argumentText)}`;
    if (text.length > safetyLimits.argumentText) break;
  }
  return text;
}
