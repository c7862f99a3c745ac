import type { CheckRequestMessage, CheckRequests, PageAction, RepairAction } from './checkPage';
import { isIndex, isPath, isText, record } from './pageRequest';

const actions: readonly PageAction[] = [
  'addBaseline',
  'chooseArguments',
  'choosePython',
  'run',
  'showLog',
  'signal',
  'trust',
];
const repairActions: readonly RepairAction[] = ['copy', 'insert', 'mapping', 'save'];

/** A request of the report's page as it should be, or null: what a page sends is a claim like any input. */
export function parseCheckRequest(data: unknown): CheckRequestMessage | null {
  const { type, id, kind, body } = record(data);
  if (type !== 'request' || !isIndex(id) || typeof kind !== 'string' || !isKind(kind)) return null;
  const parsed = parsers[kind](record(body));
  // Kind and body come from the same parser, which the compiler cannot see.
  return parsed === null ? null : ({ type, id, kind, body: parsed } as CheckRequestMessage);
}

type Parser<K extends keyof CheckRequests> = (
  body: Readonly<Record<string, unknown>>,
) => CheckRequests[K]['request'] | null;

const parsers: { readonly [K in keyof CheckRequests]: Parser<K> } = {
  ready: () => ({}),
  cancel: () => ({}),
  export: () => ({}),
  act: ({ action }) => {
    const known = actions.find((one) => one === action);
    return known === undefined ? null : { action: known };
  },
  goTo: ({ file, line }) => (isText(file) && isIndex(line) ? { file, line } : null),
  revealKey: ({ key }) => (isText(key) ? { key } : null),
  usePart: ({ path }) => (isPath(path) ? { path } : null),
  repair: ({ index, action }) => {
    const known = repairActions.find((one) => one === action);
    return isIndex(index) && known !== undefined ? { index, action: known } : null;
  },
};

function isKind(kind: string): kind is keyof CheckRequests {
  return Object.hasOwn(parsers, kind);
}
