import { UnknownOperand } from './errors';
import type { Interpreter } from './machine';
import { moduleVariable } from './moduleTable';
import { type DictEntry, PyDict, type PyModule, PyUnknown, type Value } from './values';

const namespaces = new WeakMap<PyModule, PyDict>();

/** `globals()` in a module: a live view of its names, the same object at every call. */
export function namespaceOf(vm: Interpreter, module: PyModule): PyDict {
  let dict = namespaces.get(module);
  if (dict === undefined) {
    dict = new Namespace();
    dict.map = new NamespaceEntries(vm, module);
    namespaces.set(module, dict);
  }
  return dict;
}

/** Its state is the module's, which is saved before each change. */
class Namespace extends PyDict {
  override readonly born = Infinity;
}

/** Names of a module as entries of a dict. What needs all names, or their order, is not known. */
class NamespaceEntries extends Map<string, DictEntry> {
  constructor(
    private readonly vm: Interpreter,
    private readonly module: PyModule,
  ) {
    super();
  }

  override get(name: string): DictEntry | undefined {
    const value = this.find(name);
    return value === undefined ? undefined : new NamespaceEntry(this, name, value);
  }

  override has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  override set(name: string, entry: DictEntry): this {
    this.write(name, entry.value);
    return this;
  }

  write(name: string, value: Value): void {
    // A module that is still running may bind the name again.
    if (this.module.state !== 'done') this.giveUp();
    this.vm.touch(this.module);
    this.module.variables.set(name, value);
  }

  override delete(name: string): boolean {
    const known = this.has(name);
    this.vm.touch(this.module);
    if (known && !this.module.variables.delete(name)) this.giveUp();
    return known;
  }

  override get size(): number {
    return this.giveUp();
  }

  override entries(): MapIterator<[string, DictEntry]> {
    return this.giveUp();
  }

  override [Symbol.iterator](): MapIterator<[string, DictEntry]> {
    return this.giveUp();
  }

  override keys(): MapIterator<string> {
    return this.giveUp();
  }

  override values(): MapIterator<DictEntry> {
    return this.giveUp();
  }

  override forEach(): void {
    this.giveUp();
  }

  override clear(): void {
    this.giveUp();
  }

  private find(name: string): Value | undefined {
    // Keys that are no strings are bound by nothing.
    if (name.startsWith('\0')) return undefined;
    if (this.module.state === 'running') this.giveUp();
    const value = moduleVariable(this.vm, this.module, name);
    // A star import that is not known may bind any name, or none.
    if (value instanceof PyUnknown && !this.module.variables.has(name))
      throw new UnknownOperand(value.reason);
    return value;
  }

  private giveUp(): never {
    throw new UnknownOperand(this.vm.reason('unsupported', 'globals()'));
  }
}

class NamespaceEntry implements DictEntry {
  constructor(
    private readonly names: NamespaceEntries,
    readonly key: string,
    private known: Value,
  ) {}

  get value(): Value {
    return this.known;
  }

  set value(value: Value) {
    this.names.write(this.key, value);
    this.known = value;
  }
}
