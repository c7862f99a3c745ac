import type { LiveModule } from '../python/liveModule';
import { skeletonOf } from '../python/mergeSyntax';
import type { Statement } from '../python/syntax';
import type { Glance, Reads } from './reads';
import type { Sources } from './sources';
import { startOf, topLevelOf } from './topLevel';

/** What a result rests on in one file. */
interface FileFooting {
  readonly path: string;
  /** Null for what could not be read. */
  readonly live: LiveModule | null;
  revision: number;
  readonly start: readonly unknown[];
  /** Of each variable: what its statements do. */
  readonly names: ReadonlyMap<string, readonly object[]>;
  /** The same for all statements, where names were listed. */
  readonly all: readonly object[] | null;
  readonly bodies: ReadonlyMap<string, readonly Statement[]>;
  readonly glances: ReadonlyMap<string, { readonly glance: Glance; readonly seen: string }>;
  readonly statements: readonly Statement[];
}

/** Tells where a line of a file is now; null when it is gone. */
export type LineFinder = (file: string, line: number) => number | null;

/** What a result rests on: it holds as long as all of this is there. */
export class Footing {
  private constructor(private readonly files: readonly FileFooting[]) {}

  static of(reads: Reads, sources: Sources): Footing {
    const all = reads.whole();
    const files = new Map<string, FileFooting>();
    const modules = new Set([
      ...all.names.keys(),
      ...all.listed,
      ...all.bodies.values(),
      ...[...all.glances.values()].map(([module]) => module),
    ]);
    for (const module of modules) {
      if (module.isInternal) continue;
      const names = all.names.get(module) ?? new Set();
      const live = sources.live(module.file);
      files.set(module.file, fileFooting(module.file, live, names, all, all.listed.has(module)));
    }
    return new Footing([...files.values()]);
  }

  /**
   * Whether all of it is there; then it is taken over to the texts as they are now, and what is given tells where
   * lines have gone. Null when something is not there, or has changed so often that its lines cannot be told.
   */
  stand(sources: Sources): LineFinder | 'still' | null {
    const moved: FileFooting[] = [];
    for (const file of this.files) {
      const live = sources.live(file.path);
      if (live !== file.live) return null;
      if (live === null || live.revision === file.revision) continue;
      if (live.revision !== file.revision + 1 || !holds(file, live)) return null;
      moved.push(file);
    }
    if (moved.length === 0) return 'still';
    for (const file of moved) file.revision++;
    const byPath = new Map(moved.map((file) => [file.path, file.live]));
    return (path, line) => {
      const live = byPath.get(path);
      return live === undefined || live === null ? line : live.lineNow(line);
    };
  }
}

function fileFooting(
  path: string,
  live: LiveModule | null,
  names: ReadonlySet<string>,
  reads: Reads,
  isListed: boolean,
): FileFooting {
  const bodies = new Map<string, readonly Statement[]>();
  const glances = new Map<string, { glance: Glance; seen: string }>();
  if (live !== null) {
    for (const definition of reads.bodies.keys()) {
      const name = live.nameOf(definition);
      if (name !== undefined) bodies.set(name, definition.body);
    }
    for (const [definition, [, glance]] of reads.glances) {
      const name = live.nameOf(definition);
      if (name !== undefined) glances.set(name, { glance, seen: glance(definition) });
    }
  }
  const body = live?.module.body ?? [];
  return {
    path,
    live,
    revision: live?.revision ?? 0,
    start: live === null ? [] : startOf(live.module),
    names: new Map([...names].map((name) => [name, bindersOf(live, name)])),
    all: isListed ? body.map(skeletonOf) : null,
    bodies,
    glances,
    statements: body.filter((statement) => reads.statements.has(statement)),
  };
}

function bindersOf(live: LiveModule | null, name: string): readonly object[] {
  return live === null ? [] : (topLevelOf(live.module).binders.get(name) ?? []).map(skeletonOf);
}

function holds(file: FileFooting, live: LiveModule): boolean {
  const { module } = live;
  if (!same(startOf(module), file.start)) return false;
  if (file.all !== null && !same(module.body.map(skeletonOf), file.all)) return false;
  for (const [name, binders] of file.names) if (!same(bindersOf(live, name), binders)) return false;
  for (const [name, body] of file.bodies) if (live.functions.get(name)?.body !== body) return false;
  for (const [name, { glance, seen }] of file.glances) {
    const definition = live.functions.get(name);
    if (definition === undefined || glance(definition) !== seen) return false;
  }
  return file.statements.every((statement) => module.body.includes(statement));
}

function same(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, i) => item === right[i]);
}
