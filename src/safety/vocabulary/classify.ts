import type { Note } from '../../checkpoint/checkpoint';
import type { CallTier, Tier } from '../report';
import type { Danger, KnownGroup } from './entries';
import {
  dangerousPackages,
  dangerousWhenCalled,
  knownPackages,
  reduceFunction,
  tellingNames,
} from './packages';
import { modernPath, python2Modules } from './python2';
import {
  computingModules,
  computingNames,
  dangerousModules,
  dangerousNames,
  knownOfPython,
  packagesOfPython,
} from './standardLibrary';
import { reachingFunctions } from './reaching';
import { dangerousOfTorch, knownOfTorch } from './torch';

/** What the lists say of a name. */
export interface Classification {
  /** Of the name itself, imported or passed on. */
  readonly tier: Tier;
  /** Of calling it, as REDUCE, OBJ and INST do. */
  readonly called: CallTier;
  /** Of making an instance without a call of the name itself (NEWOBJ, `copyreg._reconstructor`). */
  readonly built: CallTier;
  readonly reason: Note | null;
}

/**
 * Classifies what a pickle names. The longest match counts, a whole path before a module; everything below a
 * dangerous name is dangerous, and so is what is reached through an attribute that leads out of its module
 * (`torch.serialization.os.system`, `x.__globals__`). Names of Python 2 count as what they became.
 */
export function classify(module: string, name: string): Classification {
  // Most names of a hostile stream are of no list at all, and lead nowhere.
  if (!lists.roots.has(rootOf(module)) && isPlain(module, name)) return ofUnknown(name);
  if (name.endsWith(constructor)) {
    // Protocol 2 writes a class's arguments by keyword as `partial(cls.__new__, cls, …)()`.
    const ofClass = classify(module, name.slice(0, -constructor.length));
    return { ...ofClass, called: ofClass.built };
  }
  const asSpelled = `${module}.${name}`;
  const path = modernPath(module, name);
  const modern = classifyPath(path, path.endsWith(`.${name}`) ? name : '');
  // What a list knows under its new name is no secret under its old one.
  if (path === asSpelled || modern.tier !== 'unknown') return modern;
  const spelled = classifyPath(asSpelled, name);
  return spelled.tier === 'dangerous' ? spelled : modern;
}

const constructor = '.__new__';

function classifyPath(path: string, name: string): Classification {
  const parts = path.split('.');
  if (parts.length > mostParts) return dangerous('attributes');
  const vendored = vendoredStart(parts);
  if (vendored > 0) {
    const found = classifyPath(parts.slice(vendored).join('.'), name);
    if (found.tier !== 'unknown') return found;
  }
  const nameStart = name === '' ? parts.length - 1 : Math.max(1, parts.length - name.split('.').length);
  const [root = ''] = parts;
  // `code.models` is a project's: Python's `code` holds no modules.
  const isForeign = nameStart > 1 && lists.plainModules.has(root) && !isClassName(parts[1] ?? '');
  if (!isForeign) {
    if (lists.isKnown(path)) return whenCalled(ofKnown(path, root), parts);
    const exact = lists.exactDanger(path);
    if (exact !== null) return dangerous(exact);
    if (lists.isLikeKnown(path)) return whenCalled(ofKnown(path, root), parts);
    if (lists.computingNames.has(path)) return ofComputing(root);
    const danger = lists.danger(parts);
    if (danger !== null) return dangerous(danger);
  }
  const escape = escapes(parts, nameStart);
  if (escape !== null) return dangerous(escape);
  if (lists.isBelowKnown(parts)) return whenCalled(ofKnown(path, root), parts);
  const last = parts[parts.length - 1] ?? '';
  if (!isForeign && lists.computing.has(root)) return ofComputing(root);
  if (lists.packages.has(root)) return whenCalled(ofPackage(root, last), parts);
  return ofUnknown(last);
}

function whenCalled(found: Classification, parts: readonly string[]): Classification {
  const danger = lists.dangerWhenCalled(parts);
  return danger === null ? found : { ...found, called: 'dangerous', reason: dangerNote(danger) };
}

function ofUnknown(last: string): Classification {
  if (tellingNames.has(last)) {
    const reason = { code: 'danger.tellingName', args: [last] };
    return { tier: 'unknown', called: 'dangerous', built: 'unknown', reason };
  }
  return isClassName(last) ? unknownClass : unknownFunction;
}

const unknownClass: Classification = { tier: 'unknown', called: 'unknown', built: 'unknown', reason: null };
const unknownFunction: Classification = { ...unknownClass, called: 'suspicious' };

