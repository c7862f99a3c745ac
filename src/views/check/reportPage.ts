import type {
  CompatibilityReport,
  FileKey,
  JsonPath,
  JsonShape,
  ModelKey,
  Repair,
} from '../../compatibility/report';
import { proofMessage } from '../../compatibility/repair/trials';
import type {
  CheckPage,
  PageBar,
  PageForward,
  PageNotice,
  PagePart,
  PagePlace,
  PageRepair,
  PageState,
} from '../../protocol/checkPage';
import type { Message } from '../../protocol/messages';
import { formatInteger } from '../../protocol/numbers';
import { keyTree, type TreeKey, type TreeModule } from './keyTree';
import { keyReason, moduleReasons } from './reasons';
import { shares } from './shares';
import { outputText, signalPage } from './signalPage';

/** What the page shows beyond what the report says. */
export interface PageContext {
  readonly weights: string;
  readonly progress: Message | null;
  readonly facts: readonly Message[];
  readonly proven: boolean;
  readonly notices: readonly PageNotice[];
  readonly modules: ReadonlyMap<string, TreeModule>;
  /** The input of the forward pass, as a person wrote it. */
  readonly input: string | null;
  readonly placeOf: (file: string | null, line: number | null) => PagePlace | null;
}

/** The page of a report. */
export function reportPage(report: CompatibilityReport, context: PageContext): CheckPage {
  const { placeOf } = context;
  return {
    model: `${report.model.name}(${report.model.args})`,
    modelPlace: placeOf(report.model.file, report.model.line),
    weights: context.weights,
    progress: context.progress,
    verdict: { tone: toneOf(report), message: report.verdict },
    facts: context.facts,
    proven: context.proven,
    notices: context.notices,
    bars: [fileBar(report.fileKeys), modelBar(report.keys)],
    parts: partsOf(report),
    modelTree: modelTree(report, context),
    fileTree: fileTree(report),
    repairs: report.repairs.map(repairOf),
    advice: adviceOf(report, context),
    forward: forwardOf(report, context),
    signal: report.signal === null ? null : signalPage(report.signal),
  };
}

/** Good only where nothing that the file holds gets lost, apart from a head that is meant to differ. */
export function toneOf(report: CompatibilityReport): 'good' | 'bad' | 'unknown' {
  if (report.error !== null || (report.strict === null && !report.exact)) return 'unknown';
  const heads = new Set(report.headSwap);
  const isHead = ({ key }: { readonly key: string }): boolean => heads.has(key);
  const isHarmed =
    report.wrongLayer.some(({ certainty }) => certainty !== 'ambiguous') ||
    !report.unexpected.every(isHead) ||
    !report.mismatched.every(isHead) ||
    report.refused.length > 0;
  if (isHarmed) return 'bad';
  return report.wrongLayer.length > 0 ? 'unknown' : 'good';
}

/** `[64, 3, 7, 7]`, as torch writes it. */
export function shapeText(shape: JsonShape | null): string | null {
  return shape === null ? null : `[${shape.join(', ')}]`;
}

/** `model › ema`, and what stands for the file itself. */
export function partLabel(path: JsonPath): string {
  return path.length === 0 ? '/' : path.join(' › ');
}

function fileBar(keys: readonly FileKey[]): PageBar {
  const state = (key: FileKey): PageState => (key.state === 'unexpected' ? 'dropped' : key.state);
  return {
    label: 'report.bar.file',
    parts: shares(
      keys.map((key) => ({ state: state(key), shape: key.shape })),
      ['loads', 'wrongLayer', 'mismatched', 'dropped', 'headSwap'],
    ),
  };
}

function modelBar(keys: readonly ModelKey[]): PageBar {
  return {
    label: 'report.bar.model',
    parts: shares(
      keys.map(({ state, shape }) => ({ state, shape })),
      ['loads', 'wrongLayer', 'mismatched', 'lost', 'headSwap', 'new'],
    ),
  };
}

