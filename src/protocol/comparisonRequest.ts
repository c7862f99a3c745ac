import type {
  ComparisonAction,
  ComparisonRequestMessage,
  ComparisonRequests,
  ComparisonSideName,
} from './comparisonPage';
import { isIndex, isPath, isText, record } from './pageRequest';

const actions: readonly ComparisonAction[] = [
  'run',
  'swap',
  'copyMarkdown',
  'copyJson',
  'export',
  'chooseArguments',
];

/** A request of a comparison's page as it should be, or null. */
export function parseComparisonRequest(data: unknown): ComparisonRequestMessage | null {
  const { type, id, kind, body } = record(data);
  if (type !== 'request' || !isIndex(id) || typeof kind !== 'string' || !isKind(kind)) return null;
  const parsed = parsers[kind](record(body));
  // Kind and body come from the same parser, which the compiler cannot see.
  return parsed === null ? null : ({ type, id, kind, body: parsed } as ComparisonRequestMessage);
}

type Parser<K extends keyof ComparisonRequests> = (
  body: Readonly<Record<string, unknown>>,
) => ComparisonRequests[K]['request'] | null;

const parsers: { readonly [K in keyof ComparisonRequests]: Parser<K> } = {
  ready: () => ({}),
  cancel: () => ({}),
  act: ({ action }) => {
    const known = actions.find((one) => one === action);
    return known === undefined ? null : { action: known };
  },
  reveal: ({ side, key }) => (isSide(side) && (key === null || isText(key)) ? { side, key } : null),
  usePart: ({ side, path }) => (isSide(side) && isPath(path) ? { side, path } : null),
  goTo: ({ file, line }) => (isText(file) && isIndex(line) ? { file, line } : null),
};

function isKind(kind: string): kind is keyof ComparisonRequests {
  return Object.hasOwn(parsers, kind);
}

function isSide(value: unknown): value is ComparisonSideName {
  return value === 'a' || value === 'b';
}
