import type { CandidateStateDict } from '../stateDict/candidate';
import type { StateDict } from '../stateDict/stateDict';
import type { Integer } from '../stateDict/tensorSpec';
import type { Alignment, Belonging } from './alignment';
import type { ChosenPart } from './choosePart';
import { headSwaps } from './headSwap';
import { jsonInteger, jsonShape, totalElements } from './integers';
import type { Loading } from './loading';
import type { ModelDescription, ModelEntry } from './model';
import type {
  CompatibilityReport,
  FileKey,
  FileKeyState,
  ModelKey,
  ModelKeyState,
  Repair,
  WrongLayer,
} from './report';
import { notesOf, verdictOf } from './verdict';

/** What a report is made of. */
export interface Findings {
  readonly file: string;
  readonly model: ModelDescription;
  readonly chosen: ChosenPart;
  readonly loading: Loading;
  readonly alignment: Alignment;
  readonly baseline: CompatibilityReport['baseline'];
  readonly repairs: readonly Repair[];
  readonly answeredBy: CompatibilityReport['answeredBy'];
}

/** Puts what was found into the report's form. */
export function buildReport(findings: Findings): CompatibilityReport {
  const { model, chosen, loading, alignment } = findings;
  const part = chosen.part;
  const keys = keyStates(findings);
  const entries = new Map(model.entries.map((entry) => [entry.key, entry]));
  const sourced = (key: string): { file: string | null; line: number | null } => {
    const entry = entries.get(key);
    return { file: entry?.file ?? null, line: entry?.line ?? null };
  };
  const modelShape = (key: string): readonly Integer[] | null => entries.get(key)?.shape ?? null;
  const fileShape = (key: string): readonly Integer[] | null => shapeOf(part.stateDict, key);
  const partial: Omit<CompatibilityReport, 'verdict' | 'notes'> = {
    strict: loading.strict,
    exact: model.exact && loading.unknownModules.length === 0,
    evidence: alignment.evidence,
    answeredBy: findings.answeredBy,
    model: {
      name: model.name,
      args: model.args,
      keys: model.entries.length,
      elements: model.exact ? jsonInteger(totalElements(model.entries.map(({ shape }) => shape))) : null,
      file: model.file,
      line: model.line,
    },
    weights: {
      file: findings.file,
      path: part.path,
      keys: part.stateDict.entries.size,
      elements: jsonInteger(fileElements(part, () => true)),
      alternatives: chosen.alternatives,
    },
    baseline: findings.baseline,
    matched: [...loading.loads].filter(([key, from]) => key === from).length,
    missing: loading.missing.map((key) => ({ key, shape: jsonShape(modelShape(key)), ...sourced(key) })),
    unexpected: loading.unexpected.map((key) => ({ key, shape: jsonShape(fileShape(key)) })),
    mismatched: loading.mismatched.map((key) => ({
      key,
      model: jsonShape(modelShape(key)),
      checkpoint: jsonShape(fileShape(key)),
      ...sourced(key),
    })),
    retyped: [...loading.loads].flatMap(([key, from]) => {
      const own = entries.get(key)?.dtype ?? null;
      const theirs = part.stateDict.entries.get(from)?.tensor?.dtype ?? null;
      const differ = own !== null && theirs !== null && own !== theirs;
      return differ ? [{ key, model: own, checkpoint: theirs, ...sourced(key) }] : [];
    }),
    refused: loading.refused.map((refusal) => ({ ...refusal, ...sourced(refusal.key) })),
    wrongLayer: wrongLayers(loading, alignment).map((found) => ({ ...found, ...sourced(found.key) })),
    headSwap: [...keys.heads],
    elements: {
      loaded: jsonInteger(fileElements(part, (key) => keys.file.get(key) === 'loads')),
      wrongLayer: jsonInteger(fileElements(part, (key) => keys.file.get(key) === 'wrongLayer')),
      dropped: jsonInteger(fileElements(part, (key) => isDropped(keys.file.get(key)))),
      headSwap: jsonInteger(fileElements(part, (key) => keys.file.get(key) === 'headSwap')),
      new: jsonInteger(modelElements(model, keys.model, ['new', 'mismatched', 'headSwap'])),
      lost: jsonInteger(modelElements(model, keys.model, ['lost'])),
    },
    repairs: findings.repairs,
    proof: null,
    differences: [],
    forward: null,
    signal: null,
    error:
      model.raises === null
        ? null
        : {
            code: model.raises.code,
            message: model.raises.message,
            file: model.raises.file,
            line: model.raises.line,
          },
    keys: model.entries.map((entry) => modelKey(entry, keys, loading, alignment)),
    fileKeys: [...part.stateDict.entries.keys()].map((key) => fileKey(key, part, keys, alignment)),
  };
  return { ...partial, verdict: verdictOf(partial), notes: notesOf(partial, loading, model) };
}

interface KeyStates {
  readonly model: ReadonlyMap<string, ModelKeyState>;
  readonly file: ReadonlyMap<string, FileKeyState>;
  readonly heads: ReadonlySet<string>;
  /** Model key → the file's key that belongs there. */
  readonly origins: ReadonlyMap<string, string>;
}

