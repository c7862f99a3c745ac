import type { Checkpoint, StorageLocation } from '../checkpoint/checkpoint';
import type { TensorContent } from '../checkpoint/content';
import type { DetailField, Details, Message } from '../protocol/messages';
import { formatBytesFully, formatInteger } from '../protocol/numbers';
import { visibleRepr, visibleText } from '../protocol/visibleText';
import { isContiguous, stridedViews } from '../stateDict/storageUse';
import { dtypeBits } from '../stateDict/dtypes';
import type { Integer, StorageSpec, TensorSpec } from '../stateDict/tensorSpec';
import { addIntegers, multiplyIntegers } from '../stateDict/tensorSpec';
import { outlineLimits } from './limits';
import { pathText, pythonAccess, stateDictKey } from './names';
import { keyOf } from './nodeKeys';
import type { ContentNode, OutlineNode } from './nodes';
import { contentNodeOf } from './nodes';
import type { Outline } from './outline';
import { quoteOf, wire } from './rowTexts';
import { tensorBytes, tensorElements } from '../stateDict/tensorSize';

/** What details say beyond the content itself. */
export type Described = Pick<Checkpoint, 'fileName' | 'warnings' | 'sources' | 'locate'>;

/** Everything that is known of a node. Asks the file where a tensor's bytes are: one small read in a zip. */
export async function detailsOf(
  node: OutlineNode,
  outline: Outline,
  checkpoint: Described,
): Promise<Details> {
  const list = new FieldList();
  addKey(list, node);
  if (node.kind === 'content') addContent(list, node, outline);
  if (node.kind === 'run') list.value('details.members', formatInteger(node.members.length));
  if (node.kind === 'content' && node.content.type === 'tensor') {
    await addTensor(list, node, node.content, outline, checkpoint);
  } else addSums(list, node, outline);
  const access = pythonAccess(node);
  return {
    key: keyOf(node),
    title: node.parent === null ? shown(checkpoint.fileName) : quoted(pathText(node).text),
    pythonAccess: access !== null && access.length <= outlineLimits.detailTextLength ? access : null,
    fields: list.fields,
    warnings: checkpoint.warnings.filter(({ path }) => path !== null && isAt(node, path)),
    sources: node.parent === null || node.kind === 'content' ? await sourcesFor(node, checkpoint) : [],
  };
}

class FieldList {
  readonly fields: DetailField[] = [];

  value(label: string, value: string, link: string | null = null): void {
    this.fields.push({ label, value, message: null, link });
  }

  message(label: string, code: string, ...args: (string | number)[]): void {
    const message: Message = { code, args };
    this.fields.push({ label, value: '', message, link: null });
  }
}

function addKey(list: FieldList, node: OutlineNode): void {
  const key = stateDictKey(node);
  if (key !== '' || node.parent !== null) list.value('details.key', quoted(key));
}

/** A name whose spaces can be seen. */
function quoted(name: string): string {
  const quote = quoteOf(name);
  return quote + shown(name) + quote;
}

function addContent(list: FieldList, node: ContentNode, outline: Outline): void {
  const { content } = node;
  if (node.place !== 'first') {
    const first = outline.firstNodeOf(content);
    if (first !== null) {
      const label = node.place === 'cycle' ? 'details.cycle' : 'details.aliasOf';
      list.value(label, shown(pathText(first).text || 'ckpt'), keyOf(first));
    }
  }
  switch (content.type) {
    case 'tensor':
      return;
    case 'scalar':
      list.value('details.value', visibleRepr(content.text, outlineLimits.detailTextLength).text);
      break;
    case 'module':
      list.value('details.value', visibleRepr(content.repr, outlineLimits.detailTextLength).text);
      break;
    case 'object':
      list.value('details.value', visibleRepr(content.text, outlineLimits.detailTextLength).text);
      break;
    case 'dict':
    case 'sequence':
      list.value('details.children', formatInteger(content.length));
      break;
  }
  list.value('details.class', shown(content.pythonType));
}

