import type { ByteSource, Platform } from '../../archive/byteSource';
import { MemorySource } from '../../archive/memorySource';
import type { ContainerVisitor, TorchFormat } from '../streams';
import { containerLimits } from './limits';
import { Walk } from './walk';

/**
 * Walks every record, stream and layer of a file by what the bytes are, whatever their names say. Errors of the
 * file go to the visitor; those of the platform are thrown.
 */
export async function readContainer(
  source: ByteSource,
  platform: Platform,
  visitor: ContainerVisitor,
): Promise<TorchFormat> {
  const walk = new Walk(platform, visitor);
  const kept =
    source.size > containerLimits.wholeFile
      ? source
      : new MemorySource(source.name, await source.read(0, source.size));
  const kind = await walk.layer({ source: kept, record: null, role: 'file', depth: 0, loadedByTorch: true });
  return walk.format ?? (kind === 'pickle' ? 'legacy' : 'other');
}
