/** One change of a text, as a person makes it with a key, and what kind of place it is made at. */
export interface Keystroke {
  readonly kind: KeystrokeKind;
  readonly text: string;
}

export type KeystrokeKind =
  'constructor' | 'forward' | 'comment' | 'half-typed line' | 'new line' | 'signature' | 'argument';

/**
 * Changes at places all over a file of models: each adds a character or a line, and the next takes it away. Where
 * they are made follows from the seed.
 */
export function keystrokes(text: string, count: number, seed: number): Keystroke[] {
  const random = randomFrom(seed);
  const lines = text.split('\n');
  const places = new Map(KINDS.map(([kind, accepts]) => [kind, placesOf(lines, accepts)]));
  const strokes: Keystroke[] = [];
  while (strokes.length < count) {
    const [kind, , change] = KINDS[strokes.length % KINDS.length] ?? KINDS[0];
    const at = places.get(kind) ?? [];
    const line = at[Math.floor(random() * at.length)] ?? 0;
    const changed = [...lines];
    changed.splice(line, 1, ...change(lines[line] ?? ''));
    strokes.push({ kind, text: changed.join('\n') });
  }
  return strokes;
}

type Kind = readonly [
  kind: KeystrokeKind,
  accepts: (line: string, method: string) => boolean,
  change: (line: string) => readonly string[],
];

const KINDS: readonly [Kind, ...Kind[]] = [
  // Another width: what the class holds changes.
  [
    'constructor',
    (line, method) => method === '__init__' && /^ {8}self\.\w+ = nn\.\w+\(/.test(line),
    (line) => [line.replace(/\b(\d)\b(?=[,)])/, '1$1')],
  ],
  [
    'forward',
    (line, method) => method === 'forward' && /^ {8}(x|y|out) = /.test(line),
    (line) => [`${line} * 1`],
  ],
  ['comment', (line) => /^ {8}\S/.test(line) && !/[([{,]$/.test(line), (line) => [`${line}  # see above`]],
  [
    'half-typed line',
    (line, method) => method === '__init__' && line.startsWith('        self.'),
    (line) => [line, '        self.extra = nn.Conv2d('],
  ],
  ['new line', (line) => /^ {8}self\.\w+ = .*\)$/.test(line), (line) => [line, '']],
  [
    'signature',
    (line) => /^ {4}def __init__\(self, .*\):$/.test(line),
    (line) => [line.replace('):', ', x=1):')],
  ],
  [
    'argument',
    (line, method) => method === '__init__' && /^ {8}self\.\w+ = .*\bc_\b/.test(line),
    (line) => [line.replace(/\bc_\b/, 'c_ + 8')],
  ],
];

/** Numbers of the lines that a kind of change is made at. */
function placesOf(lines: readonly string[], accepts: Kind[1]): number[] {
  let method = '';
  return lines.flatMap((line, number) => {
    method = /^ {4}def (\w+)/.exec(line)?.[1] ?? (/^\S/.test(line) ? '' : method);
    return accepts(line, method) ? [number] : [];
  });
}

/** A linear congruential generator: the same numbers for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
