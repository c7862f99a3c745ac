import { Abandon, PyRaise, UnknownOperand } from './errors';
import { evaluationOf, type Mutable, Trail } from './heap';
import { MAX_CALL_DEPTH, MAX_FORKS, MAX_ITEMS, MAX_MILLISECONDS, MAX_STEPS } from './limits';
import type { ModuleTable } from './moduleTable';
import { Reads } from './reads';
import type { SymbolicCondition } from './symbolicValues';
import { chosenRow } from './tableRows';
import type { PyClass, PyModule } from './values';
import {
  type CreationStep,
  type Keywords,
  type Place,
  PyChoice,
  PyDict,
  PyInstance,
  PyNative,
  PyTuple,
  PySymbol,
  PySymbolicCondition,
  PySymbolicReal,
  PyUnknown,
  type TableRow,
  type UnknownReason,
  type Value,
} from './values';

/** A running function, class body or module. */
export interface Frame {
  readonly name: string;
  readonly file: string;
  readonly internal: boolean;
  line: number;
  /** The row of a table that the loop which runs in it is about. */
  row?: TableRow | null;
}

export type NativeCall = (vm: Interpreter, args: readonly Value[], keywords: Keywords) => Value;

/** Code of a module that is being evaluated. */
export interface Evaluation {
  readonly module: PyModule;
  readonly number: number;
  /** The module's top level, not one of its variables. */
  readonly isRun: boolean;
}

export interface Clock {
  now(): number;
}

/** Decides a condition on symbolic arguments; null where arguments are concrete. */
export type Oracle = (condition: SymbolicCondition) => boolean;

/** The state of one evaluation: frames, heap trail, budgets, and the classes that values have. */
export class Interpreter {
  readonly trail = new Trail();
  readonly frames: Frame[] = [];
  readonly builtins = new Map<string, Value>();
  /** Builtin classes by name: `int`, `list`, `ValueError`, `Tensor` … */
  readonly classes = new Map<string, PyClass>();
  /** Data files by their text, so that what is parsed of it knows its place. */
  readonly dataFiles = new Map<string, string>();
  /** Branches that raise under a condition that is not known. */
  readonly mayRaise: UnknownReason[] = [];
  oracle: Oracle | null = null;
  /** What the evaluation that is running reads of a program's modules. */
  reads = new Reads();
  /** The program's module whose code is running; null in a construction and in code of the catalogue. */
  evaluation: Evaluation | null = null;
  /**
   * Code of a module changed what is not the module's own (a registry, a patch), or computing a variable changed
   * anything: what is found depends on which module was imported first.
   */
  dependsOnOrder = false;
  /** Objects born since are of the branch that is being joined; nothing else knows them. */
  forkStart = Infinity;
  steps = 0;
  forks = 0;
  /** Branches on unknown values inside each other. */
  forkDepth = 0;
  /** Grows when any class changes: lookups are cached by it. */
  classVersion = 0;
  stepLimit = MAX_STEPS;
  private deadline = Infinity;
  /** Bodies of `try` that are running: there, a missing import raises where that is certain. */
  tryDepth = 0;
  /** Whether operations on tensors that require gradients give such tensors (`torch.no_grad`). */
  gradMode: boolean | UnknownReason = true;
  /** An unknown call happened: inside `try` it may have raised. */
  unknownCalls: UnknownReason | null = null;

  constructor(
    readonly modules: ModuleTable,
    private readonly clock: Clock,
  ) {}

  /** What the answer rests on, as codes of the table of texts. */
  get assumptions(): Set<string> {
    return this.reads.assumptions;
  }

  /** Starts the budgets of one construction. */
  startBudget(milliseconds = MAX_MILLISECONDS, steps = MAX_STEPS): void {
    this.steps = 0;
    this.forks = 0;
    this.stepLimit = steps;
    this.deadline = this.clock.now() + milliseconds;
  }

  step(count = 1): void {
    this.steps += count;
    if (this.steps > this.stepLimit) throw new Abandon(this.reason('budgetSteps', String(this.stepLimit)));
    if ((this.steps & 0x7ff) < count && this.clock.now() > this.deadline) {
      throw new Abandon(this.reason('budgetTime', ''));
    }
  }

  countFork(): void {
    if (++this.forks > MAX_FORKS) throw new Abandon(this.reason('budgetForks', String(MAX_FORKS)));
  }

  checkSize(count: number | bigint): number {
    if (count > MAX_ITEMS) throw new Abandon(this.reason('budgetItems', String(MAX_ITEMS)));
    return Number(count);
  }

  enter(frame: Frame): void {
    if (this.frames.length >= MAX_CALL_DEPTH) {
      throw new Abandon(this.reason('budgetDepth', String(MAX_CALL_DEPTH)));
    }
    this.frames.push(frame);
  }