function keyStates({ model, chosen, loading, alignment }: Findings): KeyStates {
  const stateDict = chosen.part.stateDict;
  const heads = headSwaps(model, stateDict, alignment.belongs);
  const file = new Map<string, FileKeyState>();
  const states = new Map<string, ModelKeyState>();
  const origins = new Map<string, string>();
  for (const [fileKeyName, { key, certainty, reshaped }] of alignment.belongs) {
    if (key === null || certainty === 'ambiguous') continue;
    origins.set(key, fileKeyName);
    if (heads.has(key)) {
      states.set(key, 'headSwap');
      file.set(fileKeyName, 'headSwap');
    } else if (reshaped) {
      states.set(key, 'mismatched');
      file.set(fileKeyName, 'mismatched');
    } else states.set(key, 'lost');
  }
  for (const [key, from] of loading.loads) {
    const wrong = isElsewhere(alignment.belongs.get(from), key);
    file.set(from, wrong ? 'wrongLayer' : 'loads');
    states.set(key, wrong ? 'wrongLayer' : 'loads');
  }
  for (const { from, to } of alignment.packed.splits) {
    for (const { key } of to) {
      states.set(key, 'lost');
      origins.set(key, from);
    }
  }
  for (const { from, to } of alignment.packed.joins) {
    states.set(to, 'lost');
    if (from[0] !== undefined) origins.set(to, from[0]);
  }
  // A mismatch by name whose tensor belongs elsewhere, or nowhere.
  for (const key of loading.mismatched) {
    if (!states.has(key)) states.set(key, 'mismatched');
    if (!file.has(key)) file.set(key, 'mismatched');
  }
  return { model: states, file, heads, origins };
}

/** Whether a tensor that loads by its name is known to belong to another layer. */
function isElsewhere(belonging: Belonging | undefined, key: string): boolean {
  return belonging !== undefined && belonging.certainty !== 'ambiguous' && belonging.key !== key;
}

function wrongLayers(
  loading: Loading,
  { belongs, evidence }: Alignment,
): Omit<WrongLayer, 'file' | 'line'>[] {
  const found: Omit<WrongLayer, 'file' | 'line'>[] = [];
  for (const [key, from] of loading.loads) {
    const belonging = belongs.get(from);
    if (belonging === undefined) continue;
    const { certainty } = belonging;
    const options = [belonging.key, ...belonging.alternatives];
    if (certainty !== 'ambiguous') {
      if (belonging.key !== key)
        found.push({ key, belongsTo: belonging.key, certainty, evidence, alternatives: [] });
      continue;
    }
    const [belongsTo = null, ...others] = options.filter((option) => option !== key);
    const rivals = options.includes(key) ? [key, ...others] : others;
    found.push({ key, belongsTo, certainty, evidence, alternatives: rivals });
  }
  return found;
}

function modelKey(entry: ModelEntry, keys: KeyStates, loading: Loading, alignment: Alignment): ModelKey {
  const from = keys.origins.get(entry.key) ?? null;
  const loaded = loading.loads.get(entry.key) ?? null;
  const belonging = alignment.belongs.get(from ?? loaded ?? '');
  return {
    key: entry.key,
    shape: jsonShape(entry.shape),
    dtype: entry.dtype,
    kind: entry.kind,
    state: keys.model.get(entry.key) ?? 'new',
    from,
    certainty: belonging?.certainty ?? null,
    file: entry.file,
    line: entry.line,
  };
}

function fileKey(key: string, part: CandidateStateDict, keys: KeyStates, alignment: Alignment): FileKey {
  const belonging = alignment.belongs.get(key);
  const tensor = part.stateDict.entries.get(key)?.tensor ?? null;
  return {
    key,
    shape: jsonShape(tensor?.shape ?? null),
    dtype: tensor?.dtype ?? null,
    state: keys.file.get(key) ?? 'unexpected',
    belongsTo: belonging?.key ?? null,
    certainty: belonging?.certainty ?? null,
    alternatives: belonging?.alternatives ?? [],
  };
}

function isDropped(state: FileKeyState | undefined): boolean {
  return state !== 'loads' && state !== 'wrongLayer';
}

function shapeOf(stateDict: StateDict, key: string): readonly Integer[] | null {
  return stateDict.entries.get(key)?.tensor?.shape ?? null;
}

function fileElements({ stateDict }: CandidateStateDict, accepts: (key: string) => boolean): Integer {
  const shapes = [...stateDict.entries.values()]
    .filter(({ key }) => accepts(key))
    .map(({ tensor }) => tensor?.shape ?? null);
  return totalElements(shapes);
}

function modelElements(
  model: ModelDescription,
  states: ReadonlyMap<string, ModelKeyState>,
  wanted: readonly ModelKeyState[],
): Integer {
  return totalElements(
    model.entries.filter(({ key }) => wanted.includes(states.get(key) ?? 'new')).map(({ shape }) => shape),
  );
}
