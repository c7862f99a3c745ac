import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { editorEn, editorZhCn } from '../../../src/protocol/texts/editor';

/** Codes that the source of a folder names as a whole: `'editor.copyKey'`, `"host.deleted"`. */
function codesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/['"`]((?:editor|host)\.[\w.]+)['"`]/g),
    ])
    .map(([, code]) => code ?? '');
}

/** Codes that are put together: `editor.column.${column}`. */
const composed = /^(editor\.(column|mode)|format)\.[\w-]+$/;

describe('The texts of the checkpoint editor', () => {
  const used = new Set([...codesIn('media'), ...codesIn(join('src', 'views'))]);

  it('are there for every code that the editor and its host use', () => {
    assert.ok(used.size > 40);
    for (const code of used) assert.ok(Object.hasOwn(editorEn, code), code);
  });

  it('are all used', () => {
    for (const code of Object.keys(editorEn)) assert.ok(used.has(code) || composed.test(code), code);
  });

  it('take the same arguments in both languages', () => {
    const places = (text: string) => new Set([...text.matchAll(/\{(\d+)/g)].map(([, digits]) => digits));
    for (const [code, text] of Object.entries(editorEn)) {
      const translated = editorZhCn[code as keyof typeof editorEn];
      for (const place of places(translated)) assert.ok(places(text).has(place), `${code}: {${place}}`);
    }
  });
});