/** More parts than any real name has. */
const mostParts = 64;

function ofKnown(path: string, root: string): Classification {
  const isTorch = root === 'torch' || root === '__torch__';
  const reason = knownNote(
    isTorch ? 'torch' : root === 'numpy' ? 'package' : 'python',
    isTorch ? path : root,
  );
  return { tier: 'torch', called: 'torch', built: 'torch', reason };
}

/** A method of a known class, or a function that only computes: no data calls it, and it does no harm. */
function ofComputing(root: string): Classification {
  return { tier: 'library', called: 'suspicious', built: 'library', reason: knownNote('python', root) };
}

function ofPackage(root: string, last: string): Classification {
  if (tellingNames.has(last) || lists.reaches(root, last)) return { ...library(root), called: 'dangerous' };
  const isKnown = isClassName(last) || reduceFunction.test(last);
  return { ...library(root), called: isKnown ? 'library' : 'suspicious' };
}

function library(root: string): Classification {
  return { tier: 'library', called: 'library', built: 'library', reason: knownNote('package', root) };
}

function dangerous(danger: Danger): Classification {
  return { tier: 'dangerous', called: 'dangerous', built: 'dangerous', reason: dangerNote(danger) };
}

export function dangerNote(danger: Danger): Note {
  return { code: `danger.${danger}`, args: [] };
}

function knownNote(kind: 'torch' | 'python' | 'package', name: string): Note {
  return { code: `known.${kind}`, args: [name] };
}

/** Python's convention: classes begin with a capital letter, after underscores. */
function isClassName(name: string): boolean {
  const first = name.charCodeAt(0);
  // Nearly all names begin with a letter of ASCII.
  if (first >= 0x61 && first <= 0x7a) return false;
  return (first >= 0x41 && first <= 0x5a) || /^_*\p{Lu}/u.test(name);
}

/** Index after the last folder of vendored packages (`pip._vendor.requests`), 0 without one. */
function vendoredStart(parts: readonly string[]): number {
  for (let i = parts.length - 2; i > 0; i--) {
    const part = parts[i] ?? '';
    if (part === '_vendor' || part === 'extern' || part === 'externals') return i + 1;
    if (part === 'moves' && parts[i - 1] === 'six') return i + 1;
  }
  return 0;
}

/** Attributes of modules, functions and classes that lead to anything. */
const leadingAttributes = /^__(?!init__$|new__$|main__$|torch__$|mp_main__$|torch_mangle_\d+$)\w+__$/;

/** Modules that a real package does not have inside: `x.os` is the module `os`. */
const neverInside = new Set(
  'os posix nt sys subprocess builtins __builtin__ __builtins__ importlib ctypes pty shutil socket marshal runpy'.split(
    ' ',
  ),
);

/** Parts of a path that a list is asked for wherever they stand. */
const tellingPart = new RegExp(
  `\\.(?:_*(?:${[...neverInside].join('|')})|_vendor|extern|externals|moves|__\\w*__)(?:\\.|$)`,
);
/** Modules that may have more than `mostParts` parts. */
const longestPlainModule = 100;

/** Whether the parts of a name, its first aside, say nothing about it. */
function isPlain(module: string, name: string): boolean {
  if (name.includes('.') || module.length > longestPlainModule) return false;
  if (name.startsWith('_') || neverInside.has(name)) return false;
  return !module.includes('.') || !tellingPart.test(module);
}

/**
 * What the attributes from part `nameStart` on lead to, null when they stay inside. A module in the middle of
 * a name is one that the named module imports: `_os` and `os` alike.
 */
function escapes(parts: readonly string[], nameStart: number): Danger | null {
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (i >= nameStart && leadingAttributes.test(part)) return 'attributes';
    const bare = part.replace(/^_+/, '');
    if (neverInside.has(part) || (i >= nameStart && neverInside.has(bare)))
      return lists.danger([bare]) ?? 'attributes';
    if (i >= nameStart && i < parts.length - 1) {
      // `torch._tensor.torch.hub.load` is `torch.hub.load`.
      const danger = lists.danger(parts.slice(i)) ?? lists.danger([bare, ...parts.slice(i + 1)]);
      if (danger !== null) return danger;
    }
  }
  return null;
}

