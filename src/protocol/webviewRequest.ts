import type { AllRequests, CopyFormat, RequestMessage, SortColumn, ViewState } from './messages';

/** Longer strings are no filter, key or name of ours; embedded sources have their own limit. */
const maxText = 1_000_000;
const maxSource = 20_000_000;
/** Keys that a webview may keep as expanded: more than a person opens, "expand all" included. */
const maxKeys = 1_000_000;

/** A request of a webview as it should be, or null: what a page sends is a claim like any input. */
export function parseWebviewRequest(data: unknown): RequestMessage | null {
  const message = record(data);
  const { type, id, kind } = message;
  if (type !== 'request' || !isIndex(id) || typeof kind !== 'string' || !isKind(kind)) return null;
  const body = parsers[kind](record(message['body']));
  // Kind and body come from the same parser, which the compiler cannot see.
  return body === null ? null : ({ type, id, kind, body } as RequestMessage);
}

type Parser<K extends keyof AllRequests> = (
  body: Readonly<Record<string, unknown>>,
) => AllRequests[K]['request'] | null;

const parsers: { readonly [K in keyof AllRequests]: Parser<K> } = {
  open: ({ reload }) => (typeof reload === 'boolean' ? { reload } : null),
  setView: ({ view, state, anchor }) => {
    const parsed = viewState(record(state));
    return isText(view) && parsed !== null && isKey(anchor) ? { view, state: parsed, anchor } : null;
  },
  rows: ({ view, start, end }) =>
    isText(view) && isIndex(start) && isIndex(end) && start <= end ? { view, start, end } : null,
  toggle: ({ view, key, expanded, deep }) =>
    isText(view) && isText(key) && typeof expanded === 'boolean' && typeof deep === 'boolean'
      ? { view, key, expanded, deep }
      : null,
  nextMatch: ({ view, from, backwards }) =>
    isText(view) && (from === -1 || isIndex(from)) && typeof backwards === 'boolean'
      ? { view, from, backwards }
      : null,
  reveal: ({ view, key }) => (isText(view) && isText(key) ? { view, key } : null),
  details: ({ view, key }) => (isText(view) && isText(key) ? { view, key } : null),
  locate: ({ path }) =>
    Array.isArray(path) && path.length <= maxKeys && path.every((part) => isText(part) || isIndex(part))
      ? { path }
      : null,
  copy: copyRequest,
  safety: () => ({}),
  pickles: () => ({}),
  disassembly: ({ record, start, part }) =>
    isKey(record) && isIndex(start) && isIndex(part) ? { record, start, part } : null,
  disassemblyLine: ({ record, offset }) => (isKey(record) && isIndex(offset) ? { record, offset } : null),
  copyToClipboard: copyRequest,
  exportTable: ({ view }) => (isText(view) ? { view } : null),
  openAsText: () => ({}),
  showSource: ({ name, text }) =>
    isText(name) && typeof text === 'string' && text.length <= maxSource ? { name, text } : null,
  openPlace: ({ file, line }) => (isText(file) && isIndex(line) ? { file, line } : null),
  openDisassembly: ({ record, offset }) => (isKey(record) && isIndex(offset) ? { record, offset } : null),
  goToSource: ({ key }) => (isText(key) ? { key } : null),
  chooseArguments: () => ({}),
  editorState: ({ mode, foldRuns, filtered, selected }) =>
    isMode(mode) &&
    typeof foldRuns === 'boolean' &&
    typeof filtered === 'boolean' &&
    typeof selected === 'boolean'
      ? { mode, foldRuns, filtered, selected }
      : null,
};

function isKind(kind: string): kind is keyof AllRequests {
  return Object.hasOwn(parsers, kind);
}

function copyRequest({
  view,
  key,
  format,
}: Readonly<Record<string, unknown>>): AllRequests['copy']['request'] | null {
  const known = copyFormats.find((one) => one === format);
  return isText(view) && isKey(key) && known !== undefined ? { view, key, format: known } : null;
}

const copyFormats: readonly CopyFormat[] = ['key', 'python', 'row', 'tsv', 'markdown', 'csv', 'json'];
const sortColumns: readonly SortColumn[] = ['name', 'shape', 'dtype', 'elements', 'bytes', 'share'];

function viewState(state: Readonly<Record<string, unknown>>): ViewState | null {
  const { mode, filter, foldRuns, expanded, collapsed } = state;
  const sort = sortOrder(state['sort']);
  if (!isMode(mode) || !isText(filter) || typeof foldRuns !== 'boolean' || sort === undefined) return null;
  if (!isKeys(expanded) || !isKeys(collapsed)) return null;
  return { mode, filter, sort, foldRuns, expanded, collapsed };
}

/** Undefined for what is no order. */
function sortOrder(value: unknown): ViewState['sort'] | undefined {
  if (value === null) return null;
  const { column, descending } = record(value);
  const known = sortColumns.find((one) => one === column);
  return known !== undefined && typeof descending === 'boolean' ? { column: known, descending } : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxText;
}

function isKey(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isKeys(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= maxKeys && value.every(isText);
}

function isMode(value: unknown): value is ViewState['mode'] {
  return value === 'tree' || value === 'table';
}
