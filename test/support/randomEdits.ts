import { randomFrom } from '../bench/keystrokes';

/** What a person types, whole or in part. */
const PIECES = [
  '(', ')', '[', ']', '{', ',', ':', '=', '#', '\\', '"', "'", '"""', '\n', '\n\n', '    ', '\t', 'x', '1', '16',
  '\n        self.extra = nn.Linear(4, 4)\n', '\n    x = 3\n', 'class A:', 'class Late(nn.Module):\n    pass\n',
  'def f(', 'lambda: ', 'if True:\n', 'else:\n', 'import math\n', 'from math import *\n', ' # note', 'return ',
  'self.', '@staticmethod\n', '*', ' if x else ', 'nn.Conv2d(3, 8, 3)', 'pass\n', ' + 1', '; y = 2', 'global x\n',
  'print ', 'match x:\n', 'async ', 'é😀', '\r\n',
]; // prettier-ignore

/** Texts that follow each other as a person, or a cat on the keyboard, makes them from one; back to the first at times. */
export function* randomEdits(text: string, count: number, seed: number): Generator<string> {
  const random = randomFrom(seed);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  let now = text;
  for (let i = 0; i < count; i++) {
    const dice = random();
    if (dice < 0.2) now = text;
    else if (dice < 0.35) now = withLines(now, upTo, random() < 0.5);
    else {
      const at = upTo(now.length);
      const removed = random() < 0.4 ? upTo(random() < 0.1 ? 200 : 5) : 0;
      const added = random() < 0.7 ? (PIECES[upTo(PIECES.length)] ?? '') : '';
      now = now.slice(0, at) + added + now.slice(at + removed);
    }
    yield now;
  }
}

/** Lines moved to another place, or written twice. */
function withLines(text: string, upTo: (limit: number) => number, isCopy: boolean): string {
  const lines = text.split('\n');
  const at = upTo(lines.length);
  const some = lines.slice(at, at + 1 + upTo(4));
  if (!isCopy) lines.splice(at, some.length);
  lines.splice(upTo(lines.length), 0, ...some);
  return lines.join('\n');
}
