import type { ByteSource, Platform } from '../../archive/byteSource';
import { CheckpointError } from '../../checkpointError';
import { looksLikeTar } from '../../archive/tarDirectory';
import type { WeightsOnlyAnswer } from '../report';
import { Context } from './context';
import { weightsOnlyLimits } from './limits';
import { Refused, Unsure } from './outcome';
import { NeedMore, PickleReader } from './pickleReader';
import { iterate } from './python';
import { runRestricted, type PersistentLoad, type StreamPlace } from './restrictedUnpickler';
import { ArchiveStorages, LegacyStorages } from './storages';
import { TorchArchive } from './torchArchive';
import { torchFacts, torchVersions, type TorchVersion } from './torchVersions';
import { Complex, Float, Opaque, Tensor, type Value } from './values';

/**
 * What `torch.load(file, weights_only=True)` of each known version says, oldest first: whether it would return.
 * Nothing but the file decides: default options, no globals added by the user, and a machine that has the
 * devices which storages name. Empty for safetensors, which torch reads (if at all) without unpickling.
 */
export async function weightsOnlyAnswers(
  source: ByteSource,
  platform: Platform,
): Promise<readonly WeightsOnlyAnswer[]> {
  if (isSafetensors(source)) return [];
  const answers: WeightsOnlyAnswer[] = [];
  let last: { context: Context; answer: WeightsOnlyAnswer } | null = null;
  for (const torch of [...torchVersions].reverse()) {
    if (last?.context.isSameFor(torch) !== true) last = await follow(source, platform, torch);
    answers.unshift({ ...last.answer, torch: torch.version });
  }
  return answers;
}

/** The answer of one version; null for a file that is not unpickled. */
export async function weightsOnlyAnswer(
  source: ByteSource,
  platform: Platform,
  torch: TorchVersion,
): Promise<WeightsOnlyAnswer | null> {
  return isSafetensors(source) ? null : (await follow(source, platform, torch)).answer;
}

function isSafetensors(source: ByteSource): boolean {
  return source.name.endsWith('.safetensors');
}

/** Where torch is in a file while it is followed. */
interface Position {
  record: string | null;
  readonly place: StreamPlace;
}

async function follow(
  source: ByteSource,
  platform: Platform,
  torch: TorchVersion,
): Promise<{ context: Context; answer: WeightsOnlyAnswer }> {
  const context = new Context(torch);
  const position: Position = { record: null, place: { offset: -1 } };
  const answer = (accepted: boolean | null, reason: WeightsOnlyAnswer['reason']): WeightsOnlyAnswer => ({
    torch: torch.version,
    accepted,
    reason,
    place:
      accepted !== false || position.place.offset < 0
        ? null
        : { record: position.record, offset: position.place.offset },
  });
  try {
    await load(source, platform, context, position);
  } catch (error) {
    if (error instanceof Refused)
      return { context, answer: answer(false, { code: error.code, args: error.args }) };
    // A file that cannot be read, or no longer: torch might have better luck.
    if (!(error instanceof Unsure) && !(error instanceof CheckpointError)) throw error;
    context.unsure(error.code, ...error.args);
  }
  return { context, answer: context.doubt === null ? answer(true, null) : answer(null, context.doubt) };
}

async function load(
  source: ByteSource,
  platform: Platform,
  context: Context,
  position: Position,
): Promise<void> {
  const head = await source.read(0, 512);
  const isZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
  if (isZip) return loadArchive(source, platform, context, position);
  if (isTar(head, source.size)) {
    if (context.rule('tar') === 'refuses') throw new Refused('weightsOnly.tar');
    throw new Unsure('weightsOnly.readsTar');
  }
  return loadLegacy(source, context, position);
}

/** `tarfile.open(mode='r:')`: a header block, or the zeros that end an archive. */
function isTar(head: Uint8Array, size: number): boolean {
  return head.length === 512 && (looksLikeTar(head) || head.every((byte) => byte === 0)) && size >= 512;
}

