/** A Python string literal of any text, in double quotes; misleading characters and lone surrogates as escapes. */
export function pythonString(text: string): string {
  const escaped = text.replace(
    /["\\]|[\0-\x1f\x7f-\xa0\xad]|[^\0-\uffff]|[\u0600-\u061c\u2000-\u20ff\ud800-\uf8ff\ufe00-\uffff]/gu,
    (character) => {
      if (character === '"' || character === '\\') return `\\${character}`;
      const code = character.codePointAt(0) ?? 0;
      if (code === 10) return '\\n';
      if (code === 13) return '\\r';
      if (code === 9) return '\\t';
      if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
      if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
      return `\\U${code.toString(16).padStart(8, '0')}`;
    },
  );
  return `"${escaped}"`;
}

/** A name that can stand after a dot: `ckpt.class` is no Python. */
export function isAttributeName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name);
}

/** Reserved words of Python 3 (The Python Language Reference, 2.3.1). */
const keywords: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
