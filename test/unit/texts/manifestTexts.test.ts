import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import english from '../../../package.nls.json';
import chinese from '../../../package.nls.zh-cn.json';

const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = { english, chinese };

describe('The texts of the manifest', () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '');

  for (const [language, table] of Object.entries(tables)) {
    it(`are all there in ${language}, and none is left over`, () => {
      assert.deepEqual(Object.keys(table).sort(), [...new Set(used)].sort());
    });

    it(`are not empty in ${language}`, () => {
      for (const [key, text] of Object.entries(table)) assert.notEqual(text.trim(), '', key);
    });
  }

  it('are translated', () => {
    for (const [key, text] of Object.entries(chinese)) assert.match(text, /[\u4e00-\u9fff]/, key);
  });

  it('name only commands and links that exist', () => {
    const commands = new Set(manifest.contributes.commands.map(({ command }) => command));
    for (const text of [...Object.values(english), ...Object.values(chinese)]) {
      for (const [, command] of text.matchAll(/\(command:([\w.]+)\)/g)) {
        assert.ok(command?.startsWith('workbench.') === true || commands.has(command ?? ''), command);
      }
    }
  });
});
