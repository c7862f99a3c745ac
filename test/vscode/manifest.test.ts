import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('The extension in VS Code', () => {
  it('is found under its name', () => {
    assert.ok(vscode.extensions.getExtension('graftlens.graftlens'));
  });
});
