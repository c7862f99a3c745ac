import { readFileSync } from 'node:fs';
import { MemorySource } from '../../src/archive/memorySource';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint';
import { nodePlatform } from '../../src/files/nodePlatform';
import { OutlineDocument } from '../../src/outline/outlineDocument';
import { OutlineView } from '../../src/outline/outlineView';
import { summaryOf } from '../../src/outline/summary';
import type { ViewState } from '../../src/protocol/messages';

/**
 * What the worker computes for an editor, in milliseconds of processor time (the engine's own threads
 * included), as JSON. `editor.cjs open FILE`: one opening in a fresh process. `editor.cjs filters`: filters
 * of 100,000 keys, warm, the median of many.
 */
const state: ViewState = {
  mode: 'tree',
  filter: '',
  sort: null,
  foldRuns: true,
  expanded: [],
  collapsed: [],
};

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function opening(file: string): Promise<Record<string, number>> {
  const source = new MemorySource('many.pt', new Uint8Array(readFileSync(file)));
  const times: Record<string, number> = {};
  let last = processorTime();
  const lap = (name: string): void => {
    const now = processorTime();
    times[name] = now - last;
    last = now;
  };
  const checkpoint = await openCheckpoint(source, nodePlatform);
  lap('read');
  const document = new OutlineDocument(checkpoint.root);
  lap('survey');
  summaryOf(checkpoint, document.outline, 1);
  lap('summary');
  const view = new OutlineView(document);
  view.setState(state, null);
  view.rowRange(0, 128);
  lap('first rows');
  void document.treeIndex;
  lap('names for searching');
  return times;
}

/** As typed, one letter more at a time, where a filter has several. */
const filters: Record<string, readonly string[]> = {
  'substring of 100,000': ['layers'],
  'substring of 25,000': ['q_proj'],
  'typed letter by letter': ['1', '12', '12.', '12.s', '12.se', '12.sel', '12.self'],
  glob: ['*.self_attn.*_proj.weight'],
  'regular expression': ['/layers\\.\\d+5\\.mlp/'],
  'dtype and size': ['dtype:float16 >1K'],
};

async function filtering(): Promise<Record<string, number>> {
  const view = new OutlineView(new OutlineDocument((await openCheckpoint(manyKeys(), nodePlatform)).root));
  const times: Record<string, number> = {};
  for (const mode of ['tree', 'table'] as const) {
    for (const [name, typed] of Object.entries(filters)) {
      const runs: number[] = [];
      for (let run = 0; run < 15; run++) {
        view.setState({ ...state, mode }, null);
        const start = processorTime();
        for (const filter of typed) {
          view.setState({ ...state, mode, filter }, null);
          view.rowRange(0, 128);
        }
        runs.push((processorTime() - start) / typed.length);
      }
      const warm = runs.slice(4).sort((a, b) => a - b);
      times[`${name}, ${mode}`] = warm[warm.length >> 1] ?? 0;
    }
  }
  return times;
}

/** A safetensors file of a deep language model: 10,000 blocks of ten tensors. */
function manyKeys(): MemorySource {
  const parts = ['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name) => `self_attn.${name}.weight`);
  parts.push('mlp.gate_proj.weight', 'mlp.up_proj.weight', 'mlp.down_proj.weight');
  parts.push('input_layernorm.weight', 'post_attention_layernorm.weight', 'mlp.act.bias');
  const header: Record<string, unknown> = {};
  let end = 0;
  for (let block = 0; block < 10_000; block++) {
    parts.forEach((part, index) => {
      const shape = index < 7 ? [16, 64 + (block % 3)] : [64];
      const start = end;
      end += shape.reduce((product, size) => product * size, 2);
      header[`model.layers.${block}.${part}`] = { dtype: 'F16', shape, data_offsets: [start, end] };
    });
  }
  const text = Buffer.from(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return new LongSource('many.safetensors', file, 8 + text.length + end);
}

/** A file whose end is zeros that nobody reads. */
class LongSource extends MemorySource {
  constructor(
    name: string,
    bytes: Uint8Array,
    private readonly length: number,
  ) {
    super(name, bytes);
  }

  override get size(): number {
    return this.length;
  }
}

const [what, file] = process.argv.slice(2);
const answer = what === 'open' ? opening(file ?? '') : filtering();
void answer.then((times) => process.stdout.write(JSON.stringify(times)));
