import { readSafetensorsHeader } from '../../archive/safetensorsHeader';
import { safetensorsFault } from '../../archive/safetensorsRules';
import { CheckpointError } from '../../checkpointError';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import type { Walk } from './walk';

/** A safetensors file holds no code; whether it can be read is all that is to be said of it. */
export async function checkSafetensors(walk: Walk, layer: Layer): Promise<void> {
  const { source } = layer;
  const length = await source.read(0, 4);
  if (new DataView(length.buffer, length.byteOffset).getUint32(0, true) > containerLimits.safetensorsHeader) {
    walk.limit(layer, 'limit.safetensorsHeader', containerLimits.safetensorsHeader);
    return;
  }
  try {
    const fault = safetensorsFault(await readSafetensorsHeader(source), source.size);
    if (fault !== null) walk.unreadable(layer, fault);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    walk.unreadable(layer, error);
  }
}
