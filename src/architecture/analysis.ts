import { type AttentionBlock, attentionBlocks } from './attention';
import { getAttribute } from './attributes';
import { construct, type Construction, evaluateArguments } from './construct';
import { type ConstructedModule, constructedModules } from './constructedModules';
import { PyRaise, Abandon, UnknownOperand } from './errors';
import { type ConstructorArgument, parameterFormula } from './formula';
import { KeptResults } from './keptResults';
import type { Clock, Interpreter } from './machine';
import type { SearchPath } from './moduleTable';
import { moduleAttribute, moduleVariable } from './moduleTable';
import { Reads } from './reads';
import { type PredictedModule, predictedModules } from './predictedModules';
import { createInterpreter } from './runtime';
import type { Sources } from './sources';
import { lookup } from './types';
import { PyClass, PyFunction, type PyModule, type UnknownReason, type Value } from './values';

/** What is known of a class or function that makes a module. */
export interface ArchitectureAnalysis extends Omit<Construction, 'state' | 'root'> {
  readonly name: string;
  readonly file: string;
  /** Line of the definition, 0 where there is none. */
  readonly line: number;
  /** Python argument text of the construction. */
  readonly args: string;
  /** Python arithmetic in the constructor's argument names; null if there is none, or it was not asked for. */
  readonly formula: string | null;
  readonly attention: readonly AttentionBlock[];
  /** Submodules of the program's own classes, with their arguments. */
  readonly constructed: readonly ConstructedModule[];
}

/** What a class or function makes, and from which submodules. */
export interface Prediction {
  readonly name: string;
  readonly file: string;
  /** Line of the definition, 0 where there is none. */
  readonly line: number;
  readonly args: string;
  readonly construction: Construction;
  /** In torch's order; null where no module is made. */
  readonly modules: readonly PredictedModule[] | null;
  readonly attention: readonly AttentionBlock[];
}

/** When the formula of an analysis is looked for, which takes many times as long as the rest. */
export type FormulaWanted =
  | 'always'
  /** Of what cannot be built, because it needs arguments. */
  | 'open'
  | 'never';

/**
 * Analyses the modules of one root. Results are kept as long as what they rest on does not change: after `refresh`,
 * only what a change can have touched is computed anew, and gives what a new analyzer would.
 */
export class Analyzer {
  private machine: Interpreter | null = null;
  private readonly results: KeptResults;
  private readonly files = new Map<string, string | null>();
  /** What `Sources.look` said last. */
  private seen = 0;

  constructor(
    private readonly sources: Sources,
    private readonly path: SearchPath,
    private readonly clock: Clock,
  ) {
    this.results = new KeptResults(sources);
  }

  /**
   * To be called when any file or open document may have changed, before the questions about one of them.
   *
   * @param document what the questions are about: its results are kept until its next round
   */
  refresh(document = ''): void {
    const seen = this.sources.look();
    if (seen !== this.seen || this.machine?.dependsOnOrder === true) this.forget();
    this.seen = seen;
    this.machine = null;
    this.results.startRound(document);
  }

  private forget(): void {
    this.results.clear();
    this.files.clear();
    this.machine = null;
  }

  /** Names and lines of the `nn.Module` classes that a file defines, in order. */
  moduleClasses(moduleName: string): { readonly name: string; readonly line: number }[] {
    const file = this.fileOf(moduleName);
    const syntax = file === null ? null : this.sources.module(file);
    const result: { name: string; line: number }[] = [];
    for (const statement of syntax?.body ?? []) {
      if (statement.kind !== 'class') continue;
      const { name, line } = statement;
      const isModule = this.answer(['class', moduleName, name], () => this.isModuleClass(moduleName, name));
      if (isModule) result.push({ name, line });
    }
    return result;
  }

