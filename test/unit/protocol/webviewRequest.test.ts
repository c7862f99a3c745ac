import assert from 'node:assert/strict';
import { parseWebviewRequest } from '../../../src/protocol/webviewRequest';

const state = {
  mode: 'tree',
  filter: 'conv',
  sort: { column: 'bytes', descending: true },
  foldRuns: true,
  expanded: ['/a'],
  collapsed: [],
};

const good: readonly (readonly [string, unknown])[] = [
  ['open', { reload: false }],
  ['setView', { view: 'v', state, anchor: null }],
  ['setView', { view: 'v', state: { ...state, sort: null }, anchor: '/a' }],
  ['rows', { view: 'v', start: 0, end: 128 }],
  ['toggle', { view: 'v', key: '/', expanded: true, deep: true }],
  ['nextMatch', { view: 'v', from: -1, backwards: false }],
  ['reveal', { view: 'v', key: '/a' }],
  ['details', { view: 'v', key: '/a' }],
  ['copyToClipboard', { view: 'v', key: null, format: 'markdown' }],
  ['exportTable', { view: 'v' }],
  ['openAsText', {}],
  ['showSource', { name: 'code/a.py', text: 'pass' }],
  ['editorState', { mode: 'table', foldRuns: false, filtered: true, selected: false }],
];

const bad: readonly (readonly [string, unknown])[] = [
  ['open', { reload: 'yes' }],
  ['setView', { view: 'v', state: { ...state, mode: 'map' }, anchor: null }],
  [
    'setView',
    { view: 'v', state: { ...state, sort: { column: '__proto__', descending: true } }, anchor: null },
  ],
  ['setView', { view: 'v', state: { ...state, expanded: [1] }, anchor: null }],
  ['rows', { view: 'v', start: 10, end: 2 }],
  ['rows', { view: 'v', start: 0, end: Infinity }],
  ['rows', { view: 'v', start: -1, end: 2 }],
  ['nextMatch', { view: 'v', from: 0.5, backwards: false }],
  ['copyToClipboard', { view: 'v', key: null, format: 'exe' }],
  ['details', { view: 'v', key: 'x'.repeat(1_000_001) }],
  ['constructor', {}],
  ['__proto__', {}],
  ['executeCommand', { command: 'workbench.action.terminal.new' }],
];

describe('A request from a webview', () => {
  for (const [kind, body] of good) {
    it(`is taken as it is: ${kind} ${JSON.stringify(body).slice(0, 60)}`, () => {
      const message = { type: 'request', id: 3, kind, body };
      assert.deepEqual(parseWebviewRequest(message), message);
    });
  }

  for (const [kind, body] of bad) {
    it(`is refused: ${kind} ${JSON.stringify(body).slice(0, 90)}`, () => {
      assert.equal(parseWebviewRequest({ type: 'request', id: 3, kind, body }), null);
    });
  }

  it('is refused when it is no object, or has no number', () => {
    for (const data of [
      null,
      1,
      'open',
      [],
      { type: 'reply', id: 1 },
      { type: 'request', kind: 'open', body: {} },
    ]) {
      assert.equal(parseWebviewRequest(data), null);
    }
  });

  it('loses what does not belong to it', () => {
    const parsed = parseWebviewRequest({
      type: 'request',
      id: 1,
      kind: 'reveal',
      body: { view: 'v', key: '/', command: 'x' },
    });
    assert.deepEqual(parsed?.body, { view: 'v', key: '/' });
  });
});
