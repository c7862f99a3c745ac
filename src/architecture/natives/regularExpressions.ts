import { call } from '../calls';
import { UnknownOperand } from '../errors';
import { dictOf, type Interpreter, native } from '../machine';
import type { NativeModule } from '../moduleTable';
import { needInteger, needString } from '../numbers';
import { type PyDict, PyInstance, PyList, PyTuple, type Value } from '../values';

/** Attributes of a match that no program can name. */
const GROUPS = '\0groups';
const NAMED = '\0named';
const STARTS = '\0starts';

/**
 * `re`, by JavaScript's expressions where both languages mean the same: no flags, texts of printable ASCII. What
 * is left out is not known.
 */
export const re: NativeModule = (vm, module) => {
  const reason = vm.reason('unsupported', 're');
  const matchClass = vm.class('Match');
  const patternClass = vm.class('Pattern');
  matchClass.unknownBase = reason;
  patternClass.unknownBase = reason;

  const matched = (match: RegExpExecArray | null): Value => {
    if (match === null) return null;
    const instance = new PyInstance(matchClass);
    instance.dict.set(GROUPS, new PyTuple([...match].map((group): Value => group ?? null)));
    const named = Object.entries(match.groups ?? {}).map(([key, group]) => [key, group ?? null] as const);
    instance.dict.set(NAMED, dictOf(named));
    const starts = match.indices?.map((range) => BigInt(range === undefined ? -1 : range[0])) ?? [];
    instance.dict.set(STARTS, new PyTuple(starts));
    return instance;
  };

  /** A function of a pattern and a text, and the pattern's method. */
  const on = (
    name: string,
    run: (context: Interpreter, pattern: Value, args: readonly Value[]) => Value,
  ): void => {
    const whole = native(name, (context, [pattern, ...args], keywords) => {
      if (keywords.size > 0) unsupported(context, name);
      return run(context, pattern ?? null, args);
    });
    module.variables.set(name, whole);
    patternClass.dict.set(name, whole);
  };
  const onText = (name: string, run: (context: Interpreter, pattern: Value, text: string) => Value): void =>
    on(name, (context, pattern, args) => {
      if (args.length > 1) unsupported(context, name);
      return run(context, pattern, plainText(context, args[0]));
    });

  onText('match', (context, pattern, text) => matched(compiled(context, pattern, text, 'y').exec(text)));
  onText('search', (context, pattern, text) => matched(compiled(context, pattern, text, '').exec(text)));
  onText('fullmatch', (context, pattern, text) =>
    matched(compiled(context, pattern, text, 'y', (source) => `(?:${source})$`).exec(text)),
  );
  onText('findall', (context, pattern, text) => {
    const found = [...text.matchAll(compiled(context, pattern, text, 'g'))].map((match): Value => {
      const groups = [...match].slice(1).map((group): Value => group ?? '');
      if (groups.length === 0) return match[0];
      return groups.length === 1 ? (groups[0] ?? '') : new PyTuple(groups);
    });
    return new PyList(found);
  });
  onText('finditer', (context, pattern, text) => {
    const found = new PyList([...text.matchAll(compiled(context, pattern, text, 'g'))].map(matched));
    return call(context, context.builtins.get('iter') ?? null, [found]);
  });
  onText('split', (context, pattern, text) => {
    const parts: Value[] = [];
    let position = 0;
    for (const match of text.matchAll(compiled(context, pattern, text, 'g'))) {
      parts.push(text.slice(position, match.index));
      for (const group of [...match].slice(1)) parts.push(group ?? null);
      position = match.index + match[0].length;
    }
    parts.push(text.slice(position));
    return new PyList(parts);
  });
  on('sub', (context, pattern, [replacement, text, ...more]) => {
    if (more.length > 0) unsupported(context, 're.sub');
    const source = plainText(context, text);
    const by = typeof replacement === 'string' ? replacement : null;
    if (by !== null && /\\(?![1-9](?!\d)|g<\w+>)/.test(by)) unsupported(context, 're.sub');
    let result = '';
    let position = 0;
    for (const match of source.matchAll(compiled(context, pattern, source, 'g'))) {
      result += source.slice(position, match.index);
      position = match.index + match[0].length;
      if (by === null) result += needString(context, call(context, replacement ?? null, [matched(match)]));
      else {
        result += by.replace(/\\(?:(\d)|g<(\w+)>)/g, (_whole, digit?: string, name?: string) => {
          const key = digit ?? name ?? '';
          return (/^\d+$/.test(key) ? match[Number(key)] : match.groups?.[key]) ?? '';
        });
      }
    }
    return result + source.slice(position);
  });

  module.variables.set(
    'compile',
    native('compile', (context, [pattern, flags], keywords) => {
      if (keywords.size > 0 || (flags !== undefined && flags !== 0n)) unsupported(context, 're.compile');
      const instance = new PyInstance(patternClass);
      instance.dict.set('pattern', pattern ?? null);
      return instance;
    }),
  );
  module.variables.set(
    'escape',
    native('escape', (context, [text]) =>
      needString(context, text).replace(/[\t\n\v\f\r #$&()*+\-.?[\\\]^{|}~]/g, '\\$&'),
    ),
  );
  for (const flag of ['IGNORECASE', 'I', 'MULTILINE', 'M', 'DOTALL', 'S', 'VERBOSE', 'X', 'ASCII', 'A']) {
    module.variables.set(flag, vm.unknown('unsupported', `re.${flag}`));
  }

  const group = native('group', (context, [self, ...indexes]) => {
    const one = (index: Value): Value => {
      if (typeof index === 'string') {
        const found = (part(self, NAMED) as PyDict).get(index);
        return found === undefined ? context.raise('IndexError', 'no such group') : found;
      }
      const found = (part(self, GROUPS) as PyTuple).items[Number(needInteger(context, index))];
      return found === undefined ? context.raise('IndexError', 'no such group') : found;
    };
    if (indexes.length === 0) return one(0n);
    return indexes.length === 1 ? one(indexes[0] ?? null) : new PyTuple(indexes.map(one));
  });
  matchClass.dict.set('group', group);
  matchClass.dict.set('__getitem__', group);
  matchClass.dict.set(
    'groups',
    native('groups', (_context, [self, missing = null]) => {
      const { items } = part(self, GROUPS) as PyTuple;
      return new PyTuple(items.slice(1).map((item) => (item === null ? missing : item)));
    }),
  );
  matchClass.dict.set(
    'groupdict',
    native('groupdict', (_context, [self]) => {
      const { map } = part(self, NAMED) as PyDict;
      return dictOf([...map.values()].map(({ key, value }) => [String(key), value] as const));
    }),
  );
  const range = (name: string, of: (start: bigint, end: bigint) => Value): void => {
    matchClass.dict.set(
      name,
      native(name, (context, [self, index = 0n]) => {
        if (typeof index !== 'bigint') return unsupported(context, name);
        const start = (part(self, STARTS) as PyTuple).items[Number(index)];
        const text = (part(self, GROUPS) as PyTuple).items[Number(index)];
        if (typeof start !== 'bigint') return context.raise('IndexError', 'no such group');
        return of(start, typeof text === 'string' ? start + BigInt(text.length) : -1n);
      }),
    );
  };
  range('start', (start) => start);
  range('end', (_start, end) => end);
  range('span', (start, end) => new PyTuple([start, end]));
};

function part(match: Value | undefined, name: string): Value | undefined {
  return match instanceof PyInstance ? match.dict.get(name) : undefined;
}

function unsupported(vm: Interpreter, what: string): never {
  throw new UnknownOperand(vm.reason('unsupported', what));
}

/** Beyond ASCII, and at ends of lines, classes and anchors differ. */
function plainText(vm: Interpreter, value: Value | undefined): string {
  const text = needString(vm, value);
  return /^[\x20-\x7e]*$/.test(text) ? text : unsupported(vm, 're');
}

function compiled(
  vm: Interpreter,
  source: Value,
  subject: string,
  flags: string,
  wrap: (source: string) => string = (text) => text,
): RegExp {
  const text = needString(vm, source instanceof PyInstance ? source.dict.get('pattern') : source);
  // Constructs that JavaScript reads otherwise are left alone.
  if (/\(\?(?!P[<=])[a-zA-Z]|\\[AZ]|\(\?\(|\(\?#|\[\^?\]/.test(text)) unsupported(vm, 're');
  if (mayTakeForever(text, subject.length)) unsupported(vm, 're');
  try {
    const same = text.replace(/\(\?P</g, '(?<').replace(/\(\?P=(\w+)\)/g, '\\k<$1>');
    return new RegExp(wrap(same), `du${flags}`);
  } catch {
    return unsupported(vm, 're');
  }
}

/** Steps of one search that are waited for, at the worst: some seconds. */
const mostSteps = 1e10;

/**
 * Whether a search may go through more ways to match than can be waited for: repetitions inside one another double
 * them with each character, those beside one another multiply them by the length of the text. Nothing ends the engine.
 */
function mayTakeForever(pattern: string, length: number): boolean {
  const plain = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repeats = plain.match(/[*+]|\{\d*,\d*\}/g)?.length ?? 0;
  const opened: number[] = [];
  for (let i = 0; i < plain.length; i++) {
    if (plain[i] === '(') opened.push(i);
    if (plain[i] !== ')') continue;
    const inside = plain.slice((opened.pop() ?? 0) + 1, i);
    const isRepeated = /^(?:[*+]|\{\d*,)/.test(plain.slice(i + 1, i + 12));
    if (isRepeated && /[*+{|]|[^(]\?/.test(inside) && 2 ** length > mostSteps) return true;
  }
  return length ** repeats > mostSteps;
}
