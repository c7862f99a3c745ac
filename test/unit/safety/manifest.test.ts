import assert from 'node:assert/strict';
import manifest from '../../../package.json';

describe('The manifest', () => {
  const sections = manifest.contributes.configuration as readonly {
    readonly properties: Readonly<Record<string, { readonly scope?: string; readonly default?: unknown }>>;
  }[];
  const settings = new Map(sections.flatMap(({ properties }) => Object.entries(properties)));

  it('lets no workspace say which Python is started', () => {
    assert.equal(settings.get('graftlens.python.interpreterPath')?.scope, 'machine');
    const startable = [...settings.keys()].filter((name) =>
      /path|command|executable|interpreter/i.test(name),
    );
    assert.deepEqual(startable, ['graftlens.python.interpreterPath']);
  });

  it('opens files in Restricted Mode, where no Python is started', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, true);
  });
});