/** `torch.serialization._load`. */
async function loadArchive(
  source: ByteSource,
  platform: Platform,
  context: Context,
  position: Position,
): Promise<void> {
  const archive = await TorchArchive.open(source, platform);
  const smallRecord = async (name: string): Promise<Uint8Array | null> => {
    const record = archive.find(name);
    return record === undefined ? null : archive.read(record, weightsOnlyLimits.pickleBytes);
  };
  const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 1_000));
  const id = context.rule('serializationId') ? await smallRecord('.data/serialization_id') : null;
  const version = (await smallRecord('.data/version')) ?? (await smallRecord('version'));
  if (version === null) throw new Refused('weightsOnly.record', ['version']);
  const number = /^\s*[+-]?\d+/.exec(text(version))?.[0];
  if (number === undefined || !context.rule('archiveVersions').includes(Number(number))) {
    throw new Refused('weightsOnly.version', [text(version).slice(0, 40)]);
  }
  if (archive.allRecords().includes('constants.pkl')) {
    if (context.rule('torchscript') === 'refuses') throw new Refused('weightsOnly.torchscript');
    throw new Unsure('weightsOnly.runsTorchscript');
  }
  // Whatever it says, torch reads it since it reads the alignment, too.
  if (context.rule('storageAlignment')) await smallRecord('.format_version');
  if (context.rule('byteOrder')) {
    const order = await smallRecord('byteorder');
    if (order !== null && !['little', 'big'].includes(text(order))) {
      throw new Refused('weightsOnly.byteOrder', [text(order).slice(0, 40)]);
    }
  }
  if (context.rule('storageAlignment')) {
    const alignment = await smallRecord('.storage_alignment');
    if (alignment !== null && !/^\s*[+-]?\d+(_\d+)*\s*$/.test(text(alignment))) {
      throw new Refused('weightsOnly.alignment', [text(alignment).slice(0, 40)]);
    }
  }
  const data = archive.find('data.pkl');
  if (data === undefined) throw new Refused('weightsOnly.record', ['data.pkl']);
  const bytes = await archive.read(data, weightsOnlyLimits.pickleBytes);
  const storages = new ArchiveStorages(archive, context);
  position.record = data.name;
  runRestricted(new PickleReader(bytes, 0, true), context, (one) => storages.load(one), position.place);
  position.place.offset = -1;
  const { pickleBytes } = weightsOnlyLimits;
  await Promise.all([...storages.records].map((record) => archive.require(record, pickleBytes)));
  if (id !== null && !isUtf8(id)) throw new Refused('weightsOnly.text');
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** `torch.serialization._legacy_load`: five pickles, then each storage's count and bytes. */
async function loadLegacy(source: ByteSource, context: Context, position: Position): Promise<void> {
  const { keys, storages, end } = await readPickles(source, context, position);
  position.place.offset = -1;
  const items = iterate(keys, context, 'storage keys');
  if (items === null) return;
  let at = end;
  const reads: Promise<void>[] = [];
  for (const key of items) {
    const storage = storages.made.get(key);
    if (storage === undefined) throw new Refused('weightsOnly.storageKey');
    reads.push(
      requireStorageBytes(source, at, storage.bytes, torchFacts.elementSizes.get(storage.dtype ?? '') ?? 1),
    );
    if (storage.isMeta) context.unsure('weightsOnly.device', 'meta');
    at += 8 + storage.bytes;
    if (at > source.size) break;
  }
  await Promise.all(reads);
  if (at > source.size) throw new Refused('weightsOnly.ends');
}

async function requireStorageBytes(
  source: ByteSource,
  at: number,
  bytes: number,
  elementBytes: number,
): Promise<void> {
  const header = await source.read(at, 8);
  if (header.length < 8) throw new Refused('weightsOnly.ends');
  const count = new DataView(header.buffer, header.byteOffset, 8).getBigInt64(0, true);
  const said = count * BigInt(elementBytes);
  if (said !== BigInt(bytes)) throw new Refused('weightsOnly.storageSize', ['storage', String(said), bytes]);
}

interface LegacyPickles {
  readonly keys: Value;
  readonly storages: LegacyStorages;
  readonly end: number;
}

/** Reads the pickles from the start of the file, from more of it as long as they go on. */
async function readPickles(source: ByteSource, context: Context, position: Position): Promise<LegacyPickles> {
  const most = Math.min(source.size, weightsOnlyLimits.pickleBytes);
  for (let length = Math.min(most, 1 << 20); ; length = Math.min(most, length * 4)) {
    const bytes = await source.read(0, length);
    const reader = new PickleReader(bytes, 0, bytes.length >= source.size || bytes.length < length);
    try {
      return runPickles(reader, context, position, source.size);
    } catch (error) {
      if (!(error instanceof NeedMore)) throw error;
      if (length >= most) throw new Unsure('weightsOnly.tooLong', [weightsOnlyLimits.pickleBytes]);
    }
  }
}

const noIds: PersistentLoad = () => {
  throw new Refused('weightsOnly.noIds');
};

function runPickles(
  reader: PickleReader,
  context: Context,
  position: Position,
  fileSize: number,
): LegacyPickles {
  const run = (persistentLoad: PersistentLoad) =>
    runRestricted(reader, context, persistentLoad, position.place);
  if (!isNumber(run(noIds), magicNumber, context)) throw new Refused('weightsOnly.magic');
  const protocol = run(noIds);
  if (!isNumber(protocol, BigInt(protocolVersion), context)) throw new Refused('weightsOnly.protocol');
  // What the machine was that saved it: anything.
  run(noIds);
  const storages = new LegacyStorages(context, fileSize);
  run((id) => storages.load(id));
  return { keys: run(noIds), storages, end: reader.position };
}

/** Python's `value == number`. */
function isNumber(value: Value, number: bigint, context: Context): boolean {
  if (value instanceof Opaque || value instanceof Tensor) {
    context.unsure('weightsOnly.opaque', 'magic number');
    return true;
  }
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value) === number;
  if (value instanceof Float) return Number.isInteger(value.value) && BigInt(value.value) === number;
  return (
    value instanceof Complex && value.imaginary === 0 && isNumber(new Float(value.real), number, context)
  );
}