function addSums(list: FieldList, node: OutlineNode, outline: Outline): void {
  const sum = outline.sumOf(node);
  if (sum.tensors === 0) return;
  const bound = sum.exact ? '' : '≥ ';
  list.value('details.tensors', bound + formatInteger(sum.tensors));
  list.value('details.elements', bound + formatInteger(wire(sum.elements)));
  list.value('details.bytes', bound + formatBytesFully(wire(sum.bytes)));
}

async function addTensor(
  list: FieldList,
  node: ContentNode,
  content: TensorContent,
  outline: Outline,
  checkpoint: Described,
): Promise<void> {
  const { tensor } = content;
  addSpec(list, tensor);
  const kind = outline.survey.kindOf(content);
  if (kind !== 'tensor') list.value('details.kind', kind);
  list.value('details.class', shown(tensor.pythonType));
  if (tensor.requiresGrad !== null) {
    list.value('details.requiresGrad', tensor.requiresGrad ? 'True' : 'False');
  }
  await addStorage(list, tensor, checkpoint);
  addShared(list, node, content, outline);
  if (tensor.storage !== null) addUse(list, tensor.storage, outline);
  for (const part of tensor.parts) {
    const { dtype, shape } = part.tensor;
    list.fields.push({
      label: 'details.part',
      value: `${shown(part.name)}: ${dtype} ${shape === null ? '?' : listText(shape)}`,
      message: null,
      link: null,
    });
    await addStorage(list, part.tensor, checkpoint);
  }
}

function addSpec(list: FieldList, tensor: TensorSpec): void {
  if (tensor.shape !== null) list.value('details.shape', listText(tensor.shape));
  if (tensor.stride !== null) list.value('details.stride', listText(tensor.stride));
  if (tensor.shape !== null && tensor.stride !== null && !isContiguous(tensor.shape, tensor.stride)) {
    list.message('details.contiguous', 'details.notContiguous');
  }
  list.value('details.dtype', tensor.dtype);
  if (tensor.layout !== 'strided') list.value('details.layout', tensor.layout);
  const elements = tensorElements(tensor);
  const bytes = tensorBytes(tensor);
  if (elements !== null) list.value('details.elements', formatInteger(wire(elements)));
  if (bytes !== null) list.value('details.bytes', formatBytesFully(wire(bytes)));
  if (tensor.device !== null) list.value('details.device', shown(tensor.device));
}

/** `554 · float32 · cuda:0 · 255.0 KiB (261,120)`, the offset in it, and where it is in the file. */
async function addStorage(list: FieldList, tensor: TensorSpec, checkpoint: Described): Promise<void> {
  const { storage } = tensor;
  if (storage === null) return;
  const size = storage.bytes === null ? null : formatBytesFully(wire(storage.bytes));
  const parts = [storage.key, storage.dtype, storage.device, size].filter((part) => part !== null);
  list.value('details.storage', parts.map(shown).join(' · '));
  const offset = tensor.storageOffset;
  if (offset !== null && offset !== 0) list.value('details.storageOffset', formatInteger(wire(offset)));
  if (storage.source !== null) list.value('details.source', shown(storage.source));
  const location = await checkpoint.locate(storage);
  if (location === null) list.message('details.inFile', 'details.inFile.unknown');
  else addLocation(list, tensor, location, checkpoint.fileName);
}

/** The bytes from the tensor's first element to its last, which for a slice are not all its own. */
function addLocation(list: FieldList, tensor: TensorSpec, location: StorageLocation, fileName: string): void {
  const place = location.record ?? location.source ?? fileName;
  const bits = dtypeBits(tensor.dtype);
  const extent = extentOf(tensor);
  const start = tensor.storageOffset;
  if (bits === null || bits % 8 !== 0 || extent === null || start === null) {
    const { length, offset } = location;
    list.message('details.inFile', 'details.inFile.value', place, wire(length), wire(offset));
    return;
  }
  const first = addIntegers(location.offset, multiplyIntegers(start, bits / 8));
  const bytes = multiplyIntegers(extent, bits / 8);
  list.message('details.inFile', 'details.inFile.value', place, wire(bytes), wire(first));
}