  leave(): void {
    this.frames.pop();
  }

  /** The innermost line of code that is not the interpreter's own. */
  get place(): Place {
    let frame = this.frames[this.frames.length - 1];
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const outer = this.frames[i];
      if (outer === undefined || outer.internal) continue;
      frame = outer;
      break;
    }
    if (frame === undefined) return { file: '', line: 0 };
    const { file, line } = frame;
    const row = this.row;
    return row === null ? { file, line } : { file, line, row };
  }

  /** The row of a table that is being built, if there is one. */
  get row(): TableRow | null {
    const rows: (TableRow | null | undefined)[] = [];
    for (let i = this.frames.length - 1; i >= 0; i--) rows.push(this.frames[i]?.row);
    return chosenRow(rows);
  }

  /** The calls that led here, innermost first, without the interpreter's own. */
  creationPath(): CreationStep[] {
    const path: CreationStep[] = [];

    for (let i = this.frames.length - 1; i >= 0; i--) {
      const frame = this.frames[i];
      if (frame === undefined || frame.internal) continue;
      const { file, line, name, row } = frame;
      const step = { file, line, function: name };
      path.push(row === null || row === undefined ? step : { ...step, row });
    }
    return path;
  }

  reason(code: string, detail: string): UnknownReason {
    return { code, detail, ...this.place };
  }

  unknown(code: string, detail: string, upper: PyClass | null = null): PyUnknown {
    return new PyUnknown(this.reason(code, detail), upper);
  }

  class(name: string): PyClass {
    const found = this.classes.get(name);
    if (found === undefined) throw new Error(`no builtin class ${name}`);
    return found;
  }

  /** Raises a builtin exception. */
  raise(name: string, message: string): never {
    throw new PyRaise(this.exception(name, message), this.place);
  }

  exception(name: string, message: string): PyInstance {
    const instance = new PyInstance(this.class(name));
    instance.dict.set('args', new PyTuple([message]));
    return instance;
  }

  /** To be called before every change of an object. */
  touch(object: Mutable): void {
    this.trail.touch(object);
    if (this.evaluation !== null) this.noteChange(this.evaluation, object);
  }

  private noteChange({ module, number, isRun }: Evaluation, object: Mutable): void {
    const maker = evaluationOf(object);
    if (maker === number || object === (module as Mutable)) return;
    if (!isRun || !module.evaluations.has(maker)) this.dependsOnOrder = true;
  }

  touchClass(cls: PyClass): void {
    this.touch(cls.dict);
    this.classVersion++;
  }

  decide(condition: SymbolicCondition): boolean {
    if (this.oracle === null) throw new Abandon(this.reason('symbolicCondition', condition.text));
    return this.oracle(condition);
  }
}

/** Why a value is not known, or null when it is (symbolic values count as known). */
export function unknownReason(value: Value | undefined): UnknownReason | null {
  if (value instanceof PyUnknown) return value.reason;
  if (value instanceof PyChoice) return value.reason;
  return null;
}

/** Throws `UnknownOperand` where a value is not known. */
export function requireKnown(value: Value): Value {
  const reason = unknownReason(value);
  if (reason !== null) throw new UnknownOperand(reason);
  return value;
}

export function isSymbolic(value: Value): boolean {
  return value instanceof PySymbol || value instanceof PySymbolicReal || value instanceof PySymbolicCondition;
}

/** Makes a native function; unknown arguments make its result unknown. */
export function native(name: string, call: NativeCall): PyNative {
  return new PyNative(name, call as PyNative['call'], false);
}

/** A native function that gives sense to unknown arguments itself. */
export function nativeOfAny(name: string, call: NativeCall): PyNative {
  return new PyNative(name, call as PyNative['call'], true);
}

export function callNative(
  vm: Interpreter,
  callee: PyNative,
  args: readonly Value[],
  keywords: Keywords,
): Value {
  if (!callee.acceptsUnknown) {
    for (const argument of args) {
      const reason = unknownReason(argument);
      if (reason !== null) return new PyUnknown(reason);
    }
    for (const argument of keywords.values()) {
      const reason = unknownReason(argument);
      if (reason !== null) return new PyUnknown(reason);
    }
  }
  try {
    return (callee as PyNative<Interpreter>).call(vm, args, keywords);
  } catch (error) {
    if (error instanceof UnknownOperand) return new PyUnknown(error.reason);
    throw error;
  }
}

/** A fresh dict with the entries of a map of names. */
export function dictOf(entries: Iterable<readonly [string, Value]>): PyDict {
  const dict = new PyDict();
  for (const [name, value] of entries) dict.set(name, value);
  return dict;
}
