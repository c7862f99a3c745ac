import type { Prediction } from '../architecture/analysis';
import { literalText } from '../architecture/callSites';
import type { PredictedEntry } from '../architecture/construct';
import type { Place } from '../architecture/values';
import type { ClassDefinition, FunctionDefinition } from '../python/syntax';
import type { TableReport, TableRowCount } from './sourceMessages';

/** What a model that was built shows of the table that it was built from; null where nothing of it is from there. */
export function tableModel(
  prediction: Prediction,
  table: string,
): Omit<TableReport, 'path' | 'version' | 'others'> | null {
  const { name, file, line, args, construction } = prediction;
  const { exact, parameters, atLeast, stateDict, unknowns, raises } = construction;
  const rowIn = (place: Place | null): number | null => (place?.row?.file === table ? place.row.line : null);
  const rows = rowCounts(stateDict, table);
  const obstacles = unknowns.map((reason) => ({
    code: reason.code,
    detail: reason.detail,
    file: reason.file,
    line: reason.line,
    row: rowIn(reason),
  }));
  const raised = raises === null ? null : rowIn(raises);
  if (rows.length === 0 && raised === null && obstacles.every(({ row }) => row === null)) return null;
  return {
    model: { name, file, line, args },
    exact,
    parameters,
    atLeast,
    keys: stateDict.length,
    rows,
    obstacles,
    raises: raises === null ? null : { code: raises.code, message: raises.message, row: raised },
  };
}

/** Tensors by row, in the order of the rows; a tensor that several keys share counts once, where it comes first. */
function rowCounts(entries: readonly PredictedEntry[], table: string): TableRowCount[] {
  const rows = new Map<number, { parameters: bigint | null; keys: number; modules: Set<string> }>();
  const seen = new Set<number>();
  for (const { key, shape, kind, row, tensor } of entries) {
    if (row?.file !== table) continue;
    const counted = rows.get(row.line) ?? { parameters: 0n, keys: 0, modules: new Set<string>() };
    rows.set(row.line, counted);
    counted.keys++;
    counted.modules.add(moduleOf(key));
    if (kind !== 'parameter') continue;
    if (shape === null || tensor === null) counted.parameters = null;
    else if (!seen.has(tensor) && counted.parameters !== null) {
      counted.parameters += shape.reduce((all, one) => all * one, 1n);
    }
    if (tensor !== null) seen.add(tensor);
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([line, { parameters, keys, modules }]) => ({ line, parameters, keys, modules: [...modules] }));
}

/** `model.3` of `model.3.conv.weight`: models that are built from rows number them. */
function moduleOf(key: string): string {
  return /^(?:[A-Za-z_]\w*\.)*?\d+(?=\.)/.exec(key)?.[0] ?? key.replace(/\.[^.]*$/, '');
}

/** A way to give a table to a class, as Python text of its arguments. */
export interface TableArguments {
  readonly args: string;
  /** How likely it is the way that is meant; the smallest first. */
  readonly rank: number;
}

/**
 * How a class may be given a table: as its default, or as the text of a path where the default is another table,
 * or first.
 *
 * @param paths what the table may be called, from the import root and from the class's own folder
 */
export function tableArguments(
  definition: ClassDefinition,
  paths: readonly string[],
): readonly TableArguments[] {
  const parameters = constructorOf(definition)?.parameters.slice(1) ?? [];
  const texts = parameters.map((parameter) => ({
    parameter,
    text: parameter.default === null ? null : literalText(parameter.default),
  }));
  const given = texts.find(({ text }) => text !== null && /\.ya?ml'$/.test(text));
  if (given !== undefined) {
    const isOwn = paths.some((path) => `/${path}`.endsWith(`/${(given.text ?? '').slice(1, -1)}`));
    const others = paths.map((path) => ({
      args: `${given.parameter.name}=${JSON.stringify(path)}`,
      rank: 1,
    }));
    return isOwn ? [{ args: '', rank: 0 }, ...others] : others;
  }
  const [first, ...rest] = parameters;
  const isAlone = rest.every((parameter) => parameter.default !== null || /star$/i.test(parameter.kind));
  if (first?.kind !== 'ordinary' || !isAlone) return [];
  return paths.map((path) => ({ args: JSON.stringify(path), rank: 2 }));
}

function constructorOf(definition: ClassDefinition): FunctionDefinition | undefined {
  return definition.body.find(
    (statement): statement is FunctionDefinition =>
      statement.kind === 'function' && statement.name === '__init__',
  );
}