  /** Builds `name(args)`; with `args` null, with the defaults. */
  analyze(
    moduleName: string,
    name: string,
    args: string | null,
    wanted: FormulaWanted = 'always',
  ): ArchitectureAnalysis | null {
    const question = ['analysis', moduleName, name, wanted, ...(args === null ? [] : [args])];
    return this.answer(question, () => this.compute(moduleName, name, args, wanted));
  }

  /**
   * What `name(args)` makes, with its submodules: `analyze` without what only people read. `args` null stands
   * for the defaults; null where the name is not defined.
   */
  predict(moduleName: string, name: string, args: string | null): Prediction | null {
    const { vm } = this;
    const module = vm.modules.find(vm, moduleName);
    if (module === null) return null;
    vm.startBudget();
    vm.reads = new Reads();
    const callee = this.guarded(() => moduleAttribute(vm, module, name));
    if (callee === undefined) return null;
    const depth = vm.trail.depth;
    const line = this.lineOf(callee);
    vm.mayRaise.length = 0;
    const made = construct(vm, module, name, args ?? '');
    const construction = { ...made, assumptions: [...vm.reads.whole().assumptions] };
    const { state } = construction;
    const modules = state === null ? null : predictedModules(vm, state);
    const attention = state === null ? [] : attentionBlocks(vm, state);
    vm.trail.unwind(depth);
    return { name, file: module.file, line, args: args ?? '', construction, modules, attention };
  }

  /** The class that a dotted name of a module stands for, by whatever way it was imported; null where it is none. */
  classNamed(moduleName: string, dotted: string): { readonly name: string; readonly file: string } | null {
    return this.answer(['named', moduleName, dotted], () => {
      const { vm } = this;
      const module = vm.modules.find(vm, moduleName);
      if (module === null) return null;
      vm.startBudget();
      const [first = '', ...rest] = dotted.split('.');
      const value = this.guarded(() =>
        rest.reduce<Value>(
          (object, name) => getAttribute(vm, object, name),
          moduleVariable(vm, module, first) ?? null,
        ),
      );
      if (!(value instanceof PyClass) || value.place === null) return null;
      return { name: value.name, file: value.place.file };
    });
  }

  private answer<T>(question: readonly string[], compute: () => T): T {
    return this.results.answer(question.join('\0'), () => {
      const { vm } = this;
      const reads = new Reads();
      vm.reads = reads;
      const value = compute();
      vm.reads = new Reads();
      return { value, reads };
    });
  }

  private get vm(): Interpreter {
    if (this.machine !== null) return this.machine;
    this.machine = createInterpreter(this.sources, this.path, this.clock);
    return this.machine;
  }

  private fileOf(moduleName: string): string | null {
    let file = this.files.get(moduleName);
    if (file === undefined) {
      file = this.vm.modules.find(this.vm, moduleName)?.file ?? null;
      this.files.set(moduleName, file);
    }
    return file;
  }

  private isModuleClass(moduleName: string, name: string): boolean {
    const { vm } = this;
    const module = vm.modules.find(vm, moduleName);
    if (module === null) return false;
    vm.startBudget();
    const value = this.guarded(() => moduleVariable(vm, module, name));
    const base = this.guarded(() => this.baseClass());
    if (!(value instanceof PyClass) || !(base instanceof PyClass)) return false;
    // A base that is not known may be a module: `forward` says so.
    const likely = value.mro.some((cls) => cls.unknownBase !== null) && value.dict.map.has('forward');
    return likely || value.isSubclassOf(base);
  }

