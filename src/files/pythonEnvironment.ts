import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

/** A Python environment as its files describe it. Nothing of it is run. */
export interface PythonEnvironment {
  /** Path of the interpreter, as a person chose it: a virtual environment's is a link that says which one it is. */
  readonly executable: string;
  /** `sys.prefix`: the folder of the environment. */
  readonly prefix: string;
  /** Folders of installed packages, in the order in which Python looks into them. */
  readonly sitePackages: readonly string[];
}

/** Folders that people keep a virtual environment of their project in. */
export const LOCAL_FOLDERS = ['.venv', 'venv', 'env', '.env'] as const;

/** Where an interpreter lies in its environment, on Linux and macOS, then on Windows. */
const EXECUTABLES = ['bin/python', 'bin/python3', 'Scripts/python.exe', 'python.exe'] as const;

/** Lines of a `.pth` file that are looked at: a real one has a few. */
const MAX_PATH_LINES = 200;

/** The environment of an interpreter, or of the folder of an environment; null where there is none. */
export function pythonEnvironment(path: string): PythonEnvironment | null {
  const executable = isFolder(path) ? executableIn(path) : isFile(path) ? path : null;
  if (executable === null) return null;
  const prefix = prefixOf(executable);
  const config = virtualConfig(prefix);
  const version = versionOf(config, executable);
  const own = packageFolders(prefix, version);
  const others =
    config === null
      ? sharedFolders(prefix, version)
      : config.get('include-system-site-packages') === 'true'
        ? baseFolders(config, version)
        : [];
  return { executable, prefix, sitePackages: distinct(withPathFiles([...own, ...others])) };
}

/** The virtual environment that lies in a folder of source, null where there is none. */
export function localEnvironment(folder: string): PythonEnvironment | null {
  for (const name of LOCAL_FOLDERS) {
    const path = join(folder, name);
    if (!isFile(join(path, 'pyvenv.cfg')) && !isFolder(join(path, 'conda-meta'))) continue;
    const environment = pythonEnvironment(path);
    if (environment !== null) return environment;
  }
  return null;
}

function executableIn(folder: string): string | null {
  return EXECUTABLES.map((name) => join(folder, name)).find(isFile) ?? null;
}

function prefixOf(executable: string): string {
  const folder = dirname(resolve(executable));
  return /^(?:bin|Scripts)$/i.test(basename(folder)) ? dirname(folder) : folder;
}

/** `pyvenv.cfg` by its keys; null for an environment that is no virtual one. Source: Python's `site` module. */
function virtualConfig(prefix: string): ReadonlyMap<string, string> | null {
  const text = readText(join(prefix, 'pyvenv.cfg'));
  if (text === null) return null;
  const pairs = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const [key = '', ...rest] = line.split('=');
    return rest.length === 0 ? [] : [[key.trim().toLowerCase(), rest.join('=').trim()]];
  });
  const lower = (key: string, value: string): string =>
    key === 'include-system-site-packages' ? value.toLowerCase() : value;
  return new Map(pairs.map(([key, value]) => [key, lower(key, value)]));
}

/** `3.11`; null where neither the configuration nor the name of the program says. */
function versionOf(config: ReadonlyMap<string, string> | null, executable: string): string | null {
  const told = config?.get('version') ?? config?.get('version_info') ?? '';
  const fromConfig = /^(\d+\.\d+)/.exec(told)?.[1];
  if (fromConfig !== undefined) return fromConfig;
  try {
    return /^python(\d+\.\d+)/.exec(basename(realpathSync(executable)))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** `lib/python3.11/site-packages`, `lib64` where it is another folder, Windows' `Lib/site-packages`. */
function packageFolders(prefix: string, version: string | null): string[] {
  const unix = ['lib', 'lib64'].flatMap((lib) => {
    const folder = join(prefix, lib);
    const names = version === null ? pythonFolders(folder) : [`python${version}`];
    return names.map((name) => join(folder, name, 'site-packages')).filter(isFolder);
  });
  return unix.length > 0 ? unix : [join(prefix, 'Lib', 'site-packages')].filter(isFolder);
}

/** The newest of the `python3.x` folders that hold packages. */
function pythonFolders(lib: string): string[] {
  const versions = names(lib)
    .flatMap((name) => /^python3\.(\d+)$/.exec(name)?.[1] ?? [])
    .filter((minor) => isFolder(join(lib, `python3.${minor}`, 'site-packages')))
    .sort((a, b) => Number(b) - Number(a));
  return versions.slice(0, 1).map((minor) => `python3.${minor}`);
}

/** What an interpreter that is no virtual environment sees as well: the user's packages, and Debian's. */
function sharedFolders(prefix: string, version: string | null): string[] {
  const home = homedir();
  const roaming = process.env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  const user =
    version === null
      ? []
      : [
          join(home, '.local', 'lib', `python${version}`, 'site-packages'),
          join(home, 'Library', 'Python', version, 'lib', 'python', 'site-packages'),
          join(roaming, 'Python', `Python${version.replace('.', '')}`, 'site-packages'),
        ];
  const debian = [
    ...(version === null ? [] : [join(prefix, 'local', 'lib', `python${version}`, 'dist-packages')]),
    join(prefix, 'lib', 'python3', 'dist-packages'),
  ];
  return [...user, ...debian].filter(isFolder);
}

/** The packages of the interpreter that a virtual environment was made from. */
function baseFolders(config: ReadonlyMap<string, string>, version: string | null): string[] {
  const home = config.get('home');
  if (home === undefined || home === '') return [];
  const prefix = prefixOf(join(home, 'python'));
  return [...packageFolders(prefix, version), ...sharedFolders(prefix, version)];
}

/** Folders that `.pth` files add, as an editable installation does. Their lines of code are not looked at. */
function withPathFiles(folders: readonly string[]): string[] {
  const added = folders.flatMap((folder) =>
    names(folder)
      .filter((name) => name.endsWith('.pth'))
      .sort()
      .flatMap((name) => (readText(join(folder, name)) ?? '').split(/\r?\n/, MAX_PATH_LINES))
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^(?:#|import[ \t])/.test(line))
      .map((line) => (isAbsolute(line) ? line : join(folder, line)))
      .filter(isFolder),
  );
  return [...folders, ...added];
}

/** Each folder once, whatever links lead to it. */
function distinct(folders: readonly string[]): string[] {
  const seen = new Set<string>();
  return folders.filter((folder) => {
    const real = realpathSync(folder);
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

function statOf(path: string): ReturnType<typeof statSync> | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
