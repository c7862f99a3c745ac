import type { Interpreter } from './machine';
import { type FlatState, moduleClass } from './moduleStructure';
import { lookup } from './types';
import {
  type CreationStep,
  type Place,
  PyBound,
  type PyClass,
  PyDict,
  PyFunction,
  type PyInstance,
  PyTuple,
  type Value,
} from './values';

/** How a module takes its part of a state_dict; see `LoadRule` of the compatibility check. */
export type PredictedLoad =
  'plain' | 'batchNorm' | 'frozenBatchNorm' | 'instanceNorm' | 'lazy' | 'weightNorm' | 'unknown';

/** A submodule of a construction, parameterless ones included. */
export interface PredictedModule {
  /** `''` is the root. */
  readonly path: string;
  readonly type: string;
  readonly load: PredictedLoad;
  /** Names in `_modules`, in order; those that are registered as None too. */
  readonly children: readonly string[];
  /** Whether the class takes `_extra_state`. */
  readonly extraState: boolean;
  /** Simple attributes that its constructor set, as text: `kernel_size=(3, 3) stride=(1, 1)`. */
  readonly settings: string;
  /** Texts of the lines that made it, innermost first; they stay the same when lines are inserted. */
  readonly created: readonly string[];
  readonly place: Place | null;
}

/** Attributes in a module's settings: a class with more is told apart by these as well. */
const MAX_SETTINGS = 24;

/** The submodules of a construction in torch's order, aliases under each of their paths. */
export function predictedModules(vm: Interpreter, state: FlatState): PredictedModule[] {
  const lines = new SourceLines(vm);
  return state.modules.map(({ path, module }) => ({
    path,
    type: module.cls.name,
    load: loadRule(vm, module),
    children: childNames(module),
    extraState: definesExtraState(vm, module),
    settings: settingsOf(module),
    created: (module.created ?? []).map((step) => lines.text(step)),
    place: module.created?.[0] ?? null,
  }));
}

/** Classes whose own `_load_from_state_dict` is known, by dotted name. */
const KNOWN_LOADS: Readonly<Record<string, PredictedLoad>> = {
  'torchvision.ops.misc.FrozenBatchNorm2d': 'frozenBatchNorm',
};

function loadRule(vm: Interpreter, module: PyInstance): PredictedLoad {
  const base = moduleClass(vm);
  let rule: PredictedLoad = 'plain';
  for (const cls of module.cls.mro) {
    if (cls === base) break;
    const known = KNOWN_LOADS[`${cls.module}.${cls.name}`];
    if (known !== undefined) return known;
    if (cls.unknownBase !== null) return 'unknown';
    if (overrides(cls)) return 'unknown';
    if (cls.module === 'torch.nn.modules.batchnorm' && cls.name === '_NormBase' && rule === 'plain') {
      rule = tracksStatistics(module) ? 'batchNorm' : 'plain';
    }
    if (cls.module === 'torch.nn.modules.instancenorm' && cls.name === '_InstanceNorm') {
      rule = tracksStatistics(module) ? 'batchNorm' : 'instanceNorm';
    }
  }
  return hookedRule(module, rule);
}

/** Whether a class changes how its modules load. */
function overrides(cls: PyClass): boolean {
  return cls.dict.map.has('_load_from_state_dict') || cls.dict.map.has('load_state_dict');
}

function childNames(module: PyInstance): string[] {
  const modules = module.dict.get('_modules');
  return modules instanceof PyDict ? [...modules.map.keys()] : [];
}

function definesExtraState(vm: Interpreter, module: PyInstance): boolean {
  const own = lookup(vm, module.cls, 'set_extra_state');
  return own !== undefined && own !== moduleClass(vm)?.dict.map.get('set_extra_state')?.value;
}

function tracksStatistics(module: PyInstance): boolean {
  return module.dict.get('track_running_stats') === true;
}

/** torch's own load hooks are known by their names; any other may do anything. */
function hookedRule(module: PyInstance, rule: PredictedLoad): PredictedLoad {
  if (hooks(module, '_load_state_dict_post_hooks').length > 0) return 'unknown';
  const before = hooks(module, '_load_state_dict_pre_hooks');
  if (before.length === 0) return rule;
  const names = before.map(hookName);
  if (rule === 'plain' && names.every((name) => name === '_accept_old_names')) return 'weightNorm';
  if (rule === 'plain' && names.every((name) => name === '_lazy_load_hook')) return 'lazy';
  return 'unknown';
}

function hooks(module: PyInstance, name: string): readonly Value[] {
  const registered = module.dict.get(name);
  if (!(registered instanceof PyDict)) return [];
  return [...registered.map.values()].map(({ value }) => value);
}

function hookName(hook: Value): string | null {
  const callee = hook instanceof PyBound ? hook.callee : hook;
  return callee instanceof PyFunction && callee.globals.isInternal ? callee.name : null;
}

function settingsOf(module: PyInstance): string {
  const parts: string[] = [];
  for (const [name, { value }] of module.dict.map) {
    if (name.startsWith('_') || name === 'training') continue;
    const text = simpleText(value);
    if (text !== null) parts.push(`${name}=${text}`);
    if (parts.length === MAX_SETTINGS) break;
  }
  return parts.join(' ');
}

function simpleText(value: Value): string | null {
  if (value === null) return 'None';
  if (typeof value !== 'object') return String(value);
  if (!(value instanceof PyTuple)) return null;
  const items = value.items.map((item) =>
    item === null ? 'None' : typeof item === 'object' ? null : String(item),
  );
  return items.includes(null) ? null : `(${items.join(', ')})`;
}

/** Lines of source files as text, each file split once. */
class SourceLines {
  private readonly files = new Map<string, readonly string[]>();

  constructor(private readonly vm: Interpreter) {}

  text({ file, line, function: name }: CreationStep): string {
    let lines = this.files.get(file);
    if (lines === undefined) {
      lines = (this.vm.modules.sources.read(file) ?? '').split(/\r\n|\r|\n/);
      this.files.set(file, lines);
    }
    return `${name}: ${(lines[line - 1] ?? '').trim()}`;
  }
}
