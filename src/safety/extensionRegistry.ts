import type { PyObject, Value } from '../pickle/values';
import { isTuple } from '../pickle/values';
import { safetyLimits } from './limits';

export interface NamedGlobal {
  readonly module: string;
  readonly name: string;
}

/**
 * `copyreg`'s extension registry as a file fills it: `add_extension("os", "system", 7)` lets EXT1 7 stand for
 * `os.system`. It belongs to the process, so it lasts over all streams of a file.
 */
export class ExtensionRegistry {
  private readonly names = new Map<number, NamedGlobal>();

  get(code: number): NamedGlobal | null {
    return this.names.get(code) ?? null;
  }

  /** Takes the arguments of a call of `copyreg.add_extension`. */
  add(call: PyObject): void {
    const [module, name, code] = textsAndCode(call.args);
    if (module === null || name === null || code === null) return;
    if (this.names.size < safetyLimits.extensions) this.names.set(code, { module, name });
  }
}

function textsAndCode(args: Value): readonly [string | null, string | null, number | null] {
  if (!isTuple(args)) return [null, null, null];
  const [module, name, code] = args;
  return [
    typeof module === 'string' ? module : null,
    typeof name === 'string' ? name : null,
    typeof code === 'number' ? code : null,
  ];
}
