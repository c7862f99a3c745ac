import type { Random } from '../engine/random';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What constructors are made of; fragments that change what a line means. */
const WORDS = ['self', 'self.', 'super().__init__()', 'nn.Linear(4, 4)', 'nn.Conv2d(3, 8, 3, bias=False)', 'nn.Sequential(',
  'nn.ModuleList([nn.Linear(2, 2) for _ in range(n)])', 'nn.Parameter(torch.zeros(2, 3))', 'torch.empty(n)', 'range(',
  'len(', 'int(', 'getattr(self, "a")', 'setattr(self, f"l{i}", ', 'self.register_buffer("b", torch.ones(3))', '*args',
  '**kwargs', 'lambda x: x', 'if n > 1:', 'else:', 'elif n:', 'for i in range(3):', 'while n > 0:', 'try:', 'except Exception:',
  'finally:', 'with torch.no_grad():', 'return', 'return n', 'raise ValueError(n)', 'del self.a', 'global n', 'nonlocal n',
  'yield n', 'await x', 'import math', 'from math import *', 'class A(nn.Module):', 'def f(n=1, *, k):', '@property',
  '@staticmethod', '@dataclass', 'pass', 'n', 'n + 1', 'n // 0', 'n ** 99999', '-1', '0', '1', '10 ** 30', '1e308', '0.5', 'None',
  'True', '"x" * 10**9', '[0] * 10**9', '[[]] * 3', '{}', '{"a": 1}', 'x[::-1]', 'x[1:]', 'a, b = b, a', 'a = b = c', 'n += 1',
  'n := 3', ' if n else ', ' for x in y', ' in ', ' is not ', ' not in ', '//', '%', '<<', '>> 70', '@', '~', 'match n:',
  'case [a, *b]:', 'case {"k": v}:', 'case A(x=1) | None:', '(', ')', '[', ']', '{', '}', ':', ',', ';', '\\\n', '#', '"""', "f'{n!r:>{w}}'",
  'self.apply(f)', 'self.add_module("m", nn.ReLU())', 'copy.deepcopy(self.a)', 'type(self)(n)', 'eval("nn.ReLU")()',
  'isinstance(n, int)', 'nn.init.zeros_(self.a.weight)', 'math.gcd(n, 4)', 'sum([1, 2])', 'zip(a, b)', 'enumerate(', 'sorted(',
  'functools.partial(nn.Linear, bias=False)', 'torch.arange(n).tolist()', 'self.a.weight = self.b.weight',
  'nn.utils.weight_norm(self.a)', 'math.inf', 'float("nan")', '\u00e9', '\u202e', '\ud800']; // prettier-ignore

/** Changes lines, words and indents of a program, or nests something deep. */
export function mutatePython(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const text = decoder.decode(input);
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  switch (random.below(11)) {
    case 0:
      lines.splice(at, random.amount(4));
      break;
    case 1: {
      const others = decoder.decode(other).split('\n');
      const from = random.below(others.length);
      lines.splice(at, random.below(3), ...others.slice(from, from + random.amount(8)));
      break;
    }
    case 2:
      lines.splice(random.below(lines.length), 0, ...lines.slice(at, at + random.amount(8)));
      break;
    case 3:
      lines[at] = random.chance(0.5) ? `    ${line}` : line.replace(/^ {1,4}/, '');
      break;
    case 4:
      return encoder.encode(nested(text, random));
    case 5:
      lines.splice(at, 0, (/^ */.exec(line)?.[0] ?? '') + random.pick(WORDS));
      break;
    case 6: {
      const where = random.below(text.length + 1);
      return encoder.encode(text.slice(0, where) + text.slice(where + random.amount(12)));
    }
    case 7:
      return encoder.encode(text.slice(0, random.below(text.length + 1)));
    default:
      lines[at] = withWord(line, decoder.decode(other), random);
  }
  return encoder.encode(lines.join('\n'));
}

const WORD = /\w+|[^\w\s]+/g;

/** A line of which one word is another. */
function withWord(line: string, other: string, random: Random): string {
  const words = [...line.matchAll(WORD)];
  if (words.length === 0) return line + random.pick(WORDS);
  const chosen = random.pick(words);
  const from = other.match(WORD) ?? WORDS;
  const word = random.chance(0.5) ? random.pick(WORDS) : random.pick(from);
  const keep = random.chance(0.3) ? chosen[0].length : 0;
  return line.slice(0, chosen.index + keep) + word + line.slice(chosen.index + chosen[0].length);
}

/** Something that opens, many times; at times it closes again. */
function nested(text: string, random: Random): string {
  const [open, close] = random.pick([
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
    ['-', ''],
    ['not ', ''],
    ['lambda: ', ''],
    ['x.', 'y'],
    ['f(', ')'],
    ['1 + ', '1'],
    ['x if y else ', 'z'],
    ['nn.Sequential(', ')'],
  ] as const);
  const times = random.amount(1_500);
  const at = random.below(text.length + 1);
  return (
    text.slice(0, at) +
    open.repeat(times) +
    (random.chance(0.5) ? `x${close.repeat(times)}` : '') +
    text.slice(at)
  );
}
