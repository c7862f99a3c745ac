import type { ByteSource, Platform } from '../../archive/byteSource';
import { SliceSource } from '../../archive/sliceSource';
import { CheckpointError } from '../../checkpointError';
import type { ContainerVisitor, PickleVisit, TorchFormat } from '../streams';
import { Budget } from './budget';
import { isCompressed, walkCompressed } from './compressedLayer';
import { contentKind, startsWith, type ContentKind } from './contentKind';
import type { Layer } from './layer';
import { containerLimits } from './limits';
import { walkPickles } from './pickleRow';
import { plausiblePickle } from './plausiblePickle';
import { checkSafetensors } from './safetensorsFile';
import { walkTar } from './tarArchive';
import { findZipBehind, walkZip } from './zipArchive';

/** Looks at bytes of any kind, and at all that is inside. */
export class Walk {
  readonly budget = new Budget();
  /** What the file is to torch, once an archive said so. */
  format: TorchFormat | null = null;
  private readonly listed = new Map<string, number>();

  constructor(
    readonly platform: Platform,
    private readonly visitor: ContainerVisitor,
  ) {}

  /** @returns what the bytes are */
  async layer(layer: Layer): Promise<ContentKind> {
    const { source } = layer;
    const head = await source.read(0, Math.min(containerLimits.head, source.size));
    const kind = contentKind(head, source.size);
    if (layer.depth > containerLimits.depth) {
      this.limit(layer, 'limit.depth', containerLimits.depth);
      return kind;
    }
    switch (kind) {
      case 'zip':
        if (layer.depth > 0) this.budget.takeArchive();
        await walkZip(this, layer);
        return kind;
      case 'tar':
        // Whatever the name of its first member spells.
        if (head[0] === 0x80) this.disagree(layer, 'tarAndPickle', []);
        await this.guess(layer, head);
        await walkTar(this, layer);
        return kind;
      case 'numpy':
        await walkPickles(this, layer, false);
        break;
      case 'pickle':
        if (layer.role === 'storage') await this.guess(layer, head);
        else if (isSurelyPickle(layer, head)) await walkPickles(this, layer, true);
        else await walkPickles(this, layer, false);
        break;
      default:
        await this.other(layer, kind, head);
    }
    if (layer.role === 'file' && kind !== 'pickle' && kind !== 'safetensors') {
      await findZipBehind(this, layer, 0, kind);
    }
    return kind;
  }

  /** Visits bytes as a pickle if they may be one; whether that is all that they are. */
  async guess(layer: Layer, head: Uint8Array): Promise<boolean> {
    if (!plausiblePickle(head, layer.source.size, layer.role === 'storage')) return false;
    return walkPickles(this, layer, false);
  }

  /** A part of a layer's bytes as a layer of no record's own. */
  part(layer: Layer, start: number, end: number, role: Layer['role']): Layer {
    const source: ByteSource = new SliceSource(layer.source, start, end - start, layer.source.name);
    return { ...layer, source, role, loadedByTorch: false };
  }

  async pickle(
    layer: Layer,
    start: number,
    isOne: boolean,
    loadedByTorch: boolean,
  ): Promise<PickleVisit | null> {
    if (!this.budget.hasOpcodes) {
      this.limit(layer, 'limit.opcodes', containerLimits.opcodes);
      return null;
    }
    if (!this.budget.takePickle()) {
      this.limit(layer, 'limit.pickles', containerLimits.pickles);
      return null;
    }
    const { source, record } = layer;
    const stream = { record, source, start, end: source.size, loadedByTorch };
    const visit = isOne ? await this.visitor.pickle(stream) : await this.visitor.guess(stream);
    this.budget.spendOpcodes(visit.opcodes);
    return visit;
  }

  /** Said once of each kind and record, and of a kind no more often than a person would read. */
  disagree(layer: Layer, code: string, args: readonly (string | number)[], record = layer.record): void {
    if (layer.role === 'storage' || !this.mayList(code)) return;
    this.visitor.disagreement({ code: `disagreement.${code}`, args, record });
  }

  notScanned(layer: Layer, code: string, args: readonly (string | number)[], record = layer.record): void {
    if (layer.role === 'storage' || !this.mayList(code)) return;
    this.visitor.notScanned({ code: `notScanned.${code}`, args, record });
  }

  unreadable(layer: Layer, error: CheckpointError, record = layer.record): void {
    if (layer.role === 'storage' || !this.mayList(error.code)) return;
    this.visitor.unreadable(new CheckpointError(error.code, error.args, error.offset, record));
  }

  /** A limit that was hit: what follows was not scanned, and so nothing good can be said of the file. */
  limit(layer: Layer, code: string, ...args: readonly (string | number)[]): void {
    if (layer.role === 'storage' || !this.mayList(code)) return;
    this.visitor.notScanned({ code: `notScanned.${code}`, args, record: layer.record });
    this.visitor.unreadable(new CheckpointError(`notScanned.${code}`, args, null, layer.record));
  }

  private mayList(code: string): boolean {
    const count = this.listed.get(code) ?? 0;
    this.listed.set(code, count + 1);
    return count < containerLimits.listed;
  }

  private async other(layer: Layer, kind: ContentKind, head: Uint8Array): Promise<void> {
    if (isCompressed(kind)) {
      if (layer.role !== 'storage') await walkCompressed(this, layer, kind);
      await this.guess(layer, head);
      return;
    }
    if (layer.role === 'pickle') {
      await walkPickles(this, layer, true);
      return;
    }
    if (await this.guess(layer, head)) return;
    if (kind === 'safetensors' && layer.role === 'file') await checkSafetensors(this, layer);
    if (kind === 'zstd' || kind === 'rar' || kind === 'sevenZip') this.notScanned(layer, 'packed', [kind]);
    else if (kind === 'nativeCode') this.notScanned(layer, 'nativeCode', []);
    else if (layer.role === 'file' && !isPlainText(layer, kind)) this.notScanned(layer, 'format', [kind]);
    else return;
    if (layer.role === 'file') {
      const code = kind in unknownKinds ? 'notCheckpoint.unknown' : `notCheckpoint.${kind}`;
      this.unreadable(layer, new CheckpointError(code, [layer.source.name, layer.source.size]));
    }
  }
}

/** Kinds of which only a scan knows. */
const unknownKinds = { nativeCode: true, zstd: true, rar: true };

/** Files that hold no code by their format: an index of shards, safetensors. */
function isPlainText({ source }: Layer, kind: ContentKind): boolean {
  if (kind === 'safetensors' || kind === 'shardIndex') return true;
  return kind === 'json' && source.name.endsWith('.index.json');
}

/** Whether an error of the stream is one of the file: bytes of other kinds begin like a pickle, too. */
function isSurelyPickle({ role, record, source }: Layer, head: Uint8Array): boolean {
  if (role !== 'member') return true;
  const name = record ?? source.name;
  return startsWith(head, '\x80') && /\.(pkl|pickle|p|pt|pth|ckpt|joblib|bin|dat)$/i.test(name);
}
