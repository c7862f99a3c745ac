import assert from 'node:assert/strict';
import { attentionTemplates, templateCost } from '../../../src/architecture/attentionTemplates';
import { analysisOf } from '../architecture/memoryTree';

const KINDS = { se: 'SE', cbam: null, eca: 'ECA', coordinate: 'coordinate', simam: 'SimAM' } as const;

describe('An attention block that is inserted', () => {
  for (const template of attentionTemplates) {
    for (const identity of [false, true]) {
      it(`${template.className}${identity ? ' as an identity' : ''} costs what is said before`, async () => {
        for (const channels of [8, 64, 256, 1000]) {
          const args = template.id === 'simam' ? '' : String(channels);
          const analysis = await analysisOf(template.source('nn', identity), template.className, args);
          assert.deepEqual(analysis.unknowns, []);
          assert.equal(analysis.parameters, BigInt(templateCost(template, channels, identity)));
        }
      });
    }
    it(`${template.className} is recognised as one`, async () => {
      const kind = KINDS[template.id];
      const args = template.id === 'simam' ? '' : '64';
      const { attention } = await analysisOf(template.source('nn', false), template.className, args);
      if (kind === null) assert.ok(attention.length > 0);
      else
        assert.deepEqual(
          attention.map((block) => block.kind),
          [kind],
        );
    });
  }
});