/** The lists as tables, made when the first name is looked up. */
class Lists {
  private readonly dangers = new Map<string, Danger>();
  private readonly dangerousStars = new StarTable<Danger>();
  private readonly calls = new Map<string, Danger>();
  private readonly callStars = new StarTable<Danger>();
  private readonly reaching: ReadonlyMap<string, ReadonlySet<string>>;
  private readonly knowns = new Set<string>();
  private readonly knownStars = new StarTable<true>();
  private readonly knownTrees = new Set<string>();
  readonly computing: ReadonlySet<string>;
  readonly computingNames: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
  /** Modules of the standard library that hold no others. */
  readonly plainModules: ReadonlySet<string>;
  /** Parts of the longest name listed. */
  private readonly mostListed: number;
  /** First parts of everything listed. */
  readonly roots: ReadonlySet<string>;

  constructor() {
    const groups = [...dangerousModules, ...dangerousNames, ...dangerousOfTorch, ...dangerousPackages];
    for (const { names, danger } of groups) {
      for (const name of wordsOf(names)) {
        if (name.includes('*')) this.dangerousStars.add(name, danger);
        else this.dangers.set(name, danger);
      }
    }
    for (const { names, danger } of dangerousWhenCalled) {
      for (const name of wordsOf(names)) {
        if (name.includes('*')) this.callStars.add(name, danger);
        else this.calls.set(name, danger);
      }
    }
    this.reaching = new Map(
      reachingFunctions.flatMap(({ packages, names }) => {
        const functions = new Set(wordsOf(names));
        return wordsOf(packages).map((root) => [root, functions] as const);
      }),
    );
    for (const { names } of [...knownOfPython, ...knownOfTorch]) {
      for (const name of wordsOf(names)) {
        if (name.endsWith('.**')) this.knownTrees.add(name.slice(0, -'.**'.length));
        else if (name.includes('*')) this.knownStars.add(name, true);
        else this.knowns.add(name);
      }
    }
    this.computing = words([computingModules]);
    this.computingNames = words([computingNames]);
    this.packages = words(knownPackages);
    const packages = words([packagesOfPython]);
    const modules = [...words(dangerousModules), ...this.computing];
    const listed = [...groups, ...dangerousWhenCalled, ...knownOfPython, ...knownOfTorch, ...knownPackages];
    this.mostListed = Math.max(...[...words(listed)].map((name) => name.split('.').length));
    this.roots = new Set([...words([...listed, computingModules]), ...python2Modules()].map(rootOf));
    this.plainModules = new Set(modules.filter((name) => !name.includes('.') && !packages.has(name)));
  }

  /** A name that is listed itself. */
  isKnown(path: string): boolean {
    return this.knowns.has(path);
  }

  /** A name of a listed pattern. */
  isLikeKnown(path: string): boolean {
    return this.knownStars.get(path) === true;
  }

  exactDanger(path: string): Danger | null {
    return this.dangers.get(path) ?? null;
  }

  /** A function of a package that gets to files, programs or code. */
  reaches(root: string, last: string): boolean {
    return this.reaching.get(root)?.has(last) === true;
  }

  /** A name below a listed one. */
  isBelowKnown(parts: readonly string[]): boolean {
    return this.longest(parts, (path) => (this.knownTrees.has(path) ? true : undefined)) !== null;
  }

  danger(parts: readonly string[]): Danger | null {
    return this.longest(parts, (path) => this.dangers.get(path) ?? this.dangerousStars.get(path));
  }

  dangerWhenCalled(parts: readonly string[]): Danger | null {
    return this.longest(parts, (path) => this.calls.get(path) ?? this.callStars.get(path));
  }

  /** What is found for the longest path that `parts` begin with, null for nothing. */
  private longest<T>(parts: readonly string[], find: (path: string) => T | undefined): T | null {
    for (let length = Math.min(parts.length, this.mostListed); length > 0; length--) {
      const value = find(parts.slice(0, length).join('.'));
      if (value !== undefined) return value;
    }
    return null;
  }
}

/** Names with stars, by their first part, which has none. A star stands for anything but a dot. */
class StarTable<T> {
  private readonly byRoot = new Map<string, { readonly pattern: RegExp; readonly value: T }[]>();

  add(name: string, value: T): void {
    const pattern = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[^.]*')}$`);
    const root = rootOf(name);
    const entries = this.byRoot.get(root);
    if (entries === undefined) this.byRoot.set(root, [{ pattern, value }]);
    else entries.push({ pattern, value });
  }

  get(path: string): T | undefined {
    return this.byRoot.get(rootOf(path))?.find(({ pattern }) => pattern.test(path))?.value;
  }
}

function rootOf(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}

function words(groups: readonly Pick<KnownGroup, 'names'>[]): ReadonlySet<string> {
  return new Set(groups.flatMap(({ names }) => wordsOf(names)));
}

function wordsOf(names: string): string[] {
  return names.trim().split(/\s+/);
}

const lists = new Lists();
