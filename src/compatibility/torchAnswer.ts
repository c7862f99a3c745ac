import type { CheckReply, SignalReply } from '../interpreter/reply';
import type { CandidateStateDict } from '../stateDict/candidate';
import type { Integer } from '../stateDict/tensorSpec';
import { loadStateDict, sameShapes, type Loading, type Refusal } from './loading';
import type { ModelDescription, ModelEntry, ModelModule } from './model';
import type { CompatibilityReport, ForwardReport, ReportMessage, TorchProof } from './report';

/** Keys that a difference names. */
const NAMED = 3;

/**
 * The model as torch built it. Where the source predicted exactly that, the prediction stays: it knows more of
 * where each layer comes from.
 */
export function modelFromTorch({ model }: CheckReply, predicted: ModelDescription): ModelDescription {
  const entries = model.entries.map(modelEntry);
  if (predicted.exact && predicted.raises === null && sameEntries(predicted.entries, entries))
    return predicted;
  return {
    name: predicted.name,
    args: predicted.args,
    file: predicted.file,
    line: predicted.line,
    exact: true,
    entries,
    modules: modulesOf(model.modules),
    raises: null,
  };
}

function modelEntry({ kind, ...entry }: CheckReply['model']['entries'][number]): ModelEntry {
  // A state_dict that the class makes in its own way does not say which of its tensors are parameters.
  return { ...entry, kind: kind === 'tensor' ? 'parameter' : kind };
}

function sameEntries(some: readonly ModelEntry[], others: readonly ModelEntry[]): boolean {
  return (
    some.length === others.length &&
    some.every((entry, i) => {
      const other = others[i];
      return (
        other !== undefined &&
        entry.key === other.key &&
        entry.dtype === other.dtype &&
        equalShapes(entry.shape, other.shape)
      );
    })
  );
}

function equalShapes(a: readonly Integer[] | null, b: readonly Integer[] | null): boolean {
  return a === null || b === null ? a === b : sameShapes(a, b);
}

/** How each module loads is torch's affair here, so that nothing is said of it. */
function modulesOf(modules: CheckReply['model']['modules']): ModelModule[] {
  const children = new Map<string, string[]>();
  for (const { path } of modules) {
    if (path === '') continue;
    const dot = path.lastIndexOf('.');
    const parent = path.slice(0, Math.max(0, dot));
    const names = children.get(parent);
    if (names === undefined) children.set(parent, [path.slice(dot + 1)]);
    else names.push(path.slice(dot + 1));
  }
  return modules.map((module) => ({
    ...module,
    load: 'plain',
    children: children.get(module.path) ?? [],
    extraState: false,
    settings: null,
    created: null,
  }));
}

/** What torch's `load_state_dict` did; null where nothing was loaded. */
export function loadingFromTorch(
  { load }: CheckReply,
  model: ModelDescription,
  { stateDict }: CandidateStateDict,
): Loading | null {
  if (load === null) return null;
  const mismatched = load.mismatched.map(({ key }) => key);
  const failed = new Set([...load.missing, ...mismatched]);
  // For the names that torch's own compatibility rules change.
  const predicted = loadStateDict(model, stateDict).loads;
  const loads = new Map<string, string>();
  for (const { key } of model.entries) {
    if (failed.has(key)) continue;
    const from = stateDict.entries.has(key) ? key : predicted.get(key);
    if (from !== undefined) loads.set(key, from);
  }
  return {
    strict: load.strict,
    loads,
    missing: load.missing,
    unexpected: load.unexpected,
    mismatched,
    refused: load.errors.map(refusal),
    unknownModules: [],
  };
}

function refusal(text: string): Refusal {
  const key = /^While copying the parameter named "(.+?)",/.exec(text)?.[1] ?? '';
  return { key, code: 'check.refused.torch', args: [text] };
}

/** In what the prediction from the source was wrong; empty where it claimed nothing. */
export function differencesOf(
  predicted: ModelDescription,
  reply: CheckReply,
  part: CandidateStateDict,
): ReportMessage[] {
  const differences: ReportMessage[] = [];
  if (predicted.exact && predicted.raises !== null) {
    const { code, message } = predicted.raises;
    return [{ code: 'check.differs.builds', args: [code, message] }];
  }
  if (predicted.exact) {
    const own = new Map(predicted.entries.map((entry) => [entry.key, entry]));
    const built = new Map(reply.model.entries.map((entry) => [entry.key, entry]));
    add(
      'check.differs.onlyTorch',
      [...built.keys()].filter((key) => !own.has(key)),
    );
    add(
      'check.differs.onlySource',
      [...own.keys()].filter((key) => !built.has(key)),
    );
    const changed = [...own.values()].filter(({ key, shape, dtype }) => {
      const other = built.get(key);
      return other !== undefined && (!equalShapes(shape, other.shape) || dtype !== other.dtype);
    });
    add(
      'check.differs.tensors',
      changed.map(({ key }) => key),
    );
  }
  if (reply.load !== null && differences.length === 0) {
    const expected = loadStateDict(predicted, part.stateDict);
    if (expected.strict !== null) {
      add('check.differs.missing', differing(expected.missing, reply.load.missing));
      add('check.differs.unexpected', differing(expected.unexpected, reply.load.unexpected));
      add(
        'check.differs.mismatched',
        differing(
          expected.mismatched,
          reply.load.mismatched.map(({ key }) => key),
        ),
      );
      if (differences.length === 0 && expected.strict !== reply.load.strict) {
        differences.push({ code: 'check.differs.strict', args: [] });
      }
    }
  }
  if (reply.weights?.source === 'torch') {
    const read = part.stateDict.entries;
    const loaded = new Map(reply.weights.entries.map((entry) => [entry.key, entry]));
    const keys = new Set([...read.keys(), ...loaded.keys()]);
    const file = [...keys].filter((key) => {
      const ours = read.get(key);
      const theirs = loaded.get(key);
      return ours === undefined || theirs === undefined || !sameTensor(ours.tensor, theirs);
    });
    add('check.differs.file', file);
  }
  return differences;

  function add(code: string, keys: readonly string[]): void {
    if (keys.length > 0) differences.push({ code, args: [keys.length, keys.slice(0, NAMED).join(', ')] });
  }
}

