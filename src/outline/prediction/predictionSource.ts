import type {
  DetailField,
  Details,
  DocumentSummary,
  PredictionSummary,
  SourcePlace,
  Warning,
} from '../../protocol/messages';
import { visibleText } from '../../protocol/visibleText';
import { normalizeInteger } from '../../stateDict/tensorSpec';
import { reasonMessage } from '../../protocol/architectureReasons';
import { detailsOf } from '../details';
import { outlineLimits } from '../limits';
import { contentNodeOf, type OutlineNode } from '../nodes';
import type { Outline } from '../outline';
import type { OutlineSource } from '../outlineSource';
import { wire } from '../rowTexts';
import { dtypesOf, totalsOf } from '../totals';
import { predictedContent, PredictedModuleContent, PredictedTensorContent } from './predictedContent';
import type { PredictedModel } from './predictedModel';

/** The outline of a model that was predicted from its source. */
export function predictionSource(model: PredictedModel): OutlineSource {
  return {
    root: predictedContent(model),
    pythonName: 'model',
    summary: (outline, revision) => summary(model, outline, revision),
    details: (node, outline) => details(model, node, outline),
  };
}

function summary(model: PredictedModel, outline: Outline, revision: number): DocumentSummary {
  const { survey } = outline;
  return {
    revision,
    fileName: visibleText(model.className, outlineLimits.nameLength).text,
    format: 'prediction',
    facts: [],
    fileSize: null,
    bytesRead: 0,
    partial: !model.exact,
    totals: {
      ...totalsOf(survey),
      parameters: integer(model.parameters),
    },
    dtypes: dtypesOf(survey),
    values: [],
    warnings: warnings(model),
    prediction: {
      call: visibleText(`${model.className}(${model.args})`, outlineLimits.detailTextLength).text,
      argumentsFrom: model.argumentsFrom.kind,
      calledAt: model.argumentsFrom.kind === 'call' ? model.argumentsFrom.at : null,
      place: model.place,
      keys: model.tensors.length,
      exact: model.exact,
      buffers: integer(model.buffers),
      atLeast: integer(model.atLeast),
      attention: attentionOf(model),
    },
  };
}

/** Why the prediction is not complete, then every line that stands in the way, once. */
function warnings(model: PredictedModel): Warning[] {
  const { exact, raises, obstacles } = model;
  if (raises !== null) {
    const { code, message, file, line } = raises;
    return [{ code: 'prediction.raises', args: [code, message], path: null, place: { file, line } }];
  }
  if (exact) return [];
  const lines = new Map(obstacles.map((one) => [`${one.file}:${one.line}:${one.code}:${one.detail}`, one]));
  return [...lines.values()].map((one) => ({
    ...reasonMessage(one),
    path: null,
    ...(one.file !== '' && one.line > 0 ? { place: { file: one.file, line: one.line } } : {}),
  }));
}

/** The attention blocks inside the model and what they add; null where there are none. */
function attentionOf({ attention }: PredictedModel): PredictionSummary['attention'] {
  const blocks = attention.filter(({ path }) => path !== '');
  if (blocks.length === 0) return null;
  let elements: bigint | null = 0n;
  for (const { parameters } of blocks) {
    elements = elements === null || parameters === null ? null : elements + parameters;
  }
  return { blocks: blocks.length, elements: integer(elements) };
}

async function details(model: PredictedModel, node: OutlineNode, outline: Outline): Promise<Details> {
  const fileName = model.className;
  const nothing = { fileName, warnings: [], sources: [], locate: () => Promise.resolve(null) };
  const made = await detailsOf(node, outline, nothing);
  // The class says what a module is; `print(model)` is not predicted.
  const general = made.fields.filter(({ label }) => label !== 'details.value');
  return { ...made, fields: [...general, ...moduleFields(node), ...placeFields(model, node)] };
}

function moduleFields(node: OutlineNode): DetailField[] {
  if (node.kind !== 'content' || !(node.content instanceof PredictedModuleContent)) return [];
  const { attention, module } = node.content;
  const fields = [
    ['details.attention', attention ?? ''],
    ['details.settings', module.settings],
  ] as const;
  return fields
    .filter(([, value]) => value !== '')
    .map(([label, value]) => ({
      label,
      value: visibleText(value, outlineLimits.detailTextLength).text,
      message: null,
      link: null,
    }));
}

/** The lines that build the node, from its own to the model's: how the constructors call each other. */
function placeFields(model: PredictedModel, node: OutlineNode): DetailField[] {
  const fields: DetailField[] = [];
  const seen = new Set<string>();
  const add = (label: string, place: SourcePlace | null): void => {
    if (place === null || seen.has(placeKey(place))) return;
    seen.add(placeKey(place));
    fields.push({ label, value: placeText(place, model.roots), message: null, link: null, place });
  };
  let at = contentNodeOf(node);
  const { content } = at;
  if (content instanceof PredictedTensorContent) {
    add('details.row', content.predicted.row);
    add('details.builtAt', content.predicted.place);
  }
  for (;;) {
    if (at.content instanceof PredictedModuleContent) {
      const isOutermost = at.content.module.path === '';
      const label = fields.length === 0 ? 'details.builtAt' : 'details.calledFrom';
      if (!isOutermost) add(label, at.content.module.place);
    }
    if (at.parent === null) break;
    at = contentNodeOf(at.parent);
  }
  add('details.definedAt', model.place);
  return fields;
}

function placeKey({ file, line }: SourcePlace): string {
  return `${file}:${line}`;
}

/** `models/attention.py:31`: the file as seen from the folder that imports start in. */
function placeText({ file, line }: SourcePlace, roots: readonly string[]): string {
  const root = roots.filter((one) => file.startsWith(`${one}/`)).sort((a, b) => b.length - a.length)[0];
  const shown = root === undefined ? file : file.slice(root.length + 1);
  return visibleText(`${shown}:${line}`, outlineLimits.detailTextLength).text;
}

function integer(value: bigint | null) {
  return value === null ? null : wire(normalizeInteger(value));
}
