import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, manifest } from './support/extension';

describe('The extension in VS Code', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that its manifest names', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const named = manifest().contributes.commands.map(({ command }) => command);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('puts all its commands into one category', () => {
    const categories = new Set(manifest().contributes.commands.map(({ category }) => category));
    assert.deepEqual([...categories], ['Graftlens']);
  });

  it('is the default editor for checkpoints and an option for names that others use too', () => {
    const patterns = (priority: string) =>
      manifest()
        .contributes.customEditors.filter((editor) => editor.priority === priority)
        .flatMap(({ selector }) => selector.map(({ filenamePattern }) => filenamePattern))
        .sort();
    for (const pattern of ['*.pkl', '*.pt', '*.pth', '*.safetensors']) {
      assert.ok(patterns('default').includes(pattern), `${pattern} by default`);
    }
    for (const pattern of ['*.bin', '*.ckpt']) {
      assert.ok(patterns('option').includes(pattern), `${pattern} as an option`);
      assert.ok(!patterns('default').includes(pattern), `${pattern} not by default`);
    }
  });

  it('declares how it behaves in Restricted Mode and in virtual workspaces', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest().capabilities;
    assert.ok(untrustedWorkspaces.supported === true || untrustedWorkspaces.supported === 'limited');
    assert.notEqual(virtualWorkspaces, undefined);
  });

  it('gives every setting a default and a description, in its own section', () => {
    const settings = manifest().contributes.configuration.flatMap(({ properties }) =>
      Object.entries(properties),
    );
    assert.ok(settings.length > 0);
    for (const [name, setting] of settings) {
      assert.match(name, /^graftlens\./);
      assert.notEqual(setting.default, undefined, `${name} has a default`);
      const text = setting.markdownDescription ?? setting.description ?? '';
      assert.ok(text.length > 0 && !text.startsWith('%'), `${name} has a description`);
    }
  });

  it('starts no process, opens no socket and activates nothing before a file is opened', () => {
    assert.ok(!manifest().activationEvents.includes('*'));
    assert.ok(!manifest().activationEvents.includes('onStartupFinished'));
  });
});