  private compute(
    moduleName: string,
    name: string,
    args: string | null,
    wanted: FormulaWanted,
  ): ArchitectureAnalysis | null {
    const { vm } = this;
    const module = vm.modules.find(vm, moduleName);
    if (module === null) return null;
    vm.startBudget();
    const callee = this.guarded(() => moduleAttribute(vm, module, name));
    if (callee === undefined) return null;
    const depth = vm.trail.depth;
    const signature = this.signature(module, callee, args ?? '');
    const missing = signature?.filter((argument) => argument.value === undefined) ?? [];
    const line = this.lineOf(callee);
    vm.mayRaise.length = 0;
    vm.startBudget();
    let construction: Construction;
    let attention: readonly AttentionBlock[] = [];
    let constructed: readonly ConstructedModule[] = [];
    const isOpen = args === null && missing.length > 0;
    if (isOpen) {
      const detail = missing.map((one) => one.name).join(', ');
      construction = notBuilt({ code: 'argumentsNeeded', detail, file: module.file, line });
    } else {
      construction = construct(vm, module, name, args ?? '');
      if (construction.state !== null) {
        attention = attentionBlocks(vm, construction.state);
        constructed = constructedModules(vm, construction.state);
      }
    }
    const isFormulaWanted = wanted === 'always' || (wanted === 'open' && isOpen);
    const formula =
      signature === null || !(callee instanceof PyClass) || !isFormulaWanted
        ? null
        : parameterFormula(vm, module, name, signature, () => this.clock.now());
    vm.trail.unwind(depth);
    const { exact, parameters, buffers, atLeast, stateDict, unknowns, raises } = construction;
    return {
      name,
      file: module.file,
      line,
      args: args ?? '',
      exact,
      parameters,
      buffers,
      atLeast,
      stateDict,
      unknowns,
      assumptions: [...vm.reads.whole().assumptions],
      raises,
      formula,
      attention,
      constructed,
    };
  }

  private baseClass(): Value {
    const nn = this.vm.modules.find(this.vm, 'torch.nn');
    return nn === null ? null : (moduleAttribute(this.vm, nn, 'Module') ?? null);
  }

  private lineOf(callee: Value): number {
    if (callee instanceof PyClass) return callee.place?.line ?? 0;
    return callee instanceof PyFunction ? callee.definition.line : 0;
  }

  /** The constructor's parameters with their values; null where they cannot be named. */
  private signature(module: PyModule, callee: Value, args: string): ConstructorArgument[] | null {
    const { vm } = this;
    const target = callee instanceof PyClass ? lookup(vm, callee, '__init__') : callee;
    if (!(target instanceof PyFunction)) return null;
    const given = this.guarded(() => evaluateArguments(vm, module, args));
    if (given === undefined) return null;
    const parameters = target.definition.parameters.slice(callee instanceof PyClass ? 1 : 0);
    const skipped = callee instanceof PyClass ? 1 : 0;
    const result: ConstructorArgument[] = [];
    for (const [i, parameter] of parameters.entries()) {
      if (parameter.kind === 'star' || parameter.kind === 'doubleStar') continue;
      if (parameter.kind === 'positionalOnly') return null;
      const own = i < given.positional.length ? given.positional[i] : given.named.get(parameter.name);
      result.push({
        name: parameter.name,
        // None is a value: `??` would look past it.
        value: own === undefined ? target.defaults[i + skipped] : own,
        given: own !== undefined,
      });
    }
    const named = new Set(result.map((argument) => argument.name));
    if (given.positional.length > result.length) return null;
    return [...given.named.keys()].every((name) => named.has(name)) ? result : null;
  }

  private guarded<T>(run: () => T): T | undefined {
    const { vm } = this;
    const depth = vm.frames.length;
    const branches = vm.trail.depth;
    try {
      return run();
    } catch (error) {
      vm.frames.length = depth;
      vm.trail.unwind(branches);
      vm.tryDepth = 0;
      if (
        error instanceof PyRaise ||
        error instanceof Abandon ||
        error instanceof UnknownOperand ||
        error instanceof RangeError
      ) {
        return undefined;
      }
      throw error;
    }
  }
}

function notBuilt(reason: UnknownReason): Construction {
  return {
    exact: false,
    parameters: null,
    buffers: null,
    atLeast: null,
    stateDict: [],
    unknowns: [reason],
    assumptions: [],
    raises: null,
    state: null,
    root: null,
  };
}