function partsOf({ weights, matched }: CompatibilityReport): PagePart[] {
  const part = (path: JsonPath, keys: number, used: boolean): PagePart => ({
    path,
    label: partLabel(path),
    matched: keys,
    used,
  });
  return [
    part(weights.path, matched, true),
    ...weights.alternatives.map((other) => part(other.path, other.matched, false)),
  ];
}

function modelTree(report: CompatibilityReport, context: PageContext): CheckPage['modelTree'] {
  const fileShapes = new Map(report.fileKeys.map(({ key, shape }) => [key, shapeText(shape)]));
  const reasons = moduleReasons(report.keys, (path) => context.modules.get(path)?.type ?? null);
  const keys = report.keys.map((key): TreeKey => {
    const fileShape = fileShapes.get(key.key) ?? null;
    return {
      key: key.key,
      state: key.state,
      shape: shapeText(key.shape),
      dtype: key.dtype,
      fileKey: key.from ?? (fileShape === null ? null : key.key),
      place: context.placeOf(key.file, key.line),
      why: keyReason(key, fileShape),
    };
  });
  return keyTree(
    keys,
    (path) => context.modules.get(path) ?? null,
    (path) => reasons.get(path) ?? null,
  );
}

/** A block that was inserted in between can stand apart: then no number moves. */
function adviceOf(report: CompatibilityReport, context: PageContext): Message[] {
  const reasons = moduleReasons(report.keys, (path) => context.modules.get(path)?.type ?? null);
  const inserted = [...reasons].filter(([, { code }]) => code === 'report.why.inserted');
  const [first] = inserted;
  if (first === undefined) return [];
  const [path, { args }] = first;
  return [{ code: 'report.advice.ownAttribute', args: [String(args[0] ?? '?'), path] }];
}

/** The keys of the file that do not load where they belong. */
function fileTree(report: CompatibilityReport): CheckPage['fileTree'] {
  const wrong = new Map(report.wrongLayer.map((one) => [one.key, one]));
  const keys = report.fileKeys
    .filter(({ state }) => state !== 'loads')
    .map((key): TreeKey => {
      const rivals = wrong.get(key.key);
      return {
        key: key.key,
        state: key.state === 'unexpected' ? 'dropped' : key.state,
        shape: shapeText(key.shape),
        dtype: key.dtype,
        fileKey: key.key,
        place: null,
        why: fileReason(key, rivals?.alternatives ?? []),
      };
    });
  return keyTree(
    keys,
    () => null,
    () => null,
  );
}

function fileReason(key: FileKey, alternatives: readonly (string | null)[]): Message | null {
  if (key.state === 'wrongLayer' && key.certainty === 'ambiguous') {
    const names = alternatives.flatMap((name) => (name === null ? [] : [name]));
    return { code: 'report.why.alternatives', args: [names.join(', ')] };
  }
  if (key.belongsTo === null) {
    return key.state === 'wrongLayer' ? { code: 'report.why.goneLayer', args: [] } : null;
  }
  if (key.belongsTo === key.key) return null;
  return { code: `report.why.belongs.${key.certainty ?? 'likely'}`, args: [key.belongsTo] };
}

function repairOf(repair: Repair): PageRepair {
  const facts: Message[] = [
    { code: 'report.repair.recovers', args: [repair.recovers.keys, formatInteger(repair.recovers.elements)] },
    { code: 'report.repair.loads', args: [repair.loads] },
    { code: `check.certainty.${repair.certainty}`, args: [] },
  ];
  const proof = proofMessage(repair);
  if (proof !== null) facts.push(proof);
  return {
    title: repair.message,
    facts,
    certainty: repair.certainty,
    rules: repair.rules,
    changed: Object.keys(repair.mapping).length,
    code: repair.code,
  };
}

function forwardOf(report: CompatibilityReport, context: PageContext): PageForward | null {
  if (report.forward === null) return null;
  const { error, modules } = report.forward;
  return {
    input: context.input ?? '',
    error:
      error === null
        ? null
        : {
            message: { code: error.code, args: error.args },
            module: error.module === null ? null : `${error.module.path} (${error.module.type})`,
            place: context.placeOf(error.file, error.line),
          },
    modules: modules.map(({ path, type, output }) => ({ path, type, output: outputText(output) })),
  };
}
