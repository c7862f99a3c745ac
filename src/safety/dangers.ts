import type { ScanReport } from './report';

/** What a file that the scan calls dangerous would do: the first of it, and how much more there is. */
export interface Danger {
  /** `os.system("echo hi")`, or the name of what is imported only. */
  readonly first: string;
  /** Further calls and imports that are dangerous. */
  readonly more: number;
}

/** Names whoever asks before a file is given to anybody who loads it; null for a file that is not dangerous. */
export function dangerOf({ verdict, calls, globals }: ScanReport): Danger | null {
  if (verdict !== 'dangerous') return null;
  const dangerous = calls.filter(({ tier }) => tier === 'dangerous');
  const called = new Set(dangerous.map(({ callee }) => callee));
  const names = globals
    .filter(({ tier }) => tier === 'dangerous')
    .map(({ module, name }) => `${module}.${name}`)
    .filter((name) => !called.has(name));
  const found = [...dangerous.map(({ callee, args }) => `${callee}(${args})`), ...names];
  return { first: found[0] ?? '?', more: Math.max(0, found.length - 1) };
}
