import { candidateStateDicts } from '../checkpoint/candidateStateDicts';
import { openCheckpoint } from '../checkpoint/openCheckpoint';
import { CheckpointError } from '../checkpointError';
import {
  commonKeys,
  comparedKeys,
  type ComparedKeys,
  comparedParts,
  differencesOf,
  keysOfModel,
  keysOfPart,
  MAX_COMPARED_PARTS,
} from '../compatibility/compareStateDicts';
import { totalElements } from '../compatibility/integers';
import type { SourcePlace as ModelPlace } from '../compatibility/model';
import { modelFromPrediction } from '../compatibility/modelFromPrediction';
import type { JsonPath } from '../compatibility/report';
import type { ByteSource } from '../archive/byteSource';
import { NodeFileSource } from '../files/nodeFileSource';
import { nodePlatform } from '../files/nodePlatform';
import { RemoteSource } from '../files/remoteSource';
import type { SourceOverlay } from '../files/overlayTree';
import type { SourcePlace } from '../protocol/messages';
import type {
  ComparedFile,
  ComparedSide,
  ComparisonAnswer,
  ComparisonQuestion,
  SideSummary,
} from './checkMessages';
import { filesThrough } from './filesPort';
import type { SourceReader } from './sourceReader';

/** Something of one side that has keys: a part of a file, or the model. */
interface Part {
  readonly path: JsonPath;
  readonly keys: ComparedKeys;
  readonly classes: ReadonlyMap<string, string>;
  readonly place: SourcePlace | null;
  readonly places: ReadonlyMap<string, SourcePlace>;
}

type NotKnown = Omit<Extract<ComparisonAnswer, { kind: 'notKnown' }>, 'side'>;

/**
 * Keys, shapes and dtypes of two files or models, of the parts that have most keys in common.
 *
 * @throws CheckpointError of reading a file; `check.noPart` where one has no state_dict, `report.noClass` where a
 * file defines no such name
 */
export async function compareSides(
  { a, b, overlays }: ComparisonQuestion,
  source: () => Promise<SourceReader>,
): Promise<ComparisonAnswer> {
  const partsOfA = await partsOf(a, overlays, source);
  if (!isParts(partsOfA)) return { ...partsOfA, side: 'a' };
  const partsOfB = await partsOf(b, overlays, source);
  if (!isParts(partsOfB)) return { ...partsOfB, side: 'b' };
  const triedOfA = tried(partsOfA, a);
  const triedOfB = tried(partsOfB, b);
  const chosen = comparedParts(triedOfA.map(keysOf), triedOfB.map(keysOf));
  const one = chosen === null ? undefined : triedOfA[chosen[0]];
  const other = chosen === null ? undefined : triedOfB[chosen[1]];
  if (one === undefined || other === undefined) {
    throw new CheckpointError('check.noPart', [nameOf(one === undefined ? a : b)]);
  }
  return {
    kind: 'compared',
    keys: comparedKeys(one.keys, other.keys),
    differences: differencesOf(one.keys, other.keys),
    a: summary(one, a.kind === 'file' ? partsOfA : [], other),
    b: summary(other, b.kind === 'file' ? partsOfB : [], one),
  };
}

function isParts(parts: readonly Part[] | NotKnown): parts is readonly Part[] {
  return Array.isArray(parts);
}

function partsOf(
  side: ComparedSide,
  overlays: readonly SourceOverlay[],
  source: () => Promise<SourceReader>,
): Promise<readonly Part[] | NotKnown> {
  return side.kind === 'file' ? partsOfFile(side.file) : partsOfModel(side, overlays, source);
}

async function partsOfFile(file: ComparedFile): Promise<readonly Part[]> {
  const checkpoint = await openCheckpoint(await openFile(file), nodePlatform);
  return candidateStateDicts(checkpoint)
    .slice(0, MAX_COMPARED_PARTS)
    .map((candidate) => ({
      path: candidate.path,
      keys: keysOfPart(candidate),
      classes: candidate.classes ?? new Map<string, string>(),
      place: null,
      places: new Map<string, SourcePlace>(),
    }));
}

function openFile(file: ComparedFile): Promise<ByteSource> {
  return file.type === 'path'
    ? NodeFileSource.open(file.path)
    : RemoteSource.open(file.name, filesThrough(file.port));
}

async function partsOfModel(
  { model, sitePackages }: Extract<ComparedSide, { kind: 'model' }>,
  overlays: readonly SourceOverlay[],
  source: () => Promise<SourceReader>,
): Promise<readonly Part[] | NotKnown> {
  const { prediction } = (await source()).predict(model, overlays, sitePackages);
  if (prediction === null) throw new CheckpointError('report.noClass', [model.name, model.file]);
  const description = modelFromPrediction(prediction);
  const { raises, exact } = description;
  if (raises !== null || !exact) {
    const obstacles = prediction.construction.unknowns.map(({ code, detail, file, line }) => ({
      code,
      detail,
      file,
      line,
    }));
    return { kind: 'notKnown', raises, obstacles };
  }
  const part: Part = {
    path: [],
    keys: keysOfModel(description),
    classes: new Map(description.modules?.map(({ path, type }) => [path, type])),
    place: placeOf(description),
    places: new Map(
      description.entries.flatMap((entry) => {
        const place = placeOf(entry);
        return place === null ? [] : [[entry.key, place] as const];
      }),
    ),
  };
  return [part];
}

function placeOf({ file, line }: ModelPlace): SourcePlace | null {
  return file === null || line === null ? null : { file, line };
}

/** The parts among which the comparison may choose: the one that a person named, else all. */
function tried(parts: readonly Part[], side: ComparedSide): readonly Part[] {
  if (side.kind === 'model' || side.part === null) return parts;
  const wanted = JSON.stringify(side.part);
  const named = parts.filter(({ path }) => JSON.stringify(path) === wanted);
  // A file that was written anew may have the part no longer.
  return named.length > 0 ? named : parts;
}

function keysOf({ keys }: Part): ComparedKeys {
  return keys;
}

function nameOf(side: ComparedSide): string {
  if (side.kind === 'model') return side.model.name;
  return side.file.type === 'path' ? side.file.path : side.file.name;
}

function summary(chosen: Part, parts: readonly Part[], other: Part): SideSummary {
  return {
    part: chosen.path,
    parts: parts.map(({ path, keys }) => ({ path, common: commonKeys(keys, other.keys) })),
    keys: chosen.keys.size,
    elements: elementsOf(chosen.keys),
    classes: chosen.classes,
    place: chosen.place,
    places: chosen.places,
  };
}

function elementsOf(keys: ComparedKeys): SideSummary['elements'] {
  const forms = [...keys.values()];
  // What has a dtype is a tensor; extra state has none.
  if (forms.some(({ shape, dtype }) => shape === null && dtype !== null)) return null;
  return totalElements(forms.map(({ shape }) => shape));
}