/** Elements from the first to the last one, both included; null when it cannot be told. */
function extentOf({ shape, stride }: TensorSpec): Integer | null {
  if (shape === null || stride === null) return null;
  let last: Integer = 0;
  for (let i = 0; i < shape.length; i++) {
    const size = shape[i] ?? 0;
    if (size === 0) return 0;
    last = addIntegers(last, multiplyIntegers(addIntegers(size, -1), stride[i] ?? 0));
  }
  return addIntegers(last, 1);
}

/** Links to other names of the tensor, and to the other tensors of its storages: tied weights and slices. */
function addShared(list: FieldList, node: ContentNode, content: TensorContent, outline: Outline): void {
  const others = new Set<TensorContent>();
  for (const { storage } of stridedViews(content.tensor)) {
    if (storage === null) continue;
    for (const other of outline.survey.storageViews.tensorsOf(storage))
      if (other !== content) others.add(other);
  }
  const links: (ContentNode | null)[] = outline.survey
    .furtherPlacesOf(content)
    .map((at) => outline.nodeAt(at));
  const hidden = Math.max(0, links.length + others.size - outlineLimits.sharedLinks);
  for (const other of others) {
    if (links.length >= outlineLimits.sharedLinks) break;
    links.push(outline.firstNodeOf(other));
  }
  for (const link of links) {
    if (link !== null && link !== node)
      list.value('details.sharedWith', shown(pathText(link).text), keyOf(link));
  }
  if (hidden > 0) list.message('details.sharedWith', 'details.sharedMore', hidden);
  const alone = links.length === 0 && node.place === 'first';
  if (alone && content.tensor.storage !== null) list.message('details.sharedWith', 'details.sharedNone');
}

/** Storage bytes that no tensor uses: the storage of a saved slice is saved whole. */
function addUse(list: FieldList, storage: StorageSpec, outline: Outline): void {
  const use = outline.survey.storageViews.useOf(storage);
  if (storage.bytes === null || use.unused === null || use.unused === 0) return;
  const code = use.exact ? 'details.unusedStorage.value' : 'details.unusedStorage.atLeast';
  list.message('details.unusedStorage', code, wire(use.unused), wire(storage.bytes));
}

/** Sources of the file: all of them for the root, for a module or object those that name its class. */
async function sourcesFor(node: OutlineNode, checkpoint: Described): Promise<Details['sources']> {
  const sources: { name: string; text: string }[] = [];
  for (const source of checkpoint.sources) {
    if (node.parent !== null && !isSourceOf(source.name, contentNodeOf(node))) continue;
    const text = await source.read();
    sources.push({ name: shown(source.name), text: text.slice(0, outlineLimits.sourceLength) });
    if (sources.length >= MAX_SOURCES) break;
  }
  return sources;
}

const MAX_SOURCES = 50;

/** Legacy files name a source by its class, TorchScript by a path like `code/__torch__/nets/yolo.py`. */
function isSourceOf(name: string, { content }: ContentNode): boolean {
  if (content.type !== 'module' && content.type !== 'object') return false;
  const type = content.pythonType;
  if (name === type || type.endsWith(`.${name}`)) return true;
  const file = name
    .replace(/^.*?code\//, '')
    .replace(/\.py$/, '')
    .replaceAll('/', '.');
  return type.startsWith(`${file}.`);
}

/** Whether a warning's path is that of the node or below it, for nodes that stand for themselves. */
function isAt(node: OutlineNode, path: readonly (string | number)[]): boolean {
  if (node.kind !== 'content') return false;
  const own: (string | number)[] = [];
  for (let at = node; at.parent !== null; at = contentNodeOf(at.parent)) own.push(at.child.name);
  own.reverse();
  return own.length <= path.length && own.every((element, i) => element === path[i]) && own.length > 0;
}

function listText(values: readonly Integer[]): string {
  return `[${values.join(', ')}]`;
}

function shown(text: string): string {
  return visibleText(text, outlineLimits.detailTextLength).text;
}