function sameTensor(
  ours: { readonly shape: readonly Integer[] | null; readonly dtype: string } | null,
  theirs: { readonly shape: readonly Integer[] | null; readonly dtype: string | null },
): boolean {
  if (ours === null || theirs.dtype === null) return ours === null && theirs.dtype === null;
  return ours.dtype === theirs.dtype && (ours.shape === null || equalShapes(ours.shape, theirs.shape));
}

/** Keys that one list has and the other has not. */
function differing(some: readonly string[], others: readonly string[]): string[] {
  const first = new Set(some);
  const second = new Set(others);
  return [...some.filter((key) => !second.has(key)), ...others.filter((key) => !first.has(key))];
}

export function proofOf({ python, torch, device, fallback, weights }: CheckReply): TorchProof {
  return {
    python,
    torch,
    device,
    fallback,
    source: weights?.source ?? null,
    refusal: weights?.refusal ?? null,
    unread: weights?.unread ?? [],
  };
}

/** What a person should know of how torch came to its answer. */
export function proofNotes({ weights, signal }: CheckReply): ReportMessage[] {
  const notes: ReportMessage[] = [];
  if (weights !== null && weights.refusal !== null)
    notes.push({ code: 'check.note.torchRefuses', args: [weights.refusal] });
  if (weights !== null && weights.unread.length > 0)
    notes.push({
      code: 'check.note.unread',
      args: [weights.unread.length, weights.unread.slice(0, NAMED).join(', ')],
    });
  if (signal !== null) notes.push(...signal.flatMap(signalNotes), ...togetherNotes(signal));
  return notes;
}

/** Ratios within this of 1 are no change that a layer would notice. */
const UNCHANGED = 0.05;

/** What follows from a block's ratio: for the pretrained layer behind it, or for the model's outputs. */
function signalNotes({ path, behind, outputs, ratio }: SignalReply): ReportMessage[] {
  if (behind !== null && behind.ratio !== null && Math.abs(behind.ratio - 1) > UNCHANGED)
    return [{ code: 'check.note.signalBehind', args: [path, rounded(behind.ratio), behind.path] }];
  const changed = (outputs ?? []).filter((one) => one !== null && Math.abs(one - 1) > UNCHANGED);
  const [first] = changed;
  if (behind !== null || first === undefined || first === null) return [];
  // A logit of 2.197 is a confidence of 0.90.
  const confidence = 1 / (1 + Math.exp(-Math.log(9) * (ratio ?? first)));
  return [{ code: 'check.note.signalLogits', args: [path, rounded(ratio ?? first), rounded(confidence)] }];
}

/** Layers that several new blocks change one after the other. */
function togetherNotes(signal: readonly SignalReply[]): ReportMessage[] {
  const layers = new Map<string, number>();
  for (const { behind } of signal) {
    const { path = '', ratio = null, together = null } = behind ?? {};
    if (ratio === null || together === null || Math.abs(together / ratio - 1) <= UNCHANGED) continue;
    layers.set(path, together);
  }
  return [...layers].map(([path, together]) => ({
    code: 'check.note.signalTogether',
    args: [path, rounded(together)],
  }));
}

/** Two places, as text: arguments that are numbers are counts. */
function rounded(value: number): string {
  return value.toFixed(2);
}

export function forwardOf({ forward }: CheckReply): ForwardReport | null {
  if (forward === null) return null;
  const { ok, modules, failure } = forward;
  return {
    ok,
    modules: modules.map(({ output, ...module }) => ({ ...module, output: outputOf(output) })),
    error:
      failure === null
        ? null
        : {
            code: failure.code,
            args: failure.args,
            message: failure.message,
            file: failure.file,
            line: failure.line,
            module: failure.module,
          },
  };
}

export function signalOf({ signal }: CheckReply): CompatibilityReport['signal'] {
  return signal?.map(({ output, ...row }) => ({ ...row, output: outputOf(output) })) ?? null;
}

type Shapes = readonly (readonly number[] | null)[] | null;

/** One tensor's shape as it is; several as a list of shapes. */
function outputOf(shapes: Shapes): readonly number[] | Shapes {
  return shapes?.length === 1 ? (shapes[0] ?? null) : shapes;
}
