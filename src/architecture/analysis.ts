import { type AttentionBlock, attentionBlocks } from './attention';
import { construct, type Construction, evaluateArguments } from './construct';
import { PyRaise, Abandon, UnknownOperand } from './errors';
import { type ConstructorArgument, parameterFormula } from './formula';
import type { Clock, Interpreter } from './machine';
import type { SearchPath } from './moduleTable';
import { moduleAttribute, moduleVariable } from './moduleTable';
import { type PredictedModule, predictedModules } from './predictedModules';
import { createInterpreter } from './runtime';
import type { Sources } from './sources';
import { lookup } from './types';
import { PyClass, PyFunction, type PyModule, type Value } from './values';

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
}

/** Analyses the modules of one root. Make a new one when files other than an overlay change. */
export class Analyzer {
  private vm: Interpreter;

  constructor(
    private readonly sources: Sources,
    private readonly path: SearchPath,
    private readonly clock: Clock,
  ) {
    this.vm = createInterpreter(sources, path, clock);
  }

  /** Forgets every module of the roots: their files may have changed. Parsed texts are kept. */
  refresh(): void {
    this.vm = createInterpreter(this.sources, this.path, this.clock);
  }

  /** Names and lines of the `nn.Module` classes that a file defines, in order. */
  moduleClasses(moduleName: string): { readonly name: string; readonly line: number }[] {
    const module = this.vm.modules.find(this.vm, moduleName);
    if (module === null) return [];
    this.vm.startBudget();
    const result: { name: string; line: number }[] = [];
    const syntax = this.guarded(() => this.vm.modules.syntaxOf(this.vm, module)) ?? null;
    for (const statement of syntax?.body ?? []) {
      if (statement.kind !== 'class') continue;
      const value = this.guarded(() => moduleVariable(this.vm, module, statement.name));
      const base = this.guarded(() => this.baseClass());
      if (!(value instanceof PyClass) || !(base instanceof PyClass)) continue;
      // A base that is not known may be a module: `forward` says so.
      const likely = value.mro.some((cls) => cls.unknownBase !== null) && value.dict.map.has('forward');
      if (value.isSubclassOf(base) || likely) {
        result.push({ name: statement.name, line: statement.line });
      }
    }
    return result;
  }

  /**
   * Builds `name(args)`; with `args` null, with the defaults.
   *
   * @param wanted `always`: the formula too, which takes many times as long; `open`: the formula of what cannot be
   *   built, because it needs arguments; `never`
   */
  analyze(
    moduleName: string,
    name: string,
    args: string | null,
    wanted: 'always' | 'open' | 'never' = 'always',
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
    vm.assumptions.clear();
    vm.mayRaise.length = 0;
    vm.startBudget();
    let construction: Construction;
    let attention: readonly AttentionBlock[] = [];
    const isOpen = args === null && missing.length > 0;
    if (isOpen) {
      construction = {
        exact: false,
        parameters: null,
        buffers: null,
        atLeast: null,
        stateDict: [],
        unknowns: [
          {
            code: 'argumentsNeeded',
            detail: missing.map((one) => one.name).join(', '),
            file: module.file,
            line,
          },
        ],
        assumptions: [],
        raises: null,
        state: null,
        root: null,
      };
    } else {
      construction = construct(vm, module, name, args ?? '');
      if (construction.state !== null) attention = attentionBlocks(vm, construction.state);
    }
    const formula =
      signature === null ||
      !(callee instanceof PyClass) ||
      wanted === 'never' ||
      (wanted === 'open' && !isOpen)
        ? null
        : parameterFormula(vm, module, name, signature, () => this.clock.now());
    vm.trail.unwind(depth);
    return {
      name,
      file: module.file,
      line,
      args: args ?? '',
      exact: construction.exact,
      parameters: construction.parameters,
      buffers: construction.buffers,
      atLeast: construction.atLeast,
      stateDict: construction.stateDict,
      unknowns: construction.unknowns,
      assumptions: construction.assumptions,
      raises: construction.raises,
      formula,
      attention,
    };
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
    const callee = this.guarded(() => moduleAttribute(vm, module, name));
    if (callee === undefined) return null;
    const depth = vm.trail.depth;
    const line = this.lineOf(callee);
    vm.assumptions.clear();
    vm.mayRaise.length = 0;
    const construction = construct(vm, module, name, args ?? '');
    const modules = construction.state === null ? null : predictedModules(vm, construction.state);
    vm.trail.unwind(depth);
    return { name, file: module.file, line, args: args ?? '', construction, modules };
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
      const own = given.positional[i] ?? given.named.get(parameter.name);
      result.push({
        name: parameter.name,
        value: own ?? target.defaults[i + skipped],
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
