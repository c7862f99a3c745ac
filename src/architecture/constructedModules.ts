import type { Interpreter } from './machine';
import { moduleClass, type FlatState } from './moduleStructure';
import { reprOfFloat, reprOfString } from './text';
import { type Keywords, PyTuple, type Value } from './values';

/** A submodule of a program's own class, with what its constructor was given. */
export interface ConstructedModule {
  readonly name: string;
  /** Where the class is defined. */
  readonly definedIn: string;
  /** Python text of the arguments. */
  readonly args: string;
  /** The line that made it. */
  readonly file: string;
  readonly line: number;
}

/** More kinds of blocks than any model has. */
const MAX_MODULES = 500;
/** Characters of an argument's text. */
const MAX_TEXT = 60;

/**
 * The submodules of a construction whose classes are a program's own, each class once for the same arguments. Those
 * that were given what is no plain value are left out.
 */
export function constructedModules(vm: Interpreter, state: FlatState): ConstructedModule[] {
  const found = new Map<string, ConstructedModule>();
  const base = moduleClass(vm);
  for (const { path, module } of state.modules) {
    const { cls, created, given } = module;
    const [place] = created ?? [];
    if (path === '' || cls === base || cls.place === null || given === null || place === undefined) continue;
    if (cls.place.file === '' || vm.modules.isForeign(cls.place.file)) continue;
    const args = argumentsText(given.args, given.keywords);
    if (args === null || args === '') continue;
    const key = `${cls.place.file}\0${cls.name}\0${args}`;
    if (found.has(key)) continue;
    const { file, line } = place;
    found.set(key, { name: cls.name, definedIn: cls.place.file, args, file, line });
    if (found.size === MAX_MODULES) break;
  }
  return [...found.values()];
}

function argumentsText(args: readonly Value[], keywords: Keywords): string | null {
  const texts: string[] = [];
  for (const value of args) {
    const text = plainText(value);
    if (text === null) return null;
    texts.push(text);
  }
  for (const [name, value] of keywords) {
    const text = plainText(value);
    if (text === null) return null;
    texts.push(`${name}=${text}`);
  }
  return texts.join(', ');
}

/** What cannot change after the call, as Python text; null for anything else. */
function plainText(value: Value): string | null {
  const text = textOf(value);
  return text === null || text.length > MAX_TEXT ? null : text;
}

function textOf(value: Value): string | null {
  if (value === null) return 'None';
  if (value instanceof PyTuple) {
    const texts = value.items.map(textOf);
    if (texts.length > 8 || texts.some((text) => text === null)) return null;
    return `(${texts.join(', ')}${texts.length === 1 ? ',' : ''})`;
  }
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return Number.isFinite(value) ? reprOfFloat(value) : null;
    case 'string':
      return reprOfString(value);
    default:
      return null;
  }
}
