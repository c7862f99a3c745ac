import type { ModelKey } from '../../compatibility/report';
import type { CheckedLink } from './checks';

/** The keys that a line makes: those that it registers itself, and those of the modules that it makes. */
export function keysAt(
  { report, modules }: Pick<CheckedLink, 'report' | 'modules'>,
  file: string,
  line: number,
): readonly ModelKey[] {
  const made = new Set(
    modules.filter((one) => one.file === file && one.line === line).map(({ path }) => path),
  );
  return report.keys.filter(
    (key) => (key.file === file && key.line === line) || modulesOf(key.key).some((path) => made.has(path)),
  );
}

/** Paths of the modules that hold a key, without the model itself. */
function modulesOf(key: string): string[] {
  const paths: string[] = [];
  for (let at = key.indexOf('.'); at > 0; at = key.indexOf('.', at + 1)) paths.push(key.slice(0, at));
  return paths;
}
