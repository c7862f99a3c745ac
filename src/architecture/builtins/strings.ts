import { bindNative } from '../calls';
import { formatValue } from '../formatting';
import { getAttribute } from '../attributes';
import { UnknownOperand } from '../errors';
import type { Interpreter } from '../machine';
import { listItems } from '../iteration';
import { needInteger, needString } from '../numbers';
import { getItem } from '../subscripts';
import { reprOf, strOf } from '../text';
import { PyBytes, PyInstance, PyList, PyTuple, type Keywords, type Value } from '../values';
import { defineClassOf, method } from './define';

export function installStrings(vm: Interpreter): void {
  const str = defineClassOf(vm, 'str', 'object', (context, cls, args) => {
    const text = args.length === 0 ? '' : strOf(context, args[0] ?? null);
    if (cls === context.class('str')) return text;
    const instance = new PyInstance(cls);
    instance.payload = text;
    return instance;
  });
  const on = (
    name: string,
    parameters: readonly string[],
    run: (context: Interpreter, text: string, values: readonly (Value | undefined)[]) => Value,
  ): void =>
    method(str, name, (context, args, keywords) => {
      const [self, ...values] = bindNative(context, name, ['self', ...parameters], args, keywords);
      return run(context, needString(context, self), values);
    });
  on('lower', [], (_c, text) => text.toLowerCase());
  on('upper', [], (_c, text) => text.toUpperCase());
  on('casefold', [], (_c, text) => text.toLowerCase());
  on('capitalize', [], (_c, text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase());
  on('title', [], (_c, text) =>
    text.toLowerCase().replace(/[a-z]+/gi, (word) => word.slice(0, 1).toUpperCase() + word.slice(1)),
  );
  on('swapcase', [], (_c, text) =>
    Array.from(text, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(''),
  );
  for (const [name, sides] of [
    ['strip', 3],
    ['lstrip', 1],
    ['rstrip', 2],
  ] as const) {
    on(name, ['chars?'], (context, text, [characters]) =>
      strip(
        text,
        characters === undefined || characters === null ? null : needString(context, characters),
        sides,
      ),
    );
  }
  on('startswith', ['prefix', 'start?'], (context, text, [prefix, start]) => {
    const from = start === undefined ? 0 : Number(needInteger(context, start));
    return options(context, prefix).some((option) => text.startsWith(option, from));
  });
  on('endswith', ['suffix'], (context, text, [suffix]) =>
    options(context, suffix).some((option) => text.endsWith(option)),
  );
  on('replace', ['old', 'new', 'count?'], (context, text, [old, replacement, count]) => {
    const from = needString(context, old);
    const to = needString(context, replacement);
    const limit = count === undefined ? -1n : needInteger(context, count);
    context.checkSize(text.length * Math.max(1, to.length));
    if (limit < 0n) return text.replaceAll(from, () => to);
    let result = text;
    let position = 0;
    for (let i = 0n; i < limit; i++) {
      const at = result.indexOf(from, position);
      if (at < 0) break;
      result = result.slice(0, at) + to + result.slice(at + from.length);
      position = at + to.length;
    }
    return result;
  });
  on(
    'split',
    ['sep?', 'maxsplit?'],
    (context, text, [separator, maximum]) =>
      new PyList(
        split(
          context,
          text,
          separator ?? null,
          maximum === undefined ? -1 : Number(needInteger(context, maximum)),
        ),
      ),
  );
  on('rsplit', ['sep?', 'maxsplit?'], (context, text, [separator, maximum]) => {
    const limit = maximum === undefined ? -1 : Number(needInteger(context, maximum));
    if (limit < 0) return new PyList(split(context, text, separator ?? null, -1));
    const reversed = (value: string): string => Array.from(value).reverse().join('');
    const parts = split(
      context,
      reversed(text),
      separator === undefined || separator === null ? null : reversed(needString(context, separator)),
      limit,
    );
    return new PyList(parts.map(reversed).reverse());
  });
  on('splitlines', [], (_c, text) => {
    const lines = text.split(/\r\n|\n|\r/);
    if (lines[lines.length - 1] === '') lines.pop();
    return new PyList(lines);
  });
  on('partition', ['sep'], (context, text, [separator]) => {
    const by = needString(context, separator);
    const at = text.indexOf(by);
    return new PyTuple(at < 0 ? [text, '', ''] : [text.slice(0, at), by, text.slice(at + by.length)]);
  });
  on('rpartition', ['sep'], (context, text, [separator]) => {
    const by = needString(context, separator);
    const at = text.lastIndexOf(by);
    return new PyTuple(at < 0 ? ['', '', text] : [text.slice(0, at), by, text.slice(at + by.length)]);
  });
  on('join', ['iterable'], (context, text, [items]) =>
    listItems(context, items ?? null)
      .map((item) => needString(context, item))
      .join(text),
  );
  on('find', ['sub', 'start?'], (context, text, [part, start]) =>
    BigInt(
      text.indexOf(needString(context, part), start === undefined ? 0 : Number(needInteger(context, start))),
    ),
  );
  on('rfind', ['sub'], (context, text, [part]) => BigInt(text.lastIndexOf(needString(context, part))));
  on('index', ['sub'], (context, text, [part]) => {
    const at = text.indexOf(needString(context, part));
    if (at < 0) return context.raise('ValueError', 'substring not found');
    return BigInt(at);
  });
  on('count', ['sub'], (context, text, [part]) => {
    const wanted = needString(context, part);
    return wanted === '' ? BigInt(text.length + 1) : BigInt(text.split(wanted).length - 1);
  });
  on('isdigit', [], (_c, text) => /^\d+$/.test(text));
  on('isdecimal', [], (_c, text) => /^\d+$/.test(text));
  on('isnumeric', [], (_c, text) => /^\d+$/.test(text));
  on('isalpha', [], (_c, text) => /^\p{L}+$/u.test(text));
  on('isalnum', [], (_c, text) => /^[\p{L}\p{N}]+$/u.test(text));
  on('isidentifier', [], (_c, text) => /^[A-Za-z_]\w*$/.test(text));
  on('isupper', [], (_c, text) => text !== text.toLowerCase() && text === text.toUpperCase());
  on('islower', [], (_c, text) => text !== text.toUpperCase() && text === text.toLowerCase());
  on('isspace', [], (_c, text) => /^\s+$/.test(text));
  on('zfill', ['width'], (context, text, [width]) => {
    const size = Number(needInteger(context, width));
    context.checkSize(size);
    return /^[+-]/.test(text)
      ? (text[0] ?? '') + text.slice(1).padStart(size - 1, '0')
      : text.padStart(size, '0');
  });
  for (const name of ['ljust', 'rjust', 'center'] as const) {
    on(name, ['width', 'fillchar?'], (context, text, [width, fill]) => {
      const size = context.checkSize(needInteger(context, width));
      const character = fill === undefined ? ' ' : needString(context, fill);
      if (name === 'ljust') return text.padEnd(size, character);
      if (name === 'rjust') return text.padStart(size, character);
      const left = Math.floor((size - text.length) / 2);
      return text.padStart(text.length + Math.max(0, left), character).padEnd(size, character);
    });
  }
  on('removeprefix', ['prefix'], (context, text, [prefix]) => {
    const part = needString(context, prefix);
    return text.startsWith(part) ? text.slice(part.length) : text;
  });
  on('removesuffix', ['suffix'], (context, text, [suffix]) => {
    const part = needString(context, suffix);
    return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
  });
  on('expandtabs', [], (_c, text) => text.replaceAll('\t', '        '));
  on('encode', ['encoding?', 'errors?'], (context, text, [encoding]) => {
    requireUtf8(context, encoding);
    if (/\p{Surrogate}/u.test(text)) context.raise('UnicodeEncodeError', 'surrogates not allowed');
    return new PyBytes(bytesOfText(text));
  });
  on('__len__', [], (_c, text) => BigInt(Array.from(text).length));
  on('__contains__', ['part'], (context, text, [part]) => text.includes(needString(context, part)));
  on('__getitem__', ['index'], (context, text, [index]) => getItem(context, text, index ?? null));
  method(str, 'format', (context, args, keywords) => {
    const [self, ...values] = args;
    return formatFields(context, needString(context, self), values, keywords);
  });
  const bytes = defineClassOf(vm, 'bytes', 'object');
  method(bytes, 'decode', (context, [self, encoding], keywords) => {
    requireUtf8(context, encoding ?? keywords.get('encoding'));
    return self instanceof PyBytes ? textOfBytes(context, self.data) : '';
  });
}

function requireUtf8(context: Interpreter, encoding: Value | undefined): void {
  if (encoding === undefined || (typeof encoding === 'string' && /^utf[-_]?8$/i.test(encoding))) return;
  throw new UnknownOperand(context.reason('unsupported', 'encoding'));
}

/** The bytes of a text in UTF-8, one character for each. */
function bytesOfText(text: string): string {
  let result = '';

  for (const character of encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|[^%]/g)) {
    result += character[1] === undefined ? character[0] : String.fromCharCode(parseInt(character[1], 16));
  }
  return result;
}

function textOfBytes(context: Interpreter, data: string): string {
  let escaped = '';
  for (const byte of data) escaped += `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return context.raise('UnicodeDecodeError', 'the bytes are no UTF-8');
  }
}

function options(context: Interpreter, value: Value | undefined): string[] {
  if (value instanceof PyTuple) return value.items.map((item) => needString(context, item));
  return [needString(context, value)];
}

function strip(text: string, characters: string | null, sides: 1 | 2 | 3): string {
  const strips = (c: string): boolean => (characters === null ? /\s/.test(c) : characters.includes(c));
  let start = 0;
  let end = text.length;
  if ((sides & 1) !== 0) while (start < end && strips(text[start] ?? '')) start++;
  if ((sides & 2) !== 0) while (end > start && strips(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

function split(context: Interpreter, text: string, separator: Value, limit: number): string[] {
  if (separator === null) {
    const parts: string[] = [];
    let rest = strip(text, null, 1);
    while (rest !== '') {
      if (limit >= 0 && parts.length === limit) {
        parts.push(strip(rest, null, 2));
        break;
      }
      const at = rest.search(/\s/);
      if (at < 0) {
        parts.push(rest);
        break;
      }
      parts.push(rest.slice(0, at));
      rest = strip(rest.slice(at), null, 1);
    }
    return parts;
  }
  const by = needString(context, separator);
  if (by === '') return context.raise('ValueError', 'empty separator');
  const parts = text.split(by);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(by)];
}

/** `text.format(*args, **keywords)`. */
function formatFields(
  context: Interpreter,
  text: string,
  args: readonly Value[],
  keywords: Keywords,
): string {
  let automatic = 0;
  const field = (name: string): Value => {
    const [, first = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    let value: Value | undefined;
    if (first === '') value = args[automatic++];
    else value = /^\d+$/.test(first) ? args[Number(first)] : keywords.get(first);
    if (value === undefined) return context.raise(/^\d*$/.test(first) ? 'IndexError' : 'KeyError', first);
    for (const [, attribute, index] of rest.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      if (attribute !== undefined) value = getAttribute(context, value, attribute);
      else if (index !== undefined) {
        value = getItem(context, value, /^\d+$/.test(index) ? BigInt(index) : index);
      }
    }
    return value;
  };
  return text.replace(
    /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g,
    (whole, name: string | undefined, conversion: string | undefined, specifier: string | undefined) => {
      if (whole === '{{') return '{';
      if (whole === '}}') return '}';
      let value = field(name ?? '');
      if (conversion === 'r') value = reprOf(context, value);
      else if (conversion === 's') value = strOf(context, value);
      const format = (specifier ?? '').replace(/\{([^{}]*)\}/g, (_w, inner: string) =>
        strOf(context, field(inner)),
      );
      return formatValue(context, value, format);
    },
  );
}
